"""When a source is crawled next, and how 'newsarchive run' keeps the schedules."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import locks, paths
from archive.core import Archive
from archive.errors import ArchiveBusy, SourceError
from newsarchive import schedule
from newsarchive.crawling.crawl_process import CrawlOrder
from newsarchive.crawling.schedule_state import ScheduleState, read_state, write_state
from newsarchive.demo_site import DemoSite
from newsarchive.sources.life import change_state
from spiders.sources.source import Source, load_all
from tests.conftest import Typed, until

NOON = datetime(2022, 1, 10, 12, 0, tzinfo=UTC)  # a Monday


def source(cron: str | None, zone: str = "Europe/Kyiv", name: str = "primorsk") -> Source:
    return Source(name=name, title="Новости", timezone=zone, schedule=cron)


def turns(cron: str, number: int, zone: str = "UTC") -> list[str]:
    """Return the next runs after noon on a Monday, as weekday, day and time in the zone of the source."""
    at, found = NOON, []
    for _ in range(number):
        turn = schedule.next_run(source(cron, zone), at)
        assert turn is not None
        found.append(f"{turn:%a %d %H:%M}")
        at = turn
    return found


def test_a_schedule_is_read_in_the_zone_of_the_source() -> None:
    turn = schedule.next_run(source("0 9 * * *"), NOON)
    assert turn is not None
    assert turn.isoformat() == "2022-01-11T09:00:00+02:00"


def test_a_schedule_of_every_half_hour_comes_twice_an_hour() -> None:
    assert turns("*/30 * * * *", 3) == ["Mon 10 12:30", "Mon 10 13:00", "Mon 10 13:30"]


@pytest.mark.parametrize("weekday", ["0", "7", "sun", "SUN"])
def test_the_week_of_cron_begins_on_sunday(weekday: str) -> None:
    assert turns(f"0 6 * * {weekday}", 2) == ["Sun 16 06:00", "Sun 23 06:00"]


def test_weekdays_are_counted_as_cron_counts_them() -> None:
    assert turns("0 6 * * 1-5", 5) == [
        "Tue 11 06:00",
        "Wed 12 06:00",
        "Thu 13 06:00",
        "Fri 14 06:00",
        "Mon 17 06:00",
    ]
    assert turns("0 6 * * 5-7", 3) == ["Fri 14 06:00", "Sat 15 06:00", "Sun 16 06:00"]
    assert turns("0 6 * * */3", 3) == ["Wed 12 06:00", "Sat 15 06:00", "Sun 16 06:00"]
    assert turns("0 6 * * tue,4", 2) == ["Tue 11 06:00", "Thu 13 06:00"]


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 6 1 jan-mar/2 *", ["Tue 01 06:00", "Sun 01 06:00"]),  # March, and January of the next year
        ("0 6 1 feb,4 *", ["Tue 01 06:00", "Fri 01 06:00"]),
        ("0 6 1-3 3 0-5", ["Tue 01 06:00", "Wed 02 06:00"]),
        ("0 6 * * fri-7/2", ["Fri 14 06:00", "Sun 16 06:00"]),
    ],
)
def test_names_ranges_and_steps_combine(cron: str, expected: list[str]) -> None:
    assert turns(cron, 2) == expected


@pytest.mark.parametrize(
    "cron",
    ["0 0 */31 * *", "0 0 * */12 *", "1-2/30 * * * *", "0 0 last * *", "0 0 ? * *", "5/10 * * * *", "0 0 * * 1-8",
     "0 0 * * 1-99999999", "0 0 ,1 * *", "0 0 * * 5-2"],
)  # fmt: skip
def test_a_schedule_that_cannot_run_is_rejected_with_the_source_file(folder: Path, cron: str) -> None:
    describe(folder, "primorsk", cron)
    with pytest.raises(SourceError, match=r"primorsk\.toml: schedule = .* has the invalid "):
        load_all(folder / paths.SOURCES)


def test_either_of_day_and_weekday_will_do_when_both_are_given() -> None:
    assert turns("0 6 13 * 2", 3) == ["Tue 11 06:00", "Thu 13 06:00", "Tue 18 06:00"]


def test_a_day_that_never_comes_has_no_next_run() -> None:
    assert schedule.next_run(source("0 0 31 2 *"), NOON) is None
    assert schedule.next_run(source(None), NOON) is None


def test_a_source_is_due_if_never_crawled_or_if_it_missed_a_run() -> None:
    def due(cron: str | None, last: datetime | None) -> bool:
        known = {} if last is None else {"primorsk": last}
        return bool(schedule.due_sources([source(cron, "UTC")], known, NOON))

    assert due("0 * * * *", None)
    assert not due(None, None)
    assert due("0 * * * *", NOON - timedelta(minutes=61))
    assert due("0 * * * *", NOON - timedelta(minutes=1))  # its turn is this very moment
    assert not due("0 * * * *", NOON)
    assert not due("0 6 * * *", NOON - timedelta(hours=5))
    assert due("0 6 * * *", NOON - timedelta(days=3))


@pytest.mark.parametrize("ahead", [timedelta(hours=2), timedelta(days=26_000)], ids=["hours", "years"])
def test_a_source_whose_last_crawl_is_in_the_future_is_due(ahead: timedelta) -> None:
    yearly = source("0 0 1 1 *", "UTC")
    assert schedule.due_sources([yearly], {"primorsk": NOON + ahead}, NOON) == [yearly]
    dead_battery = datetime(2000, 1, 1, tzinfo=UTC)
    assert schedule.due_sources([yearly], {"primorsk": NOON}, dead_battery) == [yearly]


def test_a_clock_set_back_by_seconds_repeats_no_run() -> None:
    assert (
        schedule.due_sources([source("0 12 * * *", "UTC")], {"primorsk": NOON}, NOON - timedelta(seconds=30))
        == []
    )


def clocks(wall: timedelta, elapsed: timedelta, awake: timedelta) -> schedule.ClockReadings:
    return schedule.ClockReadings(NOON + wall, 100 + elapsed.total_seconds(), 50 + awake.total_seconds())


ZERO, LOOK, NIGHT = timedelta(), timedelta(seconds=5), timedelta(hours=8)


@pytest.mark.parametrize(
    ("wall", "elapsed", "awake", "messages"),
    [
        (LOOK, LOOK, LOOK, []),
        (LOOK + timedelta(seconds=2), LOOK, LOOK, []),
        (NIGHT, NIGHT, NIGHT, []),  # nothing but a machine that was very busy
        (NIGHT, NIGHT, LOOK, ["The machine was suspended for 8 hours."]),
        (timedelta(days=26_664), LOOK, LOOK, ["The clock was set forward by 73 years."]),
        (-timedelta(minutes=90), LOOK, LOOK, ["The clock was set back by 90 minutes."]),
        (
            -timedelta(days=9_861),
            NIGHT,
            LOOK,
            ["The machine was suspended for 8 hours.", "The clock was set back by 27 years."],
        ),
    ],
)
def test_a_jump_of_the_clock_is_distinguished_from_time_that_passed(
    wall: timedelta, elapsed: timedelta, awake: timedelta, messages: list[str]
) -> None:
    assert schedule.clock_jumps(clocks(ZERO, ZERO, ZERO), clocks(wall, elapsed, awake)) == messages


def describe(folder: Path, name: str, cron: str | None = "0 0 1 1 *") -> Path:
    path = folder / "sources" / f"{name}.toml"
    stated = f'schedule = "{cron}"\n' if cron else ""
    path.write_text(
        f'title = "{name}"\ntimezone = "UTC"\n{stated}[[sections]]\nurl = "https://{name}.example/"\n'
    )
    return path


class Kept:
    """Run the schedules with short child processes, until a given line is logged."""

    def __init__(self, folder: Path, until: str, child: str) -> None:
        self.folder = folder
        self.until = until
        self.child = child
        self.lines: list[str] = []
        self.started: list[str] = []

    def run(self) -> list[str]:
        schedule.run_schedule(self.folder, 2, self.say, self.start)
        return self.lines

    def say(self, line: str) -> None:
        self.lines.append(line[20:])  # without the time
        if self.until in line:
            signal.raise_signal(signal.SIGTERM)

    def start(self, folder: Path, order: CrawlOrder) -> subprocess.Popen[str]:
        assert order.scheduled
        self.started.append(order.source)
        return subprocess.Popen(
            [sys.executable, "-c", self.child], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )


ENDS = (
    "import json; print(json.dumps({'event': 'ended', 'outcome': 'finished', 'crawl': 'x', 'fetched': 3,"
    " 'counts': {'found': 2, 'new': 1, 'not_articles': 3, 'failed': 0, 'left_out': 4, 'missing_parts': 0},"
    " 'failures': [], 'forbidden': [], 'refused': [],"
    " 'notes': ['a section shows nothing']}))"
)
WAITS = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); signal.pause()"


def test_a_source_that_was_never_crawled_is_crawled_at_once_and_its_result_is_logged(folder: Path) -> None:
    describe(folder, "primorsk")
    describe(folder, "asked", cron=None)
    kept = Kept(folder, "a section shows nothing", ENDS)
    lines = kept.run()
    assert kept.started == ["primorsk"]
    assert lines[0].startswith("primorsk: due now, then ")
    assert lines[1:4] == [
        "primorsk: crawl started",
        "primorsk: crawl ended: finished; 2 found, 1 new, 3 rejected, 4 left for the next crawl",
        "primorsk: a section shows nothing",
    ]
    assert lines[-1] == "Stopped."


class Jumping(Kept):
    """Run the schedules under a clock that jumps when a line is logged."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, jumps: list[tuple[timedelta, timedelta]]
    ) -> None:
        super().__init__(folder, "The test is over", ENDS)
        self._jumps = jumps
        self._at = (NOON + timedelta(minutes=30), 0.0, 0.0)
        monkeypatch.setattr(schedule, "LOOK_EVERY", 0.01)
        monkeypatch.setattr(schedule.ClockReadings, "read", lambda: schedule.ClockReadings(*self._at))

    def say(self, line: str) -> None:
        super().say(line)
        if "crawl ended" in line:
            if not self._jumps:
                super().say(f"{'':20}The test is over")
            else:
                wall, elapsed = self._jumps.pop(0)
                self._at = (self._at[0] + wall, self._at[1] + elapsed.total_seconds(), self._at[2] + 5)


