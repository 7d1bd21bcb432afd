"""Work after crawls: saved searches and alarms are checked, notices delivered, metrics written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from archive.errors import ArchiveError
from newsarchive.config import load_settings
from newsarchive.monitoring.metrics import write_metrics
from newsarchive.monitoring.open_alarms import check_source
from newsarchive.notices.notifications import Message, notify
from newsarchive.notices.watches import check_after_crawl


def report(folder: Path, sources: Iterable[str]) -> list[str]:
    """Report what crawls of these sources brought; return a sentence for each thing that could not be done.

    Nothing that is wrong with a channel may stop the crawls.
    """
    messages: list[Message] = []
    errors: list[str] = []
    for name in sources:
        try:
            messages += check_source(folder, name)
        except (ArchiveError, OSError) as error:
            errors.append(f"{name}: alarms were not checked: {error}")
    try:
        settings = load_settings(folder)
        undelivered = list(notify(folder, messages).errors) if messages else []
        undelivered += check_after_crawl(folder)
        errors += dict.fromkeys(undelivered)
        if settings.prometheus is not None and (failure := write_metrics(folder, settings.prometheus)):
            errors.append(failure)
    except (ArchiveError, OSError) as error:
        errors.append(f"Notices were not delivered: {error}")
    return errors
