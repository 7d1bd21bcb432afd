"""The console: who may open and do what, forms of other sites, and what its pages show and change."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from newsarchive.accounts import accounts, sessions
from newsarchive.demo_site import DemoSite
from newsarchive.monitoring.alarms import Alarm
from newsarchive.web.console import routes
from newsarchive.web.console.access import next_address
from tests.conftest import describe, until
from tests.newsarchive.console_archive import (
    ORIGIN,
    PASSWORD,
    TEXT,
    Crawls,
    add_accounts,
    client,
    csrf_of,
    sign_in,
)
from tests.small_archive import SUMMIT

pytestmark = pytest.mark.usefixtures("quick_hashes")
SOURCE = "/console/sources/primorsk"
FROM_HERE = {"Origin": ORIGIN}


@pytest.fixture
def archive(small: Path, tmp_path: Path) -> Path:
    """Return a copy of the small archive with a source file, that the test may change."""
    folder: Path = shutil.copytree(small, tmp_path / "copy")
    (folder / "sources/primorsk.toml").write_text(TEXT, encoding="utf-8")
    return folder


@pytest.fixture
def crawls() -> Iterator[Crawls]:
    crawls = Crawls()
    yield crawls
    crawls.finish()


def addresses() -> list[tuple[str, str]]:
    """Return every method and address of the console."""
    names = {"name": "primorsk", "job": "0123456789abcdef", "task": "fedcba9876543210"}
    return [
        (method, path.format(**names))
        for method, table in (("GET", routes.PAGES), ("POST", routes.ACTIONS))
        for path in table
    ]


def test_every_address_of_the_console_is_in_the_tables() -> None:
    paths = {(method, route.path) for route in routes.routes() for method in route.methods - {"HEAD"}}
    declared = {("GET", path) for path in routes.PAGES} | {("POST", path) for path in routes.ACTIONS}
    assert paths - declared == {("GET", "/login"), ("POST", "/login"), ("POST", "/logout")}
    assert declared <= paths


@pytest.mark.parametrize(
    ("who", "page", "action"),
    [
        ("nobody", 303, 401),
        ("reader", 403, 403),
        ("journalist", 403, 403),
        ("token of a reader", 403, 403),
        ("wrong token", 401, 401),
        ("empty token", 401, 401),
        ("password as a token", 401, 401),
        ("session of another archive", 303, 401),
        ("session that was ended", 303, 401),
        ("session of a removed account", 303, 401),
        ("made-up session", 303, 401),
    ],
)
def test_only_archivists_can_use_any_address(
    archive: Path, folder: Path, crawls: Crawls, who: str, page: int, action: int
) -> None:
    tokens = add_accounts(archive)
    browser = client(archive, start=crawls.start, is_local=True)
    headers = dict(FROM_HERE)
    session = f"newsarchive-session-{cookie_suffix(browser)}"
    if who in ("reader", "journalist"):
        assert sign_in(browser, who) == 303
    elif "token" in who:
        token = {
            "token of a reader": tokens["reader"],
            "empty token": "",
            "wrong token": tokens["reader"][:-1],
        }
        headers["Authorization"] = f"Bearer {token.get(who, PASSWORD)}"
    elif who == "session of another archive":
        accounts.add_account(folder, "archivist", "archivist", PASSWORD)
        browser.cookies.set(session, sessions.begin(folder, "archivist"))
    elif who == "session that was ended":
        browser.cookies.set(session, ended := sessions.begin(archive, "archivist"))
        sessions.end(archive, ended)
    elif who == "session of a removed account":
        browser.cookies.set(session, sessions.begin(archive, "archivist"))
        accounts.remove_account(archive, "archivist")
    elif who == "made-up session":
        browser.cookies.set(session, "../../users")
    for method, path in addresses():
        answer = browser.request(
            method, path, headers=headers, data={"csrf": "x"} if method == "POST" else None
        )
        assert answer.status_code == (page if method == "GET" else action), (method, path, answer.text)
        assert "Приморска" not in answer.text
    assert crawls.orders == []
    assert (archive / "sources/primorsk.toml").read_text("utf-8") == TEXT


def cookie_suffix(browser: TestClient) -> str:
    """Return what the names of this archive's cookies end with."""
    browser.get("/login")
    (name,) = [name for name in browser.cookies if name.startswith("newsarchive-form-")]
    return name.rpartition("-")[2]


