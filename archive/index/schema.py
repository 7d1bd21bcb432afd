"""The tables of archive.db, each column with its meaning, and the migrations that made them."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

APPLICATION_ID = 0x6E657773  # "news": tells archive.db from any other SQLite file

migrations = Migrations("newsarchive")

TABLES: dict[str, str] = {
    "sources": """
CREATE TABLE sources (  -- one row an outlet that was ever crawled
    name TEXT PRIMARY KEY,  -- the name of its file: sources/NAME.toml
    title TEXT NOT NULL,  -- the outlet's name for readers
    timezone TEXT NOT NULL  -- IANA zone in which its undated times are read
) STRICT""",
    "crawls": """
CREATE TABLE crawls (  -- one row a visit to a source
    id TEXT PRIMARY KEY,  -- source and start: "primorsk-20220110095500"
    source TEXT NOT NULL REFERENCES sources (name),  -- whose sections were visited
    started_at TEXT NOT NULL,  -- UTC
    ended_at TEXT,  -- UTC; null while it runs, and for ever when it was killed
    outcome TEXT,  -- finished, stopped, limit; null when it was killed
    found INTEGER,  -- distinct articles that the listings showed
    new INTEGER,  -- articles read for the first time
    known INTEGER,  -- articles looked at again and found as they were
    changed INTEGER,  -- articles found with another content
    removed INTEGER,  -- articles that became removed
    gone INTEGER,  -- known articles whose address answered 404 or 410 for the first time
    moved INTEGER,  -- articles whose address led elsewhere
    not_articles INTEGER,  -- pages that were read and are no articles
    failed INTEGER,  -- addresses that gave no usable answer
    notes TEXT  -- what needs looking at, a line each; null when nothing does
) STRICT""",
    "captures": """
CREATE TABLE captures (  -- one row a response kept in a WARC file
    id INTEGER PRIMARY KEY,  -- in the order of keeping; may differ after a rebuild, record_id never does
    crawl_id TEXT REFERENCES crawls (id),  -- null for what was imported or saved by hand
    source TEXT REFERENCES sources (name),  -- whose crawl asked for it
    role TEXT NOT NULL,  -- listing, feed, sitemap, robots, article, image, requisite, page
    url TEXT NOT NULL,  -- the address as asked
    fetched_at TEXT NOT NULL,  -- UTC: when the request was sent
    status INTEGER,  -- HTTP status; null when the answer had no readable status line
    media_type TEXT,  -- as declared, without parameters
    charset TEXT,  -- as declared; null when none is
    etag TEXT,  -- as sent; goes back to the server with the next request
    last_modified TEXT,  -- likewise
    redirects_to TEXT,  -- absolute address, for a redirect
    payload_sha256 TEXT NOT NULL,  -- hex; of the body with framing and compression undone; for a 304, of what stands
    payload_bytes INTEGER NOT NULL,  -- length of that body
    truncated TEXT,  -- why the answer is not whole: length, time, disconnect, unspecified; else null
    kind TEXT NOT NULL,  -- the record's WARC type: response or revisit
    revisit_of TEXT,  -- record id of the response that holds a revisit's body, or that a 304 says still stands
    record_id TEXT NOT NULL UNIQUE,  -- WARC-Record-ID
    file TEXT NOT NULL,  -- the WARC file, from the archive's folder
    "offset" INTEGER NOT NULL,  -- of the record in that file, bytes
    length INTEGER NOT NULL,  -- of the record in that file, bytes
    digest TEXT NOT NULL,  -- of the record's block as stored: "sha256:…"; of a revisit that is the head alone
    redirected_from TEXT,  -- the address whose answer led here
    section TEXT,  -- of the source, through which the address was found
    listed_headline TEXT,  -- what the listing or feed printed as the headline
    listed_stamp TEXT,  -- what the listing or feed printed as the time
    listed_in TEXT,  -- listing or feed: where these two were printed
    reading TEXT  -- article, or why it is none; null until read, and for roles that are not read
) STRICT""",
    "warc_files": """
CREATE TABLE warc_files (  -- one row a WARC file the index knows
    file TEXT PRIMARY KEY,  -- from the archive's folder
    bytes INTEGER NOT NULL,  -- how far it has been taken into the index
    manifest TEXT REFERENCES manifests (name)  -- where its digests stand; null until its crawl has closed one
) STRICT""",
    "manifests": """
CREATE TABLE manifests (  -- one row a manifest, in which a crawl left the digests of what it wrote
    name TEXT PRIMARY KEY,  -- in the folder manifests/
    sha256 TEXT NOT NULL,  -- hex; of the whole file
    closed_at TEXT NOT NULL  -- UTC
) STRICT""",
    "imports": """
