"""A response without the article's text makes no version of it, and neither does the recovery from it."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import brotli
import pytest
from click.testing import CliRunner

from archive.core import Archive
from archive.extraction.model import Outlet
from archive.http.content_coding import zstd
from archive.jobs.pool import pool
from newsarchive.cli import main
from newsarchive.crawling.crawl_process import CrawlOrder, run_crawl
from tests.hostile import Hostile, Script, answers, article, listing, sends
from tests.newsarchive.test_import import record
from tests.test_end_to_end import DERIVED, rows_of

TITLE = "Город начал ремонт набережной у старого порта"
TEXT = tuple(
    f"{beginning} Подрядчик обязан закончить участок номер {number} до первого снега, иначе город вправе"
    f" взыскать неустойку, напомнили в управлении капитального строительства."
    for number, beginning in enumerate(
        (
            "Рабочие сняли старую плитку вдоль всей набережной.",
            "Смету работ комиссия утвердила ещё в прошлом году.",
            "Движение автобусов по нижней дороге перекрыто.",
            "Торговцев с рынка перевели на соседнюю площадь.",
            "Деревья обещают сохранить, их обнесли щитами.",
            "Фонари привезут из соседней области, они дешевле.",
            "Жители просят вернуть на причал скамейки.",
            "Открытие назначили на день города.",
        ),
        1,
    )
)


def page(title: str = TITLE, text: Sequence[str] = TEXT, after: str = "", head: str = "") -> str:
    """Return a page of an outlet's article, with everything around the text."""
    body = "".join(f"<p>{one}</p>\n" for one in text)
    return (
        f"<!DOCTYPE html><html><head><title>{title} — Город</title><meta charset='utf-8'>{head}"
        "<link rel='stylesheet' href='/css/city.css'><script src='/js/city.js'></script></head>"
        "<body class='city-page'><div class='city-top'><a href='/'>Город</a></div><main class='story'>"
        f"<article class='story-box'><h1 class='story-title'>{title}</h1>"
        "<time class='story-time' datetime='2022-01-10T11:55:00+02:00'>11:55 10 января 2022</time>"
        f"<div class='story-text'>{body}</div>{after}</article></main>"
        "<div class='city-bottom'><p>© Город, все права защищены</p></div></body></html>"
    )