def test_an_archivist_can_open_every_page(archive: Path) -> None:
    tokens = add_accounts(archive)
    browser = client(archive)
    assert sign_in(browser, "archivist") == 303
    program = client(archive)
    for method, path in addresses():
        if method == "GET":
            expected = 404 if path.endswith("/log") or "/jobs/" in path or "/tasks/" in path else 200
            assert browser.get(path).status_code == expected, path
            headers = {"Authorization": f"Bearer {tokens['archivist']}"}
            assert program.get(path, headers=headers).status_code == expected, path
    assert len(program.cookies) == 0


def test_without_accounts_the_console_is_open_on_this_machine_only(archive: Path) -> None:
    assert client(archive, is_local=True).get("/console/").status_code == 200
    forwarded = client(archive, is_local=True).get("/console/", headers={"X-Forwarded-For": "192.0.2.1"})
    for answer in (client(archive).get("/console/"), forwarded):
        assert answer.status_code == 403
        assert "newsarchive users add" in answer.text
    assert ">Console</a>" in client(archive, is_local=True).get("/").text
    assert ">Console</a>" not in client(archive).get("/").text
    add_accounts(archive)
    assert client(archive, is_local=True).get("/console/").status_code == 303


@pytest.mark.parametrize("signed_in", [True, False], ids=["signed in", "open"])
@pytest.mark.parametrize(
    "forgery",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "null"},
        {"Origin": ""},
        {},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
        {"Referer": "http://evil.example/"},
        "no token",
        "token of another browser",
    ],
    ids=str,
)
def test_a_form_of_another_site_changes_nothing(
    archive: Path, crawls: Crawls, forgery: dict[str, str] | str, signed_in: bool
) -> None:
    if signed_in:
        add_accounts(archive)
    browser = client(archive, is_local=True, start=crawls.start)
    other = client(archive, is_local=True)
    if signed_in:
        assert sign_in(browser, "archivist") == sign_in(other, "archivist") == 303
    form = {"csrf": csrf_of(browser.get(SOURCE).text), "text": TEXT + "#", "digest": "x"}
    headers = FROM_HERE
    if forgery == "no token":
        del form["csrf"]
    elif forgery == "token of another browser":
        form["csrf"] = csrf_of(other.get(SOURCE).text)
    else:
        assert isinstance(forgery, dict)
        headers = forgery
    for method, path in addresses():
        if method == "POST":
            assert browser.post(path, data=form, headers=headers).status_code == 403, path
    assert browser.post("/logout", data=form, headers=headers).status_code == (403 if signed_in else 303) or (
        isinstance(forgery, dict)
    )
    assert crawls.orders == []
    assert browser.get(SOURCE).status_code == 200


def test_actions_are_not_possible_by_get_or_from_an_unknown_host(archive: Path) -> None:
    browser = client(archive, is_local=True)
    for method, path in addresses():
        if method == "POST" and not path.endswith(("/edit", "/new")):
            assert browser.get(path).status_code == 405
    assert browser.get("/console/", headers={"Host": "evil.example"}).status_code == 400