def test_a_night_of_suspend_brings_the_turns_it_missed_as_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    describe(folder, "primorsk", "0 * * * *")
    kept = Jumping(folder, monkeypatch, [(NIGHT, NIGHT)])
    lines = kept.run()
    assert kept.started == ["primorsk", "primorsk"]
    assert "The machine was suspended for 8 hours." in lines


def test_a_clock_set_either_way_is_reported_and_stops_no_crawls(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    describe(folder, "primorsk", "0 * * * *")
    century = timedelta(days=36_525)
    kept = Jumping(folder, monkeypatch, [(century, LOOK), (-century, LOOK)])
    lines = kept.run()
    assert kept.started == ["primorsk"] * 3
    messages = [line for line in lines if line.startswith("The clock")]
    assert messages == ["The clock was set forward by 100 years.", "The clock was set back by 100 years."]


def test_all_times_of_a_line_are_of_one_zone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    describe(folder, "primorsk")
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        lines = Kept(folder, "a section shows nothing", ENDS).run()
    time.tzset()
    assert (
        lines[0] == f"primorsk: due now, then {datetime.now(UTC).year + 1}-01-01 09:00+09:00"
    )  # midnight in UTC


def test_a_running_crawl_is_stopped_and_waited_for(folder: Path) -> None:
    describe(folder, "primorsk")
    lines = Kept(folder, "crawl started", WAITS).run()
    assert "Stopping; waiting for running crawls to end." in lines
    assert any(line.startswith("primorsk: crawl ended: failed") for line in lines)


def test_a_crawl_that_cannot_be_started_does_not_stop_the_schedules(folder: Path) -> None:
    class NoRoom(Kept):
        def start(self, folder: Path, order: CrawlOrder) -> subprocess.Popen[str]:
            raise OSError(12, "Cannot allocate memory")

    describe(folder, "primorsk")
    lines = NoRoom(folder, "could not be started", "").run()
    assert "primorsk: the crawl could not be started: Cannot allocate memory" in lines


def test_source_files_are_read_again_when_they_change(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "LOOK_EVERY", 0.01)
    describe(folder, "first")

    class Editing(Kept):
        def say(self, line: str) -> None:
            messages = line[20:]
            if messages.startswith("first: crawl ended"):
                describe(folder, "second")
            elif messages.startswith("second: crawl ended"):
                (folder / "sources" / "second.toml").write_text("title = 5")
            elif messages.startswith("second: still scheduled as before"):
                (folder / "sources" / "first.toml").unlink()
            super().say(line)

    lines = Editing(folder, "first: no longer scheduled", ENDS).run()
    assert any(line.startswith("Error: ") and "second.toml: title = 5" in line for line in lines)
    assert "first: no longer scheduled" in lines


def test_a_source_is_paused_and_resumed_while_the_schedules_are_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "LOOK_EVERY", 0.01)
    describe(folder, "first")

    class Pausing(Kept):
        def say(self, line: str) -> None:
            if line[20:].startswith("first: crawl ended"):
                change_state(folder, "first", "paused" if len(self.started) == 1 else "retired")
            elif line[20:].startswith("first: no longer scheduled"):
                if len(self.started) == 2:
                    self.until = "first:"
                else:
                    change_state(folder, "first", "resumed")
            super().say(line)

    kept = Pausing(folder, "is set when it is retired", ENDS)
    kept.run()
    assert kept.started == ["first", "first"]
    assert kept.lines.count("first: no longer scheduled") == 2


