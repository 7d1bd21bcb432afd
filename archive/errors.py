"""One tree of errors; each is a plain sentence and carries what it is about."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Self


class ArchiveError(Exception):
    """Anything the archive can say went wrong; its text is one sentence a person can act on."""


class NoArchive(ArchiveError):
    """The folder is not an archive."""


class DamagedRecord(ArchiveError):
    """A record's bytes cannot be read, or do not match what is known of them."""


class DamagedIndex(ArchiveError):
    """The index cannot be read; the WARC files can, and it can be made anew from them."""


class OutdatedIndex(ArchiveError):
    """The index was made by an earlier release and cannot be used as it is; it can be made new from the WARC files."""


class Unwritable(ArchiveError):
    """What was to be kept cannot be written: the disk is full, the folder read-only, no file handle is left."""

    @classmethod
    def from_os_error(cls, error: OSError, where: Path | str) -> Self:
        """The sentence for what the system said of a file or folder; what the system itself names goes first."""
        if error.errno in (errno.EMFILE, errno.ENFILE):
            return cls("No file handles are left: raise their limit ('ulimit -n') and crawl again.")
        then = (
            " Free some space and try again; what was crawled is kept."
            if error.errno in _DISK_FULL_ERRNOS
            else ""
        )
        return cls(f"{error.filename or where} cannot be written: {write_failure_reason(error)}.{then}")


def write_failure_reason(error: OSError) -> str:
    """What the system said when a file was to be written, as the end of a sentence without its point."""
    return _WRITE_FAILURE_REASONS.get(error.errno or 0, (error.strerror or str(error)).rstrip("."))


_DISK_FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT})
_WRITE_FAILURE_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "it has met the limit on the size of files",
    errno.EROFS: "it lies on a disk that is read-only",
    errno.EACCES: "this user may not write there",
    errno.EPERM: "this user may not write there",
    errno.EMFILE: "no file handles are left",
    errno.ENAMETOOLONG: "its name is too long",
}
# What is wrong with the machine, whichever page it happened to.
_MACHINE_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE})


def machine_error(error: BaseException | None, where: Path | str) -> Unwritable | None:
    """The error as one that every page will meet, however deep below it that lies; None when it is the page's."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:  # chains of causes may go round
        seen.add(id(error))
        if isinstance(error, Unwritable):
            return error
        if isinstance(error, OSError) and error.errno in _MACHINE_ERRNOS:
            return Unwritable.from_os_error(error, where)
        error = error.__cause__ or error.__context__
    return None


class NotFound(ArchiveError):
    """Nothing in the archive answers to this address or number."""


class BadQuery(ArchiveError):
    """A question was asked in a way that has no answer: an impossible date, an unknown source."""


class ArchiveBusy(ArchiveError):
    """Another process holds what this one needs."""


class TooSlow(ArchiveError):
    """A question was ended because it took longer than it may."""


class SourceError(ArchiveError):
    """A source file is wrong; every mistake in it is named."""