def test_signing_in_and_out(archive: Path) -> None:
    add_accounts(archive)
    browser = client(archive)
    first = browser.get(SOURCE)
    assert first.headers["Location"] == f"/login?next={SOURCE}"
    page = browser.get(first.headers["Location"])
    form = {"csrf": csrf_of(page.text), "name": "archivist", "password": PASSWORD, "next": SOURCE}
    answer = browser.post("/login", data=form, headers=FROM_HERE)
    assert (answer.status_code, answer.headers["Location"]) == (303, SOURCE)
    cookie = answer.headers["Set-Cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie
    page = browser.get(SOURCE)
    assert "Signed in as <strong>archivist</strong>" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert browser.post("/logout", data={"csrf": csrf_of(page.text)}, headers=FROM_HERE).status_code == 303
    assert browser.get(SOURCE).status_code == 303


def test_behind_tls_cookies_are_secure(archive: Path) -> None:
    add_accounts(archive)
    browser = client(archive, base="https://archive.example")
    answer = browser.get("/login")
    assert answer.headers["Set-Cookie"].startswith("__Host-newsarchive-form-")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert sign_in(browser, "archivist") == 303
    assert browser.get("/console/").status_code == 200


def test_wrong_passwords_are_answered_alike_and_wait_longer_and_longer(archive: Path) -> None:
    add_accounts(archive)
    answers = {}
    for name in ("archivist", "nobody-of-this-name"):
        browser = client(archive)
        form = {"csrf": csrf_of(browser.get("/login").text), "name": name, "password": "a wrong password"}
        tries = [browser.post("/login", data=form, headers=FROM_HERE) for _ in range(6)]
        assert [one.status_code for one in tries] == [403, 403, 403, 403, 429, 429]
        assert "The name or the password is wrong" in tries[0].text
        assert int(tries[-1].headers["Retry-After"]) >= 1
        answers[name] = tries[0].text.replace(name, "").replace(form["csrf"], "")
        right = browser.post("/login", data={**form, "password": PASSWORD}, headers=FROM_HERE)
        assert right.status_code == 429
    assert len(set(answers.values())) == 1


def test_signing_in_gives_a_new_session_and_no_planted_one(archive: Path) -> None:
    add_accounts(archive)
    browser = client(archive)
    name = f"newsarchive-session-{cookie_suffix(browser)}"
    browser.cookies.set(name, "planted", domain="127.0.0.1")
    assert sign_in(browser, "archivist") == 303
    values = [cookie.value for cookie in browser.cookies.jar if cookie.name == name]
    assert values
    assert client(archive).get("/console/", headers={"Cookie": f"{name}=planted"}).status_code == 303


@pytest.mark.parametrize(
    ("asked", "opened"),
    [
        ("/console/sources/primorsk", "/console/sources/primorsk"),
        ("https://evil.example/", "/console/"),
        ("//evil.example/", "/console/"),
        ("/console/../logout", "/console/"),
        ("/console/\\evil", "/console/"),
        ("javascript:alert(1)", "/console/"),
        ("", "/console/"),
    ],
)
def test_signing_in_leads_to_the_console_only(asked: str, opened: str) -> None:
    assert next_address(asked) == opened


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "%2e%2e",
        "..%2f..%2fnewsarchive",
        "%2fetc%2fpasswd",
        "primorsk%00",
        "primorsk.learned",
        "x" * 5000,
    ],
)
def test_names_that_are_paths_lead_nowhere(archive: Path, name: str) -> None:
    (archive / "sources/primorsk.learned.toml").write_text("")
    browser = client(archive, is_local=True)
    for path in ("", "/edit", "/log", "/file.json"):
        assert browser.get(f"/console/sources/{name}{path}").status_code in (307, 404)
    csrf = csrf_of(browser.get(SOURCE).text)
    for path in ("/edit", "/crawl", "/recheck"):
        answer = browser.post(
            f"/console/sources/{name}{path}",
            data={"csrf": csrf, "text": TEXT, "digest": "x"},
            headers=FROM_HERE,
        )
        assert answer.status_code in (307, 404, 405)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("csrf=" + "x" * 1_100_000, "application/x-www-form-urlencoded", 400),
        ("&".join(f"a{n}=1" for n in range(60)), "application/x-www-form-urlencoded", 400),
        ('{"csrf": "x"}', "application/json", 400),
        ("csrf=%ff%fe", "application/x-www-form-urlencoded", 403),
        ("csrf=\xff", "application/x-www-form-urlencoded", 400),
        ("", "", 403),
    ],
    ids=["too long", "too many fields", "JSON", "no UTF-8", "no ASCII", "empty"],
)
def test_hostile_forms_are_refused(archive: Path, body: str, kind: str, status: int) -> None:
    browser = client(archive, is_local=True)
    browser.get("/console/")
    headers = {**FROM_HERE, "Content-Type": kind}
    answer = browser.post(f"{SOURCE}/crawl", content=body.encode("latin-1"), headers=headers)
    assert answer.status_code == status


