"""Short tasks that were started in the console, such as looking at a site. The work is done by child processes."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any, Literal

from archive.errors import ArchiveBusy, ArchiveError, NotFound

KEPT = 50  # tasks that are remembered after their end
AT_ONCE = 4
Report = Callable[[str, str], None]  # what is done now, and how far it is
Work = Callable[[Report], Any]


@dataclass(slots=True)
class Task:
    """A task; its thread changes it, everything else only reads it."""

    id: str
    what: str
    about: dict[str, str]  # what the page of the result needs to know
    phase: str = "starting"
    text: str = ""
    result: Any = None
    error: str | None = None
    is_over: bool = False

    @property
    def state(self) -> Literal["running", "ended"]:
        """Return the state of the task."""
        return "ended" if self.is_over else "running"

    def as_dict(self) -> dict[str, Any]:
        """Return the progress for JSON."""
        return {
            "id": self.id,
            "what": self.what,
            "state": self.state,
            "phase": self.phase,
            "text": self.text,
            "error": self.error,
        }


@dataclass(slots=True)
class Tasks:
    """The tasks that were started in the console since the server was started."""

    _lock: Lock = field(default_factory=Lock)
    _tasks: OrderedDict[str, Task] = field(default_factory=OrderedDict)

    def start(self, what: str, about: dict[str, str], work: Work) -> Task:
        """Start a task in a thread, which only waits for a process; raise ArchiveBusy if there are too many."""
        with self._lock:
            if sum(not task.is_over for task in self._tasks.values()) >= AT_ONCE:
                raise ArchiveBusy(f"{AT_ONCE} tasks are running already. Wait until one of them ends.")
            ended = [task.id for task in self._tasks.values() if task.is_over]
            for task_id in ended[: max(0, len(ended) - KEPT)]:
                del self._tasks[task_id]
            task = Task(secrets.token_hex(8), what, about)
            self._tasks[task.id] = task
        Thread(target=_run, args=(task, work), name=what, daemon=True).start()
        return task

    def find(self, task_id: str) -> Task:
        """Return a task, or raise NotFound."""
        with self._lock:
            if (task := self._tasks.get(task_id)) is None:
                raise NotFound(
                    f"There is no task “{task_id[:40]}” here. The server may have been restarted since."
                )
            return task


def _run(task: Task, work: Work) -> None:
    def report(phase: str, text: str) -> None:
        task.phase, task.text = phase, text

    try:
        task.result = work(report)
    except ArchiveError as error:
        task.error = str(error)
    except (OSError, ValueError, KeyError, TypeError) as error:
        task.error = f"{task.what} failed: {type(error).__name__}: {error}"
    finally:
        task.is_over = True