def test_an_error_in_a_source_file_stops_run_at_the_start(folder: Path) -> None:
    (folder / "sources" / "primorsk.toml").write_text("title = 5")
    with pytest.raises(SourceError):
        Kept(folder, "", ENDS).run()


def test_only_one_run_at_a_time(folder: Path) -> None:
    describe(folder, "primorsk")
    with (
        locks.lock(schedule.lock_path(folder), "held by the test"),
        pytest.raises(ArchiveBusy),
    ):
        Kept(folder, "", ENDS).run()


def test_run_crawls_and_ends_with_its_crawls_on_sigterm(folder: Path, demo_site: DemoSite) -> None:
    site = demo_site.outlets["primorsk"]
    text = 'schedule = "0 0 1 1 *"\n' + site.source_toml(minimal=True, delay=2.0)
    (folder / "sources" / "primorsk.toml").write_text(text, encoding="utf-8")
    typed = [sys.executable, "-m", "newsarchive", "--archive", str(folder), "run"]
    with subprocess.Popen(typed, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        lines: list[str] = []
        for line in child.stdout:
            lines.append(line[20:].strip())
            if "crawl started" in line:
                child.send_signal(signal.SIGTERM)
        assert child.wait() == 0
    assert lines[-1] == "Stopped."
    with locks.lock(paths.source_lock(folder, "primorsk"), "a crawl still runs"):
        pass


def test_a_log_that_cannot_be_written_does_not_stop_the_schedules(folder: Path, demo_site: DemoSite) -> None:
    site = demo_site.outlets["primorsk"]
    text = 'schedule = "0 0 1 1 *"\n' + site.source_toml(minimal=True, delay=0.0)
    (folder / "sources" / "primorsk.toml").write_text(text, encoding="utf-8")

    def has_crawled() -> bool:
        with Archive.open(folder) as archive:
            return any(crawl.outcome for crawl in archive.crawls("primorsk"))

    typed = [sys.executable, "-m", "newsarchive", "--archive", str(folder), "run"]
    with (
        Path("/dev/full").open("wb") as full,
        subprocess.Popen(typed, stdout=full, stderr=subprocess.PIPE, text=True) as child,
    ):
        until(child, has_crawled)
        child.send_signal(signal.SIGTERM)
        _, messages = child.communicate()
    assert child.returncode == 2
    assert messages.startswith("Error: The output could not be written: No space left on device.")
    assert len(messages.splitlines()) == 1


def test_status_says_whether_the_schedules_are_kept_and_what_runs_now(folder: Path, typed: Typed) -> None:
    describe(folder, "primorsk")
    describe(folder, "sloboda", "30 9 1 1 *")
    assert "Schedule: not running. To start it, run 'newsarchive run'." in typed(folder, "status").stdout
    state = ScheduleState(NOON, 1234, {"primorsk": NOON + timedelta(minutes=5)}, ("sloboda",))
    write_state(folder, state)
    assert read_state(folder) is None, "what an ended process has left"
    with locks.lock(schedule.lock_path(folder), "held by the test"):
        assert read_state(folder) == state
        line = " ".join(typed(folder, "status").stdout.split("Schedule: ")[1].split())
    year = datetime.now(UTC).year + 1
    assert line == (
        f"running since {NOON.astimezone().isoformat(' ', 'minutes')}, process 1234; crawling primorsk since 2022-01-10"
        f" 12:05+00:00; waiting: sloboda; next: primorsk {year}-01-01 00:00+00:00."
    )
