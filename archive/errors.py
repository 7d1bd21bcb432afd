"""One tree of errors; each is a plain sentence and carries what it is about."""


class ArchiveError(Exception):
    """Anything the archive can say went wrong; its text is one sentence a person can act on."""


class NoArchive(ArchiveError):
    """The folder is not an archive."""


class DamagedRecord(ArchiveError):
    """A record's bytes cannot be read, or do not match what is known of them."""


class NotFound(ArchiveError):
    """Nothing in the archive answers to this address or number."""


class BadQuery(ArchiveError):
    """A question was asked in a way that has no answer: an impossible date, an unknown source."""


class ArchiveBusy(ArchiveError):
    """Another process holds what this one needs."""


class SourceError(ArchiveError):
    """A source file is wrong; every mistake in it is named."""