OFFER = (
    "<div class='paywall'><p>Чтобы дочитать материал, оформите подписку.</p><a href='/pay'>Оформить</a></div>"
)
REGISTER = "<div class='reg'><p>Войдите или зарегистрируйтесь, чтобы читать дальше.</p></div>"
BOX = "<div class='subscribe-block'><p>Подпишитесь на нашу рассылку</p></div>"
NOT_FREE = (
    '<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",'
    f'"headline":"{TITLE}","isAccessibleForFree":false}}</script>'
)
WHOLE = page()
BYTES = WHOLE.encode()
HALF = BYTES[: BYTES.index(TEXT[3].encode()) + 60]
SHORTENED = page(text=TEXT[:-3])
RENAMED = page(title="Ремонт набережной у старого порта отложили")
REWRITTEN = page(
    "Школьный театр получил главный приз фестиваля",
    [
        "Юные актёры показали сказку о рыбаке, жюри смеялось и хлопало стоя весь вечер пятницы.",
        "Режиссёр благодарит родителей, которые шили костюмы и строили корабль из картона по ночам.",
        "Теперь труппу зовут выступать в столице, и билеты туда уже купили на школьные деньги.",
    ],
)
TEASER = page(text=TEXT[:2], after=OFFER)
TEASER_BROKEN_OFF = page(text=(TEXT[0], TEXT[1][:60] + "…"), after=OFFER)
TEASER_STATED = page(text=TEXT[:3], head=NOT_FREE)
TEASER_TO_REGISTER = page(text=TEXT[:3], after=REGISTER)
TEASER_OVER_A_BOX = page(text=TEXT[:3], after=BOX)
TEASER_RENAMED = page(title="Ремонт набережной у старого порта отложили", text=TEXT[:2], after=OFFER)
STRANGE = (
    "<!DOCTYPE html><html><head><title>Лучшие окна и двери</title><link rel='stylesheet' href='/w/shop.css'></head>"
    "<body class='shop'><div class='shop-head'><h1>Окна и двери от производителя в любом городе</h1></div>"
    "<div class='shop-text'><p>Стеклопакеты изготовит завод за три дня, замер бесплатный, доставка в день заказа.</p>"
    "<p>Двери входные и межкомнатные из массива сосны, дуба и ясеня собирают мастера со стажем от десяти лет.</p>"
    "<p>Монтаж выполняет бригада с инструментом, мусор после работ вывозят за счёт исполнителя в тот же день.</p>"
    "</div></body></html>"
)
FERRY = page(
    "Паром через залив вернулся на линию после зимы",
    [
        "Первый рейс ушёл с острова на рассвете, на борту было сорок пассажиров и две машины.",
        "Капитан рассказал, что лёд сошёл раньше обычного, а буи переставили ещё на прошлой неделе.",
        "Билет подорожал на десять процентов, школьники по-прежнему ездят бесплатно.",
    ],
)
CLUB = page(
    "Библиотека собрала читателей на ночное чтение романа",
    [
        "Люди читали вслух по очереди, сменяя друг друга каждые четверть часа до самого утра.",
        "Самой младшей участнице исполнилось семь лет, она прочла две страницы без запинки.",
        "Следующую книгу выберут голосованием, список вывесят у входа в читальный зал.",
    ],
)
MOVED = page(
    "Издание переехало и начинает новую жизнь",
    [
        "Отныне материалы выходят под другим именем, прежние тексты постепенно перенесут в архив.",
        "Рубрики сохранятся почти без изменений, обещает издатель, а вот лента станет короче.",
        "Писать в редакцию следует по новой почте, звонки принимает секретарь до шести вечера.",
    ],
)
PARKED = (
    "<html><head><title>city.example</title></head><body><h1>Домен city.example продаётся</h1><p>Этот домен продаётся."
    " Оставьте предложение владельцу, и регистратор поможет безопасно провести сделку.</p></body></html>"
)


def raw(status: str, *headers: str, body: bytes, then: str = "close") -> Script:
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", *headers, "", ""]
    return sends("\r\n".join(lines).encode() + body, then=then)


def packed(coding: str, body: bytes) -> Script:
    return raw(
        "200 OK",
        f"Content-Encoding: {coding}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        body=body,
    )


