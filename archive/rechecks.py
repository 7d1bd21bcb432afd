"""When the address of an article is due to be fetched again. PURE."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MAX_WAIT = timedelta(days=30)
# A last visit so far in the future was dated by a wrong clock: it must not stop visits for years.
CLOCK_TOLERANCE = timedelta(days=1)
_LAST_MOMENT = datetime.max.replace(tzinfo=UTC)


def due_at(changed: datetime, checked: datetime) -> datetime:
    """Return when an address is due again, given its last change (or its discovery) and its last fetch.

    The wait is half of the time between the two, and 30 days at most. Right after a change there is none: the next
    crawl fetches the address again.
    """
    wait = min(max(checked - changed, timedelta(0)) // 2, MAX_WAIT)
    return checked + min(wait, _LAST_MOMENT - checked)