CREATE TABLE imports (  -- one row a WARC file made elsewhere and taken in
    file TEXT PRIMARY KEY,  -- as it stands in the archive, from its folder
    name TEXT NOT NULL,  -- as it was given
    sha256 TEXT NOT NULL UNIQUE,  -- hex; of the file as it was given
    imported_at TEXT NOT NULL,  -- UTC
    repacked INTEGER NOT NULL,  -- 1 when its records, unchanged, were compressed one by one; else 0
    source TEXT REFERENCES sources (name)  -- whose its pages are said to be
) STRICT""",
    "failures": """
CREATE TABLE failures (  -- one row an address that gave no answer or none of use; of articles only those without any
    id INTEGER PRIMARY KEY,  -- internal; may differ after a rebuild
    crawl_id TEXT REFERENCES crawls (id),  -- in which crawl
    source TEXT REFERENCES sources (name),  -- whose crawl asked
    role TEXT NOT NULL,  -- as in captures
    url TEXT NOT NULL,  -- the address as asked
    failed_at TEXT NOT NULL,  -- UTC
    reason TEXT NOT NULL  -- in words
) STRICT""",
    "articles": """
CREATE TABLE articles (  -- one row an article, whatever its addresses and versions
    id INTEGER PRIMARY KEY,  -- computed from its first address: the same in every archive and after a rebuild
    url TEXT NOT NULL UNIQUE,  -- canonical address at which it was last seen
    source TEXT REFERENCES sources (name),  -- the source that found it first
    section TEXT,  -- of the source, in which it was found first
    state TEXT NOT NULL CHECK (state IN ('live', 'removed', 'moved', 'unreachable')),  -- what its address answers now
    first_seen TEXT NOT NULL,  -- UTC: the first capture of it as an article
    last_seen TEXT NOT NULL,  -- UTC: the last capture of it as an article
    last_looked TEXT NOT NULL,  -- UTC: the last time its address was asked
    gone_since TEXT,  -- UTC: the first of the 404 or 410 answers that stand unrefuted; else null
    gone_looks INTEGER NOT NULL DEFAULT 0,  -- how many crawls in a row were answered 404 or 410
    version_count INTEGER NOT NULL DEFAULT 0  -- how many versions are kept
) STRICT""",
    "addresses": """
CREATE TABLE addresses (  -- every address an article was ever found at
    url TEXT PRIMARY KEY,  -- canonical
    article_id INTEGER NOT NULL REFERENCES articles (id),  -- the article found there
    first_seen TEXT NOT NULL,  -- UTC
    redirects_to TEXT  -- canonical address to which it was last redirected; else null
) STRICT""",
    "versions": """
CREATE TABLE versions (  -- one row a distinct content of an article, in the order seen
    id INTEGER PRIMARY KEY,  -- internal; article_id and number are what to cite
    article_id INTEGER NOT NULL REFERENCES articles (id),
    number INTEGER NOT NULL,  -- 1 for the first content seen
    capture_id INTEGER NOT NULL REFERENCES captures (id),  -- the first capture that had this content
    first_seen TEXT NOT NULL,  -- UTC: when that capture was fetched
    last_seen TEXT NOT NULL,  -- UTC: the last capture that still had this content
    title TEXT NOT NULL,  -- the headline
    lead TEXT,  -- the standfirst, when it stands apart from the text
    body TEXT NOT NULL,  -- paragraphs parted by a blank line
    section TEXT,  -- as the page says, else the source's section
    published TEXT,  -- ISO 8601 in the zone it was stated or read in; a day alone when only that is known
    published_utc TEXT,  -- the same moment in UTC, for sorting; the day's first moment when only the day is known
    published_stated TEXT,  -- the time as printed
    published_found_in TEXT,  -- where: rule, json-ld, microdata, meta, time, visible, listing, feed
    published_precision TEXT,  -- second, minute, hour or day
    published_zone TEXT,  -- who says the zone: stated (the page) or source (the source file)
    published_rule TEXT,  -- the rule that read the printed time
    modified TEXT,  -- ISO 8601: when the outlet says it was changed
    modified_stated TEXT,  -- as printed
    language TEXT,  -- ISO 639-1
    words INTEGER NOT NULL,  -- in lead and body
    views INTEGER,  -- the view counter at the first capture of this version
    confidence REAL NOT NULL,  -- 0 to 1: how far the witnesses of the reading agree
    extractor TEXT NOT NULL,  -- what read it
    content_sha256 TEXT NOT NULL,  -- of what makes a version: see docs
    UNIQUE (article_id, number)
) STRICT""",
    "bylines": """
CREATE TABLE bylines (  -- the authors of a version, in the order printed
    version_id INTEGER NOT NULL REFERENCES versions (id),
    place INTEGER NOT NULL,  -- 1 for the first
    name TEXT NOT NULL,  -- as printed
    PRIMARY KEY (version_id, place)
) STRICT, WITHOUT ROWID""",
    "tags": """
CREATE TABLE tags (  -- the tags of a version, in the order printed
    version_id INTEGER NOT NULL REFERENCES versions (id),
    place INTEGER NOT NULL,  -- 1 for the first
    tag TEXT NOT NULL,  -- as printed
    PRIMARY KEY (version_id, place)
) STRICT, WITHOUT ROWID""",
    "images": """