def damaged(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes(255 - byte for byte in data[middle : middle + 8]) + data[middle + 8 :]


deflate = zlib.compressobj(wbits=-15)
RAW_DEFLATE = deflate.compress(BYTES) + deflate.flush()
CHUNKS = b"%x\r\n%s\r\n" % (len(HALF), HALF)
PARTS: dict[str, tuple[Script, str]] = {  # what is not the whole answer, and what `truncated` says of it
    "206 of a range": (
        raw(
            "206 Partial Content",
            f"Content-Range: bytes 0-{len(HALF) - 1}/{len(BYTES)}",
            f"Content-Length: {len(HALF)}",
            body=HALF,
        ),
        "range",
    ),
    "206 that names no range": (raw("206 Partial", f"Content-Length: {len(HALF)}", body=HALF), "range"),
    "200 of a range": (
        raw(
            "200 OK",
            f"Content-Range: bytes 0-{len(HALF) - 1}/{len(BYTES)}",
            f"Content-Length: {len(HALF)}",
            body=HALF,
        ),
        "range",
    ),
    "gzip cut": (packed("gzip", gzip.compress(BYTES, mtime=0)[:700]), "encoding"),
    "gzip damaged": (packed("gzip", damaged(gzip.compress(BYTES, mtime=0))), "encoding"),
    "deflate cut": (packed("deflate", zlib.compress(BYTES)[:700]), "encoding"),
    "raw deflate cut": (packed("deflate", RAW_DEFLATE[:700]), "encoding"),
    "br cut": (packed("br", brotli.compress(BYTES)[:600]), "encoding"),
    "zstd cut": (packed("zstd", zstd.compress(BYTES * 1, level=1)[:700]), "encoding"),
    "shorter than announced": (
        raw("200 OK", f"Content-Length: {len(BYTES)}", body=HALF),
        "disconnect",
    ),
    "no last chunk": (raw("200 OK", "Transfer-Encoding: chunked", body=CHUNKS), "disconnect"),
    "reset": (raw("200 OK", f"Content-Length: {len(BYTES)}", body=HALF, then="reset"), "disconnect"),
    "no end in time": (raw("200 OK", f"Content-Length: {len(BYTES)}", body=HALF, then="silence"), "time"),
}


@dataclass(frozen=True)
class Case:
    """Answers at one address in three crawls, and what the archive says after each: versions, state, the reading."""

    answers: tuple[Script, Script, Script]
    versions: tuple[int, int, int]
    states: tuple[str, str, str]
    readings: tuple[str, str, str]
    partial: tuple[bool, bool, bool] = (False, False, False)  # the latest version is


def html(text: str) -> Script:
    return answers(text)


def recovers(script: Script, reading: str, state: str = "unavailable") -> Case:
    """Whole, something else, whole again: one version."""
    return Case(
        (html(WHOLE), script, html(WHOLE)),
        (1, 1, 1),
        ("live", state, "live"),
        ("article", reading, "article"),
    )


def completed(script: Script) -> Case:
    """Return a case: part of an article, a longer part or all of it, all of it. One complete version."""
    return Case(
        (script, html(WHOLE), html(WHOLE)),
        (1, 1, 1),
        ("live", "live", "live"),
        ("article", "article", "article"),
        (True, False, False),
    )


IN_PART = "article in part"
CASES: dict[str, Case] = {
    **{
        f"known: {name}": recovers(script, f"answer cut off ({why})") for name, (script, why) in PARTS.items()
    },
    **{  # of zstd nothing comes before its first block is whole
        f"first: {name}": completed(script) for name, (script, _) in PARTS.items() if name != "zstd cut"
    },
    "known: changed by a proxy": recovers(
        raw("203 Non-Authoritative Information", "Connection: close", body=SHORTENED.encode()),
        "changed on the way (203)",
    ),
    "parked page": recovers(html(PARKED), "parked page"),
    "a strange page": recovers(html(STRANGE), "another page"),
    "a strange page in place of a plain one": Case(
        (html(article(TITLE)), html(STRANGE), html(article(TITLE))),
        (1, 1, 1),
        ("live", "unavailable", "live"),
        ("article", "another page", "article"),
    ),
    **{
        f"the same page in place of {name}": Case(
            (html(whole), html(MOVED), html(whole)),
            (1, 1, 1),
            ("live", "unavailable", "live"),
            ("article", "another page", "article"),
        )
        for name, whole in (("one article", FERRY), ("another", CLUB))
    },
    "teaser": recovers(html(TEASER), IN_PART, "live"),
    "teaser broken off": recovers(html(TEASER_BROKEN_OFF), IN_PART, "live"),
    "teaser by its data": recovers(html(TEASER_STATED), IN_PART, "live"),
    "teaser for who does not register": recovers(html(TEASER_TO_REGISTER), IN_PART, "live"),
    "teaser over a box that was not there": recovers(html(TEASER_OVER_A_BOX), IN_PART, "live"),
    "first a part, then a strange page": Case(
        (PARTS["gzip cut"][0], html(STRANGE), html(WHOLE)),
        (1, 1, 1),
        ("live", "unavailable", "live"),
        ("article", "another page", "article"),
        (True, True, False),
    ),
    "first a part, then a teaser": Case(
        (PARTS["206 of a range"][0], html(TEASER), html(WHOLE)),
        (1, 1, 1),
        ("live", "live", "live"),
        ("article", IN_PART, "article"),
        (True, True, False),
    ),
    "first a teaser": completed(html(TEASER)),
    "first a teaser that breaks off": completed(html(TEASER_BROKEN_OFF)),
    "a teaser twice": Case(
        (html(TEASER), html(TEASER), html(WHOLE)),
        (1, 1, 1),
        ("live", "live", "live"),
        ("article", "article", "article"),
        (True, True, False),
    ),
    "a teaser with another headline": Case(
        (html(WHOLE), html(TEASER_RENAMED), html(RENAMED)),
        (1, 2, 2),
        ("live", "live", "live"),
        ("article", "article", "article"),
        (False, True, False),
    ),
    "another headline, and then a teaser of it": Case(
        (html(WHOLE), html(TEASER_RENAMED), html(TEASER_RENAMED)),
        (1, 2, 2),
        ("live", "live", "live"),
        ("article", "article", "article"),
        (False, True, True),
    ),
    "cut to the end": Case(
        (html(WHOLE), html(WHOLE), PARTS["206 of a range"][0]),
        (1, 1, 1),
        ("live", "live", "unavailable"),
        ("article", "article", "answer cut off (range)"),
    ),
    "a text that was shortened": Case(
        (html(WHOLE), html(SHORTENED), html(SHORTENED)),
        (1, 2, 2),
        ("live", "live", "live"),
        ("article", "article", "article"),
    ),
    "a shortened text over the same box": Case(
        (
            html(page(after=BOX)),
            html(page(text=TEXT[:-3], after=BOX)),
            html(page(text=TEXT[:-3], after=BOX)),
        ),
        (1, 2, 2),
        ("live", "live", "live"),
        ("article", "article", "article"),
    ),
    "a text written anew": Case(
        (html(WHOLE), html(REWRITTEN), html(REWRITTEN)),
        (1, 2, 2),
        ("live", "live", "live"),
        ("article", "article", "article"),
    ),
    "another headline": Case(
        (html(WHOLE), html(RENAMED), html(WHOLE)),
        (1, 2, 3),
        ("live", "live", "live"),
        ("article", "article", "article"),
    ),
    "whole to its end though more was announced": Case(
        (html(WHOLE), raw("200 OK", f"Content-Length: {len(BYTES) + 99}", body=BYTES), html(WHOLE)),
        (1, 1, 1),
        ("live", "live", "live"),
        ("article", "article", "article"),
    ),
    "206 of everything": Case(
        (
            html(WHOLE),
            raw(
                "206 Partial Content",
                f"Content-Range: bytes 0-{len(RENAMED.encode()) - 1}/{len(RENAMED.encode())}",
                f"Content-Length: {len(RENAMED.encode())}",
                body=RENAMED.encode(),
            ),
            html(RENAMED),
        ),
        (1, 2, 2),
        ("live", "live", "live"),
        ("article", "article", "article"),
    ),
}
ADDRESSES = {name: f"/a/{number:03}" for number, name in enumerate(CASES)}


@dataclass(frozen=True)
class CaseResult:
    """What an archive says of one address after a crawl."""

    versions: int
    state: str
    is_partial: bool
    reading: str


@dataclass
class Turn:
    """Which crawl is on its way; a server's answers are by crawls, for what is cut is asked for again at once."""

    number: int = 0

    def of(self, scripts: Sequence[Script]) -> Script:
        """Return the script of the current crawl."""

        async def script(writer: asyncio.StreamWriter) -> None:
            await scripts[self.number](writer)

        return script


@dataclass(frozen=True)
class Crawled:
    """An archive after three crawls, and what it said after each."""

    folder: Path
    base: str
    results_by_case: tuple[dict[str, CaseResult], ...]
    changed: tuple[int, ...]  # what each crawl counted as changed


def results_by_case(folder: Path, base: str) -> dict[str, CaseResult]:
    """Return what the archive has for each URL, by the name of its case."""
    with sqlite3.connect(folder / "archive.db") as index:
        rows = index.execute(
            """
            SELECT articles.url, version_count, state, versions.partial, (
                SELECT reading FROM captures WHERE captures.url = articles.url ORDER BY id DESC LIMIT 1
            ) FROM articles JOIN versions ON versions.article_id = articles.id AND number = version_count
            """
        ).fetchall()
    found = {
        url.removeprefix(base): CaseResult(count, state, bool(part), said)
        for url, count, state, part, said in rows
    }
    return {name: found[path] for name, path in ADDRESSES.items() if path in found}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("false-edits") / "archive"
    Archive.create(folder).close()
    (folder / "newsarchive.toml").write_text("[limits]\nanswer_seconds = 2\n", encoding="utf-8")
    turn = Turn()
    scripts = {ADDRESSES[name]: turn.of(case.answers) for name, case in CASES.items()}
    paths = {"/": answers(listing(*scripts)), **scripts}
    with Hostile({"a": paths}) as server:
        (folder / "sources" / "city.toml").write_text(
            'title = "Город"\ntimezone = "Europe/Kyiv"\n[politeness]\ndelay = 0\n'
            f'[[sections]]\nname = "Город"\nurl = "{server.url("a")}"\npages = 1\n'
            "[discovery]\narticle = ['^/a/']\n",
            encoding="utf-8",
        )
        base = server.url("a", "")
        after, changed = [], []
        for turn.number in range(3):
            outcome = run_crawl(folder, CrawlOrder("city", full=True))
            assert outcome.outcome == "finished"
            after.append(results_by_case(folder, base))
            changed.append(outcome.counts["changed"])
        yield Crawled(folder, base, tuple(after), tuple(changed))


@pytest.mark.parametrize("turn", [0, 1, 2])
@pytest.mark.parametrize("name", CASES)
def test_what_an_answer_makes_of_an_article(crawled: Crawled, name: str, turn: int) -> None:
    case, found = CASES[name], crawled.results_by_case[turn][name]
    assert found == CaseResult(
        case.versions[turn], case.states[turn], case.partial[turn], case.readings[turn]
    )


def test_crawls_count_no_answer_of_that_kind_as_a_change(crawled: Crawled) -> None:
    edited = sum(case.versions[1] > case.versions[0] for case in CASES.values())
    taken_back = 1  # of the same page in place of two articles the first was counted before the second came
    assert crawled.changed[1] == edited + taken_back


def test_what_was_not_seen_is_not_compared(crawled: Crawled) -> None:
    with Archive.open(crawled.folder) as archive:
        url = crawled.base + ADDRESSES["another headline, and then a teaser of it"]
        (title,) = archive.compare(url, 1, 2)
        assert title.name == "title"
        (edit,) = archive.connection.execute(
            "SELECT changed, words_added FROM edits JOIN articles ON articles.id = edits.article_id"
            " WHERE articles.url = ?",
            (url,),
        ).fetchall()
        assert tuple(edit) == ("title", None)


def test_show_says_why_an_article_is_unavailable(crawled: Crawled) -> None:
    with Archive.open(crawled.folder) as archive:
        assert archive.state_reason(crawled.base + ADDRESSES["cut to the end"]) == "answer cut off (range)"
        assert archive.state_reason(crawled.base + ADDRESSES["another headline"]) is None


def test_a_rebuild_says_the_same(crawled: Crawled, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    shutil.copytree(crawled.folder, folder)
    with pool(1) as executor:
        assert Archive.rebuild(folder, {"city": Outlet("Europe/Kyiv")}, executor).damages == []
    before, now = rows_of(crawled.folder), rows_of(folder)
    for table in DERIVED:
        assert now[table] == before[table], table
    with Archive.open(folder) as archive:
        assert archive.verify().problems == []
        assert archive.verify(quick=True).problems == []
        execute = archive.connection.execute
        execute("UPDATE captures SET truncated = NULL WHERE truncated IN ('range', 'encoding')")
        columns = {one.column for one in archive.verify(quick=True).problems}
        assert "truncated" not in columns  # of an index made before answers were looked at for it


DAYS = {day: b"WARC-Date: 2022-01-%02dT08:00:00Z" % day for day in (11, 12, 13, 14)}
GZIP = gzip.compress(BYTES, mtime=0)
SENT = {
    "whole": (b"Content-Length: %d" % len(BYTES), BYTES),
    "renamed": (b"X: y", RENAMED.encode()),
    "gzip cut": (b"Content-Encoding: gzip", GZIP[:700]),
    "range": (b"Content-Range: bytes 0-%d/%d" % (len(HALF) - 1, len(BYTES)), HALF),
    "short": (b"Content-Length: %d" % len(BYTES), HALF),
    "teaser": (b"X: y", TEASER.encode()),
    "strange": (b"X: y", STRANGE.encode()),
    "parked": (b"X: y", PARKED.encode()),
    "decoded, with the old heads": (
        b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked",
        RENAMED.encode(),
    ),
}


def made_elsewhere(path: Path, looks: Sequence[tuple[int, str, str]]) -> Path:
    """Write a WARC file with the response of each URL, by day."""
    pieces = []
    for day, url, sent in looks:
        header, body = SENT[sent]
        block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n" + header + b"\r\n\r\n" + body
        number = day * 1000 + int(url[-3:])
        pieces.append(record("response", url, block, number=number).replace(DAYS[11], DAYS[day]))
    path.write_bytes(b"".join(pieces))
    return path


@pytest.mark.parametrize("order", ["in time", "the earliest last"])
def test_files_made_elsewhere_tell_the_same_history(tmp_path: Path, order: str) -> None:
    results_by_case = {  # what an address answered by day → versions, and whether the latest is partial
        ("whole", "gzip cut", "whole"): (1, False),
        ("whole", "range", "whole"): (1, False),
        ("whole", "short", "whole"): (1, False),
        ("whole", "teaser", "whole"): (1, False),
        ("whole", "strange", "whole"): (1, False),
        ("whole", "parked", "whole"): (1, False),
        ("gzip cut", "whole", "whole"): (1, False),
        ("range", "short", "whole"): (1, False),
        ("teaser", "teaser", "whole"): (1, False),
        ("teaser", "gzip cut", "gzip cut"): (1, True),
        ("whole", "gzip cut", "renamed"): (2, False),
        ("whole", "decoded, with the old heads", "renamed"): (2, False),
    }
    folder = tmp_path / "archive"
    Archive.create(folder).close()
    urls = {f"http://city.example/a/{number:03}": answers for number, answers in enumerate(results_by_case)}
    days = [(11, 12), (13,)] if order == "in time" else [(12, 13), (11,)]
    for number, some in enumerate(days):
        looks = [(day, url, answers[day - 11]) for day in some for url, answers in urls.items()]
        path = made_elsewhere(tmp_path / f"{number}.warc", looks)
        result = CliRunner().invoke(main, ["--archive", str(folder), "import", str(path)])
        assert result.exit_code == 0, result.output
    before = rows_of(folder)
    with Archive.open(folder) as archive:
        for url, answers in urls.items():
            held = archive.article(url)
            assert (held.versions, held.partial) == results_by_case[answers], answers
    with pool(1) as executor:
        assert Archive.rebuild(folder, {}, executor).damages == []
    now = rows_of(folder)
    for table in DERIVED:
        assert now[table] == before[table], table
