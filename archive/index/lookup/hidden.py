"""Why something is not shown to readers, once a connection hides restricted articles."""

from __future__ import annotations

from archive import urls
from archive.errors import Restricted
from archive.index.db.connection import Connection
from archive.index.lookup.article_keys import ArticleKey
from archive.index.rows import restrictions
from archive.index.rows.restrictions import Restriction


def raise_if_restricted(connection: Connection, key: ArticleKey) -> None:
    """Raise Restricted if a key names a restricted article, or the address of a capture that shows one."""
    if isinstance(key, str) and urls.is_web_url(key):
        _raise(restrictions.of_address(connection, key))
    elif str(key).isdecimal():
        _raise(restrictions.of_article(connection, int(str(key))))


def raise_if_restricted_record(connection: Connection, record_id: str) -> None:
    """Raise Restricted if a record is hidden because of a restriction."""
    _raise(restrictions.of_record(connection, record_id))


def _raise(found: Restriction | None) -> None:
    if found is not None:
        raise Restricted(f"Restricted since {found.at[:10]}: {found.why.rstrip('.')}.")
