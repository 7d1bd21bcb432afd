"""The stories of one outlet by path: published, edited, removed and moved."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from newsarchive.demo_site.outlet import Outlet
from newsarchive.demo_site.story import Story


class StoryStore:
    """An outlet's stories under their paths; changes are dated by the demo site's clock and do not move it."""

    def __init__(self, outlet: Outlet, stories: Iterable[Story], clock: Callable[[], datetime]) -> None:
        self.outlet = outlet
        self._clock = clock
        self._lock = threading.RLock()
        self._live: dict[str, Story] = {}
        self._removed: set[str] = set()
        self._moved: dict[str, str] = {}
        self._last_number = 1800  # outlets rarely show their first articles
        for story in sorted(stories, key=lambda story: story.published):
            self.publish(story)

    def now(self) -> datetime:
        """Return the demo site's time in the outlet's zone."""
        return self._clock().astimezone(ZoneInfo(self.outlet.timezone))

    def published(self) -> list[tuple[str, Story]]:
        """Return every published story with its path, the newest first."""
        with self._lock:
            found = list(self._live.items())
        return sorted(found, key=lambda item: (item[1].published, item[1].number), reverse=True)

    def story(self, path: str) -> Story | None:
        """Return the story at this path, or None."""
        with self._lock:
            return self._live.get(path)

    def is_removed(self, path: str) -> bool:
        """Return whether the story at this path was removed."""
        with self._lock:
            return path in self._removed

    def moved_to(self, path: str) -> str | None:
        """Return the path to which the story at this path moved, or None."""
        with self._lock:
            return self._moved.get(path)

    def publish(self, story: Story) -> str:
        """Publish a story and return its path."""
        with self._lock:
            self._last_number += 7
            numbered = replace(story, number=self._last_number)
            path = self._path(numbered)
            if path in self._live:
                raise ValueError(f"{self.outlet.name} already has an article at {path}")
            self._live[path] = numbered
            self._removed.discard(path)
            self._moved.pop(path, None)
            return path

    def edit_headline(self, path: str, title: str) -> None:
        """Replace the headline of a story."""
        with self._lock:
            self._replace_story(replace(self._require(path), title=title), path)

    def edit_paragraph(self, path: str, place: int, text: str) -> None:
        """Replace the paragraph of the body at this place, counted from 0."""
        with self._lock:
            story = self._require(path)
            body = list(story.body)
            body[place] = text
            self._replace_story(replace(story, body=tuple(body)), path)

    def count_views(self, path: str, views: int) -> None:
        """Set the view counter, which is not an edit: the modification time stays."""
        with self._lock:
            self._live[path] = replace(self._require(path), views=views)

    def remove(self, path: str) -> None:
        """Remove an article; its URL answers 404 or 410 from now on."""
        with self._lock:
            self._require(path)
            del self._live[path]
            self._removed.add(path)

    def move(self, path: str, slug: str) -> str:
        """Move an article to a new slug, to which the old URL redirects, and return the new path."""
        with self._lock:
            story = self._require(path)
            self._last_number += 7
            moved = replace(story, slug=slug, number=self._last_number)
            new = self._path(moved)
            del self._live[path]
            self._live[new] = moved
            self._moved.pop(new, None)
            self._removed.discard(new)
            self._moved[path] = new
            return new

    def _path(self, story: Story) -> str:
        return self.outlet.article_path(story)

    def _require(self, path: str) -> Story:
        story = self._live.get(path)
        if story is None:
            raise KeyError(f"{self.outlet.name} has no article at {path}")
        return story

    def _replace_story(self, story: Story, path: str) -> None:
        self._live[path] = replace(story, modified=self.now())