CREATE TABLE images (  -- the pictures of a version, in the order printed
    version_id INTEGER NOT NULL REFERENCES versions (id),
    place INTEGER NOT NULL,  -- 1 for the first
    url TEXT NOT NULL,  -- absolute
    caption TEXT,  -- as printed
    credit TEXT,  -- as printed
    capture_id INTEGER REFERENCES captures (id),  -- the picture itself, when it was captured
    PRIMARY KEY (version_id, place)
) STRICT, WITHOUT ROWID""",
    "links": """
CREATE TABLE links (  -- the links inside a version's text, in the order printed
    version_id INTEGER NOT NULL REFERENCES versions (id),
    place INTEGER NOT NULL,  -- 1 for the first
    url TEXT NOT NULL,  -- absolute
    text TEXT NOT NULL,  -- the words linked
    PRIMARY KEY (version_id, place)
) STRICT, WITHOUT ROWID""",
    "sightings": """
CREATE TABLE sightings (  -- which listing, feed or sitemap showed which article, at which place
    capture_id INTEGER NOT NULL REFERENCES captures (id),  -- the listing as captured
    place INTEGER NOT NULL,  -- in the list, 1 for the first
    source TEXT REFERENCES sources (name),
    section TEXT,  -- of the source
    seen_at TEXT NOT NULL,  -- UTC: when the listing was fetched
    url TEXT NOT NULL,  -- canonical address of the article
    article_id INTEGER REFERENCES articles (id),  -- null until the address is read as an article
    headline TEXT,  -- as the listing printed it
    stamp TEXT,  -- the time as the listing printed it
    PRIMARY KEY (capture_id, place)
) STRICT, WITHOUT ROWID""",
    "search_text": """
CREATE TABLE search_text (  -- what the full-text index holds: one row a version, its words folded
    version_id INTEGER PRIMARY KEY REFERENCES versions (id),
    title TEXT NOT NULL,  -- lower case, ё as е, accents and soft hyphens off
    lead TEXT NOT NULL,  -- likewise
    body TEXT NOT NULL,  -- likewise
    lemmas TEXT NOT NULL  -- dictionary forms of all words
) STRICT""",
    "search_index": """
CREATE VIRTUAL TABLE search_index USING fts5 (  -- full-text index over search_text
    title, lead, body, lemmas,
    content = 'search_text', content_rowid = 'version_id',
    tokenize = 'unicode61 remove_diacritics 0', prefix = '3 5'
)""",
}

INDEXES = (
    "CREATE INDEX captures_by_url ON captures (url, fetched_at)",
    "CREATE INDEX captures_by_crawl ON captures (crawl_id, role)",
    "CREATE INDEX captures_unread ON captures (source, id) WHERE reading IS NULL AND role = 'article'",
    "CREATE INDEX captures_by_payload ON captures (payload_sha256)",
    'CREATE INDEX captures_by_file ON captures (file, "offset")',
    "CREATE INDEX warc_files_unlisted ON warc_files (file) WHERE manifest IS NULL",
    "CREATE INDEX failures_by_crawl ON failures (crawl_id)",
    "CREATE INDEX crawls_by_source ON crawls (source, started_at)",
    "CREATE INDEX articles_by_source ON articles (source, last_looked)",
    "CREATE INDEX articles_by_state ON articles (state)",
    "CREATE INDEX addresses_by_article ON addresses (article_id)",
    "CREATE INDEX addresses_by_redirect ON addresses (redirects_to) WHERE redirects_to IS NOT NULL",
    "CREATE INDEX versions_by_published ON versions (published_utc)",
    "CREATE INDEX versions_by_published_day ON versions (published)",
    "CREATE INDEX versions_by_section ON versions (section)",
    "CREATE INDEX versions_by_first_seen ON versions (first_seen)",
    "CREATE INDEX bylines_by_name ON bylines (name)",
    "CREATE INDEX tags_by_tag ON tags (tag)",
    "CREATE INDEX images_by_url ON images (url)",
    "CREATE INDEX links_by_url ON links (url)",
    "CREATE INDEX sightings_by_url ON sightings (url)",
    "CREATE INDEX sightings_by_article ON sightings (article_id)",
)

VIEWS: dict[str, str] = {
    "current_articles": """
CREATE VIEW current_articles AS  -- every article with its latest version
SELECT articles.id, articles.url, articles.source, versions.section, articles.state,
       versions.title, versions.lead, versions.body, versions.published, versions.published_utc,
       versions.language, versions.words, versions.views,
       articles.first_seen, articles.last_seen, articles.version_count AS versions, versions.id AS version_id
FROM articles
JOIN versions ON versions.article_id = articles.id AND versions.number = articles.version_count""",
}


@migrations()
def the_first_tables(db: Database) -> None:
    """Everything an archive of the first release holds."""
    for statement in (*TABLES.values(), *INDEXES, *VIEWS.values()):
        db.execute(statement)
