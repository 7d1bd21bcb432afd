"""Datasette in a process with limits: hostile queries use bounded resources and delay no other page."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from starlette.testclient import TestClient

from newsarchive.web.app import create_app
from newsarchive.web.datasette import process as datasette_process
from newsarchive.web.datasette.process import DatasetteProcess
from tests.newsarchive.test_web_browser import served

MB = 1024 * 1024
HOSTILE = [
    "select randomblob(1000000000)",
    "select hex(zeroblob(400000000))",
    "select printf('%.*c', 900000000, 'x')",
    "with recursive n(i) as (select 1 union all select i + 1 from n limit 900) select hex(randomblob(400000)) from n",
    "with recursive n(i) as (select 1 union all select i + 1 from n limit 2000) "
    "select group_concat(hex(zeroblob(100000))) from n",
    "with recursive n(i, x) as (select 1, hex(zeroblob(10000)) union all select i + 1, x || i from n limit 100000000) "
    "select x from n order by random() limit 5",
]
# SQLite does not check the time limit while a function runs.
UNINTERRUPTIBLE = "select instr(hex(zeroblob(10000000)), hex(zeroblob(5000000)) || '1')"

Answer = tuple[int, str]


def query(base: str, sql: str, form: str = ".json") -> Answer:
    return fetch(f"{base}/db/archive{form}?_shape=array&sql={quote(sql)}")


def fetch(address: str) -> Answer:
    try:
        with urlopen(Request(address), timeout=120) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")


def query_until_ready(base: str, sql: str) -> Answer:
    """Return the answer to a query, repeated while the process restarts."""
    start = monotonic()
    while (answer := query(base, sql))[0] == 503 and monotonic() - start < 60:
        threading.Event().wait(0.2)
    return answer


@contextmanager
def serve_with_process(folder: Path, **settings: Any) -> Iterator[tuple[str, DatasetteProcess]]:
    with (
        DatasetteProcess(folder, any_sql=True, **settings) as process,
        served(create_app(folder, datasette=process)) as base,
    ):
        assert query_until_ready(base, "select 1")[0] == 200
        yield base, process


@pytest.fixture(scope="module")
def served_archive(small: Path) -> Iterator[tuple[str, DatasetteProcess]]:
    with serve_with_process(small) as found:
        yield found


def process_of(process: DatasetteProcess) -> subprocess.Popen[bytes]:
    assert process._process is not None
    return process._process


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_many_hostile_queries_at_once_use_bounded_memory_and_delay_no_other_page(
    served_archive: tuple[str, DatasetteProcess],
) -> None:
    base, process = served_archive
    answers: list[Answer] = []
    forms = ("", ".json", ".csv")

    def ask(number: int) -> None:
        answers.append(query(base, HOSTILE[number % len(HOSTILE)], forms[number % len(forms)]))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(26)]
    for thread in threads:
        thread.start()
    waits = []
    while any(thread.is_alive() for thread in threads):
        start = monotonic()
        assert fetch(f"{base}/sources")[0] == 200
        waits.append(monotonic() - start)
    assert len(answers) == 26
    assert {status for status, _ in answers} <= {200, 400, 503}
    assert max(waits) < 5
    assert query_until_ready(base, "select 2 as two") == (200, '[{"two": 2}]')
    status = Path(f"/proc/{process_of(process).pid}/status").read_text()
    (peak,) = (int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    assert peak / 1024 < datasette_process.MEMORY_BYTES / MB


@pytest.mark.parametrize("sql", HOSTILE)
def test_a_query_that_needs_too_much_memory_gives_a_sentence(
    served_archive: tuple[str, DatasetteProcess], sql: str
) -> None:
    status, text = query(served_archive[0], sql)
    assert status == 400
    assert json.loads(text)["error"].startswith("The ")
    assert "Traceback" not in text
    assert query_until_ready(served_archive[0], "select 1")[0] == 200


def test_an_endless_sql_function_is_stopped_with_its_process(
    served_archive: tuple[str, DatasetteProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    base, process = served_archive
    first = process_of(process)
    with monkeypatch.context() as patch:
        patch.setattr(
            process, "_silence", 1.0
        )  # not before: a busy machine takes longer to start the process
        status, text = query(base, UNINTERRUPTIBLE)
    assert (status, "error" in json.loads(text)) == (503, True)
    first.wait(10)
    assert fetch(f"{base}/sources")[0] == 200
    assert query_until_ready(base, "select 3 as three") == (200, '[{"three": 3}]')


def test_a_busy_process_gives_503_with_retry_after(small: Path) -> None:
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
    with serve_with_process(small, waiting=0.2, time_limit=2000) as (base, process):
        threads = [
            threading.Thread(target=query, args=(base, endless))
            for _ in range(datasette_process.MAX_REQUESTS)
        ]
        for thread in threads:
            thread.start()
        busy: HTTPError | None = None
        while busy is None and any(thread.is_alive() for thread in threads):
            try:
                urlopen(f"{base}/db/archive.json?sql=select+1", timeout=60).close()
            except HTTPError as error:
                busy = error
        assert busy is not None
        assert (busy.code, busy.headers["Retry-After"]) == (503, "10")
        assert json.loads(busy.read()) == {"error": datasette_process.BUSY_MESSAGE}
        for thread in threads:
            thread.join()
        assert query_until_ready(base, "select 1")[0] == 200
        last = process_of(process)
    assert last.poll() is not None  # it ends with the block


def test_a_dead_process_is_restarted(served_archive: tuple[str, DatasetteProcess]) -> None:
    base, process = served_archive
    first = process_of(process)
    first.kill()
    first.wait()
    assert query_until_ready(base, "select 4 as four") == (200, '[{"four": 4}]')
    assert process_of(process).pid != first.pid


@pytest.mark.parametrize(
    "address",
    [
        "/db/",
        "/db/archive",
        "/db/archive/articles",
        "/db/archive/articles.json?_size=1",
        "/db/archive/articles.csv?_stream=on",
        "/db/archive?sql=select+1",
        "/db/archive.json?sql=drop+table+articles",
        "/db/archive/captures/1",
        "/db/-/static/app.css",
        "/db/sheet/tables.css",
        "/db/nope",
        "/db/-/databases",
        "/db/archive.db",
        "/db/archive/current_articles?_search=%D0%9C%D0%BE%D1%81%D1%82&_next=x%26y",
    ],
)
def test_responses_are_the_same_as_without_the_process(
    small: Path, served_archive: tuple[str, DatasetteProcess], address: str
) -> None:
    base = served_archive[0]
    with TestClient(create_app(small), base_url=base) as client:
        wanted = client.get(address, follow_redirects=False)
    headers = {"content-type", "content-security-policy", "x-frame-options", "cross-origin-resource-policy"}
    try:
        answer = urlopen(base + address, timeout=60)
    except HTTPError as error:
        answer = error
    with answer:
        assert answer.status == wanted.status_code
        assert {name: answer.headers[name] for name in headers} == {
            name: wanted.headers.get(name) for name in headers
        }
        if "json" not in address and "captures" not in address and wanted.status_code == 200:
            text = answer.read().decode()
            assert len(text.splitlines()) == len(wanted.text.splitlines())


def test_without_any_sql_queries_are_rejected(small: Path) -> None:
    with (
        DatasetteProcess(small, any_sql=False) as process,
        served(create_app(small, datasette=process)) as base,
    ):
        assert query_until_ready(base, "select 1")[0] == 403


PROGRAM = """
import sys
from pathlib import Path
from newsarchive.web.datasette.process import DatasetteProcess
with DatasetteProcess(Path(sys.argv[1]), any_sql=True) as process:
    print(process._process.pid, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_process_ends_when_its_parent_is_killed(small: Path, number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(small)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        process.send_signal(number)
        process.wait(30)
    start = monotonic()
    while _is_running(pid):
        assert monotonic() - start < 30
        threading.Event().wait(0.1)


def _is_running(pid: int) -> bool:
    with suppress(OSError):
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state != "Z"
    return False
