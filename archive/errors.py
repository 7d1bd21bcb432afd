"""The errors of the archive, in one tree. The text of each is a sentence for the user."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Self


class ArchiveError(Exception):
    """An expected failure; its text is one sentence that says what happened and what to do."""


class NoArchive(ArchiveError):
    """The folder is not an archive."""


class DamagedRecord(ArchiveError):
    """A record's bytes cannot be read, or do not match what is known about them."""


class DamagedIndex(ArchiveError):
    """The index cannot be read. The WARC files are intact, and a rebuild restores the index from them."""


class OutdatedIndex(ArchiveError):
    """The index was made by an earlier release and is not usable as it is; a rebuild upgrades it."""


class Unwritable(ArchiveError):
    """Data could not be written: the disk is full, the folder is read-only, or file handles have run out."""

    @classmethod
    def from_os_error(cls, error: OSError, where: Path | str) -> Self:
        """Return the error for an OSError; the file it names takes precedence over `where` in the sentence."""
        if error.errno in (errno.EMFILE, errno.ENFILE):
            return cls("Too many files are open: raise the limit ('ulimit -n') and crawl again.")
        then = (
            " Free some space and try again; what was crawled so far is stored."
            if error.errno in _DISK_FULL_ERRNOS
            else ""
        )
        return cls(f"{error.filename or where} cannot be written: {write_failure_reason(error)}.{then}")


def write_failure_reason(error: OSError) -> str:
    """Return why a write failed, as the end of a sentence without its full stop."""
    return _WRITE_FAILURE_REASONS.get(error.errno or 0, (error.strerror or str(error)).rstrip("."))


_DISK_FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT})
_WRITE_FAILURE_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "it has reached the limit on the size of files",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "this user has no permission to write there",
    errno.EPERM: "this user has no permission to write there",
    errno.EMFILE: "too many files are open",
    errno.ENAMETOOLONG: "its name is too long",
}
# Faults of the machine, not of the page that was being processed.
_MACHINE_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE})


def machine_error(error: BaseException | None, where: Path | str) -> Unwritable | None:
    """Return the first error in a chain of causes that would hit every page (a full disk, say), or None.

    None means that the error belongs to the page that was being processed.
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:  # chains of causes can be circular
        seen.add(id(error))
        if isinstance(error, Unwritable):
            return error
        if isinstance(error, OSError) and error.errno in _MACHINE_ERRNOS:
            return Unwritable.from_os_error(error, where)
        error = error.__cause__ or error.__context__
    return None


class NotFound(ArchiveError):
    """Nothing in the archive has this address or number."""


class Restricted(ArchiveError):
    """The archive does not show this to readers; the message says why and since when."""


class BadQuery(ArchiveError):
    """A query cannot be answered: it has an invalid date or an unknown source, for example."""


class ArchiveBusy(ArchiveError):
    """Another process holds a lock that this one needs."""


class TooSlow(ArchiveError):
    """A query was cancelled because it exceeded its time limit."""


class SourceError(ArchiveError):
    """A source file is invalid; the message names every mistake in it."""
