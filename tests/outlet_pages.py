"""Pages of an outlet in two designs, to learn page templates from."""

from __future__ import annotations

from datetime import UTC, datetime

from archive.extraction.learning.induction import Sample
from archive.extraction.model import ListingEntry, Outlet
from archive.http.capture import Capture

OUTLET = Outlet("Europe/Kyiv", ("ru", "uk"))
CAPTURED = datetime(2022, 3, 1, 12, 0, tzinfo=UTC)
APPEAL = "Нашу работу оплачивают читатели, и каждый из вас может стать одним из них уже сегодня."
PLACES = ("порту", "школе", "музее", "театре", "больнице", "парке", "суде", "архиве", "заводе", "вокзале")
DEEDS = ("закончили ремонт", "нашли старую карту", "сменили расписание", "открыли новый зал")


def headline(number: int) -> str:
    """Return the headline of a story; all are different."""
    return f"В {PLACES[number % 10]} {DEEDS[number // 10 % 4]}: подробности дела номер {number + 100}"


def paragraphs(number: int) -> list[str]:
    """Return the text of a story; no two share a sentence."""
    return [
        f"О том, что в {PLACES[number % 10]} {DEEDS[number // 10 % 4]}, рассказали очевидцы события {number}.",
        f"По словам свидетелей, всё началось в {number % 12 + 1} часу утра и заняло {number * 3 + 7} минут.",
        f"В мэрии уточнили, что на это ушло {number * 17 + 300} тысяч гривен из запасного фонда города.",
    ]


def old_design(number: int, *, appeal: bool = True) -> str:
    """Return a page in the outlet's first design."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs(number))
    appeal_line = f"<p>{APPEAL}</p>" if appeal else ""
    return f"""<html><head><title>{headline(number)} — Вести</title></head><body>
<div class="top"><a href="/">Вести</a> <a href="/world/">Мир</a> <a href="/city/">Город</a></div>
<div class="wrap"><div class="story"><h1 class="story-title">{headline(number)}</h1>
<div class="story-info"><span class="when">{number % 27 + 1}.02.2022 1{number % 10}:30</span></div>
<div class="story-by"><span class="who">Автор: Анна Лебедева</span></div>
<div><a class="rubric" href="/city/">Город</a></div>
<div class="story-text">{text}{appeal_line}</div>
<div class="story-end"><span class="seen">Просмотров: {number * 31 + 5}</span></div></div>
<div class="beside">{_teasers(number)}</div></div>
<div class="bottom">© Вести, все права защищены</div></body></html>"""


def new_design(number: int) -> str:
    """Return a page in the outlet's later design, with everything in another place."""
    text = "".join(f'<div class="par">{paragraph}</div>' for paragraph in paragraphs(number))
    return f"""<html><head><title>{headline(number)} | Вести</title></head><body>
<header><a href="/">Вести</a></header><main><article class="mat"><header class="mat-head">
<h2 class="mat-name">{headline(number)}</h2><time>{number % 27 + 1} февраля 2022, 1{number % 10}:30</time></header>
<section class="mat-body">{text}<div class="par">{APPEAL}</div></section></article>
<aside class="mat-more">{_teasers(number)}</aside></main></body></html>"""


def sample(number: int, page: str, at: datetime = CAPTURED) -> Sample:
    """Return a page as a capture to learn from."""
    raw = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
    return Sample(
        Capture(f"https://news.example/city/{number}.html", at, raw), ListingEntry(headline(number))
    )


def _teasers(number: int) -> str:
    return "".join(
        f'<div class="teaser"><a href="/city/{other}.html">{headline(other)}</a></div>'
        for other in range(number + 50, number + 58)
    )
