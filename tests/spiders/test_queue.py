"""The task queue loses nothing when its process is killed, and requests nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.events import Fetched
from spiders.crawl.queue import MAX_CRAWLS, Queue
from spiders.crawl.task import Task


def task(path: str, role: str = "article", **more: object) -> Task:
    return Task(f"http://news.example{path}", Fetched(role=role, **more))  # type: ignore[arg-type]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "frontier.db"


def test_a_task_survives_a_round_trip(file: Path) -> None:
    queue = Queue(file, "primorsk", "crawl-1")
    sent = task(
        "/a?b=1",
        crawl="crawl-1",
        section="Мир",
        listing="http://news.example/",
        place=3,
        headline="«Ё»",
        stamp="11:55",
    )
    assert queue.add(sent)
    assert queue.lease() == sent
    assert queue.lease() is None


def test_an_address_is_queued_once_however_it_is_written(file: Path) -> None:
    queue = Queue(file, "primorsk", "crawl-1")
    assert queue.add(task("/a?b=1"))
    assert not queue.add(task("/a?b=1#comments"))
    assert not queue.add(task("/a?b=1&utm_source=feed"))
    assert queue.add(task("/a?b=1", role="image"))
    assert not queue.add(task("/a?b=1", role="requisite"))


def test_an_address_that_is_done_is_not_queued_again_in_the_same_crawl(file: Path) -> None:
    queue = Queue(file, "primorsk", "crawl-1")
    queue.add(task("/a"))
    leased = queue.lease()
    assert leased is not None
    queue.mark_done(leased)
    assert not queue.add(task("/a"))
    assert queue.is_empty()


def test_a_failed_task_is_left_to_the_next_crawl(file: Path) -> None:
    queue = Queue(file, "primorsk", "crawl-1")
    queue.add(task("/a"))
    leased = queue.lease()
    assert leased is not None
    queue.mark_failed(leased.retry())
    assert queue.lease() is None
    following = Queue(file, "primorsk", "crawl-2")
    following.take_over(lambda crawl, url: True)  # a stored error response makes no difference
    again = following.lease()
    assert again is not None
    assert (again.url, again.tries, again.crawls) == (leased.url, 0, 1)


def test_a_task_that_failed_in_many_crawls_is_given_up(file: Path) -> None:
    queue = Queue(file, "primorsk", "crawl-1")
    queue.add(task("/a"))
    for _ in range(MAX_CRAWLS):
        leased = queue.lease()
        assert leased is not None
        queue.mark_failed(leased)
        queue.take_over(lambda crawl, url: False)
    assert queue.is_empty()


def test_a_retry_is_queued_again(file: Path) -> None:
    queue = Queue(file, "primorsk", "crawl-1")
    queue.add(task("/a"))
    leased = queue.lease()
    assert leased is not None
    assert queue.add(leased.retry())
    again = queue.lease()
    assert again is not None
    assert again.tries == 1


def test_listings_come_before_articles_and_new_articles_before_known_ones(file: Path) -> None:
    queue = Queue(file, "primorsk", "crawl-1")
    queue.add(task("/picture", role="image"))
    queue.add(task("/known"))
    queue.add(task("/new", listing="http://news.example/"))
    queue.add(task("/", role="listing"))
    leased = [one.url for one in iter(queue.lease, None)]
    assert [url.rpartition("/")[2] for url in leased] == ["", "new", "known", "picture"]


def test_tasks_leased_by_a_killed_crawl_are_queued_for_the_next(file: Path) -> None:
    killed = Queue(file, "primorsk", "crawl-1")
    for path in ("/a", "/b", "/c"):
        killed.add(task(path))
    killed.lease()
    killed.close()
    queue = Queue(file, "primorsk", "crawl-2")
    queue.take_over(lambda crawl, url: False)
    assert {one.url[-2:] for one in iter(queue.lease, None)} == {"/a", "/b", "/c"}


def test_tasks_captured_by_a_killed_crawl_are_not_requested_again(file: Path) -> None:
    killed = Queue(file, "primorsk", "crawl-1")
    killed.add(task("/a"))
    killed.add(task("/b"))
    killed.lease()
    killed.lease()
    killed.close()
    queue = Queue(file, "primorsk", "crawl-2")
    queue.take_over(lambda crawl, url: crawl == "crawl-1" and url.endswith("/a"))
    assert [one.url[-2:] for one in iter(queue.lease, None)] == ["/b"]


def test_sources_do_not_see_one_anothers_tasks(file: Path) -> None:
    Queue(file, "primorsk", "crawl-1").add(task("/a"))
    other = Queue(file, "sloboda", "crawl-2")
    assert other.lease() is None
    assert other.add(task("/a"))


def test_redirects_are_counted_and_say_where_they_came_from() -> None:
    moved = task("/a").redirected_to("http://news.example/b")
    assert (moved.hops, moved.why.redirected_from) == (1, "http://news.example/a")
    assert Task.from_json(moved.to_json()) == moved


def test_tasks_captured_by_a_killed_crawl_are_returned_with_their_capture_until_done(file: Path) -> None:
    killed = Queue(file, "primorsk", "crawl-1")
    killed.add(task("/a"))
    killed.lease()
    killed.close()
    for crawl in ("crawl-2", "crawl-3"):  # the second is killed too, before it has processed the response
        queue = Queue(file, "primorsk", crawl)
        ((answered, capture),) = queue.take_over(lambda crawl, url: 7 if crawl == "crawl-1" else None)
        assert (answered.url[-2:], capture) == ("/a", 7)
        assert queue.lease() is None
    queue.mark_done(answered)
    queue.close()
    assert Queue(file, "primorsk", "crawl-4").take_over(lambda crawl, url: 7) == []


def test_a_task_found_by_a_killed_crawl_belongs_to_the_crawl_that_captures_it(file: Path) -> None:
    Queue(file, "primorsk", "crawl-1").add(task("/a", crawl="crawl-1"))
    second = Queue(file, "primorsk", "crawl-2")
    second.take_over(lambda crawl, url: None)
    leased = second.lease()
    assert leased is not None
    assert leased.why.crawl == "crawl-2"


def test_a_damaged_queue_is_moved_aside(file: Path) -> None:
    Queue(file, "primorsk", "crawl-1").close()
    with file.open("r+b") as damaged:
        damaged.seek(30)
        damaged.write(b"?" * 3000)
    queue = Queue(file, "primorsk", "crawl-2")
    assert queue.was_reset
    assert queue.add(task("/a"))
    assert file.with_name("frontier.db.damaged").stat().st_size
    queue.close()
    assert not Queue(file, "primorsk", "crawl-3").was_reset


def test_tasks_leased_ahead_by_a_killed_crawl_are_queued_again(file: Path) -> None:
    killed = Queue(file, "primorsk", "crawl-1")
    with killed.transaction():
        for place in range(20):
            killed.add(task(f"/{place}"))
    assert killed.lease() == task("/0", crawl="crawl-1")
    assert killed.queued_count() == 19
    following = Queue(file, "primorsk", "crawl-2")
    following.take_over(lambda crawl, url: None)
    assert len(list(iter(following.lease, None))) == 20


def test_a_task_of_higher_priority_comes_before_tasks_leased_ahead(file: Path) -> None:
    queue = Queue(file, "primorsk", "crawl-1")
    for place in range(3):
        queue.add(task(f"/{place}"))
    queue.lease()
    queue.add(task("/listing", role="listing"))
    assert [one.url.rpartition("/")[2] for one in iter(queue.lease, None)] == ["listing", "1", "2"]
    assert queue.is_empty()


@pytest.mark.parametrize("is_leased", [False, True])
def test_a_waiting_task_notes_that_a_redirect_leads_to_it_too(file: Path, is_leased: bool) -> None:
    queue = Queue(file, "primorsk", "crawl-1")
    queue.add(task("/first", listing="http://news.example/"))
    queue.add(task("/a", listing="http://news.example/", crawl="crawl-1"))
    if is_leased:  # in the file, not yet returned
        queue.lease()
    assert not queue.add(task("/a", redirected_from="http://count.example/r/1"))
    if not is_leased:
        queue.lease()
    found = queue.lease()
    assert found is not None
    assert (found.why.listing, found.why.redirected_from) == (
        "http://news.example/",
        "http://count.example/r/1",
    )