def test_the_overview_shows_every_source_and_the_schedule(archive: Path) -> None:
    (archive / "sources/broken.toml").write_text("title = 1")
    page = client(archive, is_local=True).get("/console/").text
    for text in (
        "Новости Приморска",
        "Вісник порту",
        "Not running",
        "Storage: ",
        " free",
        "broken.toml: title = 1",
        "1 alarm",
    ):
        assert text in page
    status = client(archive, is_local=True).get("/console/status.json").json()
    assert [one["source"] for one in status["sources"]] == ["port", "primorsk"]
    assert status["run"]["is_running"] is False
    assert status["run"]["next_source"] == "primorsk"
    assert any("broken.toml" in one for one in status["errors"])


def test_the_page_of_a_source_shows_its_crawls_coverage_and_file(archive: Path) -> None:
    (archive / "state/logs").mkdir(exist_ok=True)
    (archive / "state/logs/primorsk.log").write_text("<script>one line</script>")
    browser = client(archive, is_local=True)
    page = browser.get(SOURCE).text
    for text in ("*/30 * * * *", "Crawl now", "Coverage", "Мир", "2022-01-12 12:00+02:00", "removed"):
        assert text in page
    assert "&lt;script&gt;one line" in browser.get(f"{SOURCE}/log").text
    without_file = browser.get("/console/sources/port").text
    assert "sources/port.toml is missing" in without_file
    assert "Crawl now" not in without_file


def test_a_file_with_mistakes_can_be_opened_and_corrected(archive: Path) -> None:
    (archive / "sources/new.toml").write_text("title = 1\n")
    browser = client(archive, is_local=True)
    page = browser.get("/console/sources/new").text
    assert "Mistakes in the file" in page
    assert "Crawl now" not in page
    edit = browser.get("/console/sources/new/edit").text
    digest = edit.partition('name="digest" value="')[2].partition('"')[0]
    form = {"csrf": csrf_of(edit), "text": "title = 2\n</textarea><script>", "digest": digest}
    wrong = browser.post("/console/sources/new/edit", data=form, headers=FROM_HERE)
    assert wrong.status_code == 422
    assert "title = 2\n&lt;/textarea&gt;&lt;script&gt;" in wrong.text
    assert (archive / "sources/new.toml").read_text() == "title = 1\n"
    right = browser.post("/console/sources/new/edit", data={**form, "text": TEXT}, headers=FROM_HERE)
    assert (right.status_code, right.headers["Location"]) == (303, "/console/sources/new")
    assert (archive / "sources/new.toml").read_text("utf-8") == TEXT
    (archive / "sources/new.toml").write_text(TEXT + "# theirs\n", encoding="utf-8")
    late = browser.post("/console/sources/new/edit", data={**form, "text": TEXT}, headers=FROM_HERE)
    assert late.status_code == 409
    assert "changed by someone else" in late.text
    assert "# theirs" in late.text


def test_a_program_can_edit_with_a_token(archive: Path) -> None:
    headers = {"Authorization": f"Bearer {add_accounts(archive)['archivist']}"}
    program = client(archive)
    file = program.get(f"{SOURCE}/file.json", headers=headers).json()
    assert file["text"] == TEXT
    wrong = program.post(f"{SOURCE}/edit", headers=headers, data={"text": "x", "digest": file["digest"]})
    assert (wrong.status_code, len(wrong.json()["mistakes"])) == (422, 1)
    new = {"text": TEXT + "# new\n", "digest": file["digest"]}
    assert program.post(f"{SOURCE}/edit", headers=headers, data=new).status_code == 200
    assert program.post(f"{SOURCE}/edit", headers=headers, data=new).status_code == 409
    missing = program.post("/console/sources/zz%0az/crawl", headers=headers)
    assert missing.status_code == 404
    log = (archive / "state/logs/newsarchive.console.log").read_text("utf-8").splitlines()
    assert [line.split(" ", 1)[1] for line in log] == [
        f"archivist {SOURCE}/edit 422",
        f"archivist {SOURCE}/edit 200",
        f"archivist {SOURCE}/edit 409",
        "archivist /console/sources/zz%0Az/crawl 404",
    ]


def test_a_crawl_is_started_watched_and_stopped(archive: Path, crawls: Crawls) -> None:
    browser = client(archive, is_local=True, start=crawls.start)
    form = {"csrf": csrf_of(browser.get(SOURCE).text), "max_articles": "5", "full": "on"}
    assert (
        browser.post(f"{SOURCE}/crawl", data={**form, "max_articles": "many"}, headers=FROM_HERE).status_code
        == 400
    )
    assert crawls.orders == []
    answer = browser.post(f"{SOURCE}/crawl", data=form, headers=FROM_HERE)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{SOURCE}#h-now")
    (order,) = crawls.orders
    assert (order.source, order.max_articles, order.full) == ("primorsk", 5, True)
    jobs = browser.app.state.console.jobs  # type: ignore[attr-defined]
    (job,) = jobs.running()
    until(crawls.children[0], lambda: jobs.find(job.id).state == "running")
    again = browser.post(f"{SOURCE}/crawl", data=form, headers=FROM_HERE)
    assert again.status_code == 409
    assert "being crawled already" in again.text
    assert (
        browser.get(f"/console/jobs/{job.id}")
        .json()["text"]
        .startswith("4 fetched, 6 queued, 7 found, 3 new")
    )
    page = browser.get(SOURCE)
    policy = page.headers["Content-Security-Policy"]
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert f'<script src="/static/progress.js" nonce="{nonce}" defer></script>' in page.text
    assert "unsafe" not in policy
    assert f"/console/jobs/{job.id}" in browser.get("/console/").text
    stopped = browser.post(f"/console/jobs/{job.id}/stop", data=form, headers=FROM_HERE)
    assert stopped.status_code == 303
    jobs.close()
    ended = browser.get(f"/console/jobs/{job.id}").json()
    assert (ended["state"], ended["outcome"], ended["counts"]["new"]) == ("ended", "stopped", 3)
    page = browser.get(SOURCE).text
    assert "stopped" in page
    assert "one thing to note" in page
    assert "<script" not in page


def test_known_articles_are_visited_on_request(archive: Path, crawls: Crawls) -> None:
    browser = client(archive, is_local=True, start=crawls.start)
    csrf = csrf_of(browser.get(SOURCE).text)

    def visit(**form: str) -> int:
        answer = browser.post(f"{SOURCE}/recheck", data={"csrf": csrf, **form}, headers=FROM_HERE)
        crawls.finish()
        browser.app.state.console.jobs.close()  # type: ignore[attr-defined]
        return answer.status_code

    assert visit(article=SUMMIT) == 303
    assert visit(query="саммит") == 303
    assert visit(removed="on") == 303
    assert visit() == 303
    assert [len(order.recheck or ()) for order in crawls.orders] == [1, 1, 1, 4]
    assert crawls.orders[0].recheck == (SUMMIT,)
    assert visit(query="zzzz") == 404
    assert visit(article="http://port.example/harbour") == 404
    assert visit(article="http://nowhere.example/") == 404
    assert len(crawls.orders) == 4
    assert json.loads(browser.get("/console/status.json").text)["crawls_started_here"] == []


def test_a_site_is_crawled(folder: Path, demo_site: DemoSite) -> None:
    name = describe(folder, demo_site.outlets["primorsk"])
    browser = client(folder, is_local=True)
    form = {"csrf": csrf_of(browser.get(f"/console/sources/{name}").text), "max_articles": "1"}
    assert browser.post(f"/console/sources/{name}/crawl", data=form, headers=FROM_HERE).status_code == 303
    console = browser.app.state.console  # type: ignore[attr-defined]
    (job,) = console.jobs.running()
    console.jobs.wait(job.id)
    ended = browser.get(f"/console/jobs/{job.id}").json()
    assert (ended["outcome"], ended["counts"]["new"], ended["notes"]) == ("limit", 1, [])
    assert "1 new" in browser.get("/console/").text


def test_alarms_are_shown_with_the_pages_that_show_them(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = (SUMMIT, "javascript:alert(1)")
    alarm = Alarm(
        "primorsk", "no date", None, datetime(2022, 1, 12, tzinfo=UTC), "12 articles have no date", pages
    )
    monkeypatch.setattr("newsarchive.sources.status.find_alarms", lambda *_: [alarm])
    page = client(archive, is_local=True).get(SOURCE).text
    assert "12 articles have no date" in page
    assert "2 pages that show it" in page
    assert f'href="{SUMMIT}"' in page
    assert 'href="javascript' not in page
    assert "1 alarm" in client(archive, is_local=True).get("/console/").text
