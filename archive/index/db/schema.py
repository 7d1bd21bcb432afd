"""The tables of archive.db in this release, each column with its meaning.

The fields of an article are columns of `versions`: they are declared in archive/article_fields.py, which also says how
one is added. For any other change raise OTHER_CHANGES and add a migration from the version before to
archive/index/db/migrations.py. In both cases keep an archive of the version before: see
tests/archive/index/test_migrations.py.
"""

from __future__ import annotations

from archive.index.db.triggers import TRIGGERS
from archive.index.db.version_columns import column_definitions, latest_version

APPLICATION_ID = 0x6E657773  # "news": distinguishes archive.db from any other SQLite file
OTHER_CHANGES = 4  # latest schema version with a change other than a column for a new field of an article
SCHEMA_VERSION = max(OTHER_CHANGES, latest_version())  # in PRAGMA user_version

TABLES: dict[str, str] = {
    "sources": """
CREATE TABLE sources (  -- one row per outlet that was ever crawled
    name TEXT PRIMARY KEY,  -- name of its file: sources/NAME.toml
    title TEXT NOT NULL,  -- the outlet's name for readers
    timezone TEXT NOT NULL  -- IANA time zone assumed for its times without one
) STRICT""",
    "crawls": """
CREATE TABLE crawls (  -- one row per crawl of a source
    id TEXT PRIMARY KEY,  -- source and start: "primorsk-20220110095500"
    source TEXT NOT NULL REFERENCES sources (name),  -- whose sections were crawled
    started_at TEXT NOT NULL  -- UTC
        CHECK (started_at GLOB '????-??-??T??:??:??.??????Z'),
    ended_at TEXT  -- UTC; null while it runs, and forever if it was killed
        CHECK (ended_at GLOB '????-??-??T??:??:??.??????Z'),
    outcome TEXT,  -- finished, stopped, limit; null if it was killed
    found INTEGER,  -- distinct articles that the listings showed
    new INTEGER,  -- articles extracted for the first time
    known INTEGER,  -- known articles found unchanged
    changed INTEGER,  -- known articles found with new content
    removed INTEGER,  -- articles that became removed
    gone INTEGER,  -- known articles whose address answered 404 or 410 for the first time
    moved INTEGER,  -- articles whose address redirected elsewhere, including to the same story
    not_articles INTEGER,  -- pages that were extracted and are not articles
    forbidden INTEGER,  -- addresses not requested because robots.txt forbids them
    failed INTEGER,  -- addresses that gave no usable response
    notes TEXT,  -- what needs attention, one line each; null if nothing does
    removed_after INTEGER  -- seconds between two 404 or 410 from which an article counts as removed; null: 24 hours
        CHECK (removed_after >= 0)
) STRICT""",
    "captures": """
CREATE TABLE captures (  -- one row per response stored in a WARC file
    id INTEGER PRIMARY KEY,  -- in the order stored; may differ after a rebuild, record_id never does
    crawl_id TEXT REFERENCES crawls (id),  -- null for imported or manually saved responses
    source TEXT REFERENCES sources (name),  -- whose crawl requested it
    role TEXT NOT NULL  -- what it was requested as
        CHECK (role IN ('listing', 'feed', 'sitemap', 'robots', 'article', 'image', 'requisite', 'page')),
    url TEXT NOT NULL,  -- the address as requested
    fetched_at TEXT NOT NULL  -- UTC: when the request was sent
        CHECK (fetched_at GLOB '????-??-??T??:??:??.??????Z'),
    status INTEGER,  -- HTTP status; null if the response had no readable status line
    media_type TEXT,  -- as declared, without parameters
    charset TEXT,  -- as declared; null if none is
    etag TEXT,  -- as sent; returned to the server with the next request
    last_modified TEXT,  -- likewise
    redirects_to TEXT,  -- absolute address, for a redirect
    payload_sha256 TEXT NOT NULL,  -- hex; of the body without framing and compression; for a 304, of the body confirmed
    payload_bytes INTEGER NOT NULL CHECK (payload_bytes >= 0),  -- length of that body
    truncated TEXT,  -- why it is cut off: length, time, disconnect, unspecified, encoding, range: see docs; else null
    kind TEXT NOT NULL  -- the record's WARC type: response or revisit
        CHECK (kind IN ('response', 'revisit')),
    revisit_of TEXT,  -- record id of the response with a revisit's body, or that a 304 confirms; see docs/warc.md
    record_id TEXT NOT NULL UNIQUE,  -- WARC-Record-ID
    file TEXT NOT NULL,  -- path of the WARC file in the archive
    "offset" INTEGER NOT NULL CHECK ("offset" >= 0),  -- of the record in that file, bytes
    length INTEGER NOT NULL CHECK (length > 0),  -- of the record in that file, bytes
    digest TEXT NOT NULL,  -- of the record's block as stored: "sha256:…"; for a revisit, of the HTTP headers alone
    redirected_from TEXT,  -- the address that redirected here
    section TEXT,  -- of the source, through which the address was found
    listed_headline TEXT,  -- the headline that the listing or feed printed
    listed_stamp TEXT,  -- the time that the listing or feed printed
    listed_in TEXT CHECK (listed_in IN ('listing', 'feed')),  -- whether a listing or a feed printed these two
    reading TEXT,  -- article, article in part, or why it is not one; "unsettled: …": not stored; null: not extracted
    canonical TEXT,  -- canonical form of url; null if url has that form already
    payload_digest TEXT,  -- of an imported response, as revisits may name it: "sha1:…" in hex; else null
    request_body TEXT  -- what was sent to the address by POST, for more of a listing; null for a GET
) STRICT""",
    "warc_files": """
CREATE TABLE warc_files (  -- one row per WARC file that the index knows
    file TEXT PRIMARY KEY,  -- path in the archive
    bytes INTEGER NOT NULL CHECK (bytes >= 0),  -- how far it has been indexed
    -- the last manifest that lists it or a part of it; null until its crawl has closed one
    manifest TEXT REFERENCES manifests (name),
    listed_bytes INTEGER NOT NULL DEFAULT 0 CHECK (listed_bytes >= 0)  -- how far manifests list it
) STRICT""",
    "manifests": """
CREATE TABLE manifests (  -- one row per manifest: the digests of the files a crawl wrote
    name TEXT PRIMARY KEY,  -- in the folder manifests/
    sha256 TEXT NOT NULL,  -- hex; of the whole file
    closed_at TEXT NOT NULL  -- UTC
        CHECK (closed_at GLOB '????-??-??T??:??:??.??????Z')
) STRICT""",
    "imports": """
CREATE TABLE imports (  -- one row per imported WARC file
    file TEXT PRIMARY KEY,  -- path in the archive
    name TEXT NOT NULL,  -- as it was given
    sha256 TEXT NOT NULL UNIQUE,  -- hex; of the file as it was given
    imported_at TEXT NOT NULL  -- UTC
        CHECK (imported_at GLOB '????-??-??T??:??:??.??????Z'),
    repacked INTEGER NOT NULL  -- 1 if its records, unchanged, were compressed one by one; else 0
        CHECK (repacked IN (0, 1)),
    source TEXT REFERENCES sources (name)  -- the source its pages were assigned to
) STRICT""",
    "failures": """
CREATE TABLE failures (  -- one row per address without a usable response; of articles only those without any response
    id INTEGER PRIMARY KEY,  -- internal; may differ after a rebuild
    crawl_id TEXT REFERENCES crawls (id),  -- the crawl it failed in
    source TEXT REFERENCES sources (name),  -- whose crawl requested it
    role TEXT NOT NULL,  -- as in captures
    url TEXT NOT NULL,  -- the address as requested
    failed_at TEXT NOT NULL  -- UTC
        CHECK (failed_at GLOB '????-??-??T??:??:??.??????Z'),
    reason TEXT NOT NULL  -- in words
) STRICT""",
    "articles": """
CREATE TABLE articles (  -- one row per article, whatever its addresses and versions
    id INTEGER PRIMARY KEY,  -- computed from its first address: the same in every archive and after a rebuild
    url TEXT NOT NULL UNIQUE,  -- canonical address at which it was last seen
    source TEXT REFERENCES sources (name),  -- the source that found it first
    section TEXT,  -- of the source, in which it was first found
    state TEXT NOT NULL  -- what the last checks of its address found; restricted: hidden from readers, see restrictions
        CHECK (state IN ('live', 'unavailable', 'removed', 'moved', 'restricted')),
    state_since TEXT  -- UTC: the check that found this state first; null if it was live at every check
        CHECK (state_since GLOB '????-??-??T??:??:??.??????Z'),
    state_reason TEXT,  -- why it is unavailable or removed: not found, soft 404, captcha, …: see docs; else null
    moved_to TEXT,  -- canonical address that its address redirects to, unless the article is found there; else null
    first_seen TEXT NOT NULL  -- UTC: the first capture of it as an article
        CHECK (first_seen GLOB '????-??-??T??:??:??.??????Z'),
    last_seen TEXT NOT NULL  -- UTC: the last capture of it as an article
        CHECK (last_seen GLOB '????-??-??T??:??:??.??????Z'),
    last_looked TEXT NOT NULL  -- UTC: the last time its address was requested
        CHECK (last_looked GLOB '????-??-??T??:??:??.??????Z'),
    gone_since TEXT  -- UTC: the first of the 404 or 410 responses since it last responded; else null
        CHECK (gone_since GLOB '????-??-??T??:??:??.??????Z'),
    gone_looks INTEGER NOT NULL DEFAULT 0  -- how many checks in a row got 404 or 410
        CHECK (gone_looks >= 0),
    version_count INTEGER NOT NULL DEFAULT 0 CHECK (version_count >= 0),  -- number of versions
    due_at TEXT NOT NULL DEFAULT '1970-01-01T00:00:00.000000Z'  -- UTC: when its address is due to be requested again
        CHECK (due_at GLOB '????-??-??T??:??:??.??????Z')
) STRICT""",
    "state_changes": """
CREATE TABLE state_changes (  -- one row per change of an article's state or of the reason for it, in the order found
    article_id INTEGER NOT NULL REFERENCES articles (id),
    number INTEGER NOT NULL CHECK (number >= 1),  -- 1 for the first of the article
    at TEXT NOT NULL  -- UTC: the check that found it
        CHECK (at GLOB '????-??-??T??:??:??.??????Z'),
    state TEXT NOT NULL  -- as in articles; live: the article is back
        CHECK (state IN ('live', 'unavailable', 'removed', 'moved', 'restricted')),
    reason TEXT,  -- as articles.state_reason
    moved_to TEXT,  -- as in articles
    capture_id INTEGER REFERENCES captures (id),  -- the response that shows it; null if there was none
    PRIMARY KEY (article_id, number)
) STRICT, WITHOUT ROWID""",
    "restrictions": """
CREATE TABLE restrictions (  -- one row per article or source hidden from readers, from restrictions.jsonl
    target TEXT PRIMARY KEY,  -- an address of the article, or the name of the source
    at TEXT NOT NULL  -- UTC: when it was restricted
        CHECK (at GLOB '????-??-??T??:??:??.??????Z'),
    why TEXT NOT NULL,  -- the reason, which readers see in place of the article
    until TEXT  -- the day on which it ends; null if no end is set
        CHECK (until GLOB '????-??-??')
) STRICT""",
    "addresses": """
CREATE TABLE addresses (  -- every address an article was ever found at
    url TEXT PRIMARY KEY,  -- canonical
    article_id INTEGER NOT NULL REFERENCES articles (id),  -- the article found there
    first_seen TEXT NOT NULL  -- UTC
        CHECK (first_seen GLOB '????-??-??T??:??:??.??????Z'),
    redirects_to TEXT  -- canonical address it last redirected to; else null
) STRICT""",
    "address_clues": """
CREATE TABLE address_clues (  -- by what a page at an address not known yet is found to show a known article
    clue TEXT NOT NULL,  -- the address that a page of the article states, or its own reduced to the number in it
    article_id INTEGER NOT NULL REFERENCES articles (id),
    capture_id INTEGER REFERENCES captures (id),  -- the page that states the address; null for a reduced one
    PRIMARY KEY (clue, article_id)
) STRICT, WITHOUT ROWID""",
    "versions": f"""
CREATE TABLE versions (  -- one row per distinct content of an article, in the order seen
    id INTEGER PRIMARY KEY,  -- internal, in order of publication; to cite a version, use article_id and number
    article_id INTEGER NOT NULL REFERENCES articles (id),
    number INTEGER NOT NULL,  -- 1 for the first content seen
    capture_id INTEGER NOT NULL REFERENCES captures (id),  -- the first capture with this content
    first_seen TEXT NOT NULL  -- UTC: when that capture was fetched
        CHECK (first_seen GLOB '????-??-??T??:??:??.??????Z'),
    last_seen TEXT NOT NULL  -- UTC: the last capture that still had this content
        CHECK (last_seen GLOB '????-??-??T??:??:??.??????Z'),
{column_definitions()}
    UNIQUE (article_id, number)
) STRICT""",
    "edit_grades": """
CREATE TABLE edit_grades (  -- one row per version after the first: how far it differs from the version before
    version_id INTEGER PRIMARY KEY REFERENCES versions (id),
    grade TEXT NOT NULL  -- noise: no edit; typo: spelling; wording: other words; fact: see facts
        CHECK (grade IN ('noise', 'typo', 'wording', 'fact')),
    facts TEXT,  -- what changed of headline, number, name, quotation, authors, time; comma-separated; else null
    taken TEXT,  -- the words that are gone, a line for each piece; at most about 1000 characters; null if none are
    given TEXT  -- the words that are new, likewise
) STRICT""",
    "bylines": """
CREATE TABLE bylines (  -- the authors of a version, in the order printed
    version_id INTEGER NOT NULL REFERENCES versions (id),
    place INTEGER NOT NULL CHECK (place >= 1),  -- 1 for the first
    name TEXT NOT NULL,  -- as printed
    PRIMARY KEY (version_id, place)
) STRICT, WITHOUT ROWID""",
    "tags": """
CREATE TABLE tags (  -- the tags of a version, in the order printed
    version_id INTEGER NOT NULL REFERENCES versions (id),
    place INTEGER NOT NULL CHECK (place >= 1),  -- 1 for the first
    tag TEXT NOT NULL,  -- as printed
    PRIMARY KEY (version_id, place)
) STRICT, WITHOUT ROWID""",
    "images": """
CREATE TABLE images (  -- the images of a version, in the order printed
    version_id INTEGER NOT NULL REFERENCES versions (id),
    place INTEGER NOT NULL CHECK (place >= 1),  -- 1 for the first
    url TEXT NOT NULL,  -- absolute
    caption TEXT,  -- as printed
    credit TEXT,  -- as printed
    capture_id INTEGER REFERENCES captures (id),  -- the image itself, if it was captured
    PRIMARY KEY (version_id, place)
) STRICT, WITHOUT ROWID""",
    "links": """
CREATE TABLE links (  -- the links in a version's text, in the order printed
    version_id INTEGER NOT NULL REFERENCES versions (id),
    place INTEGER NOT NULL CHECK (place >= 1),  -- 1 for the first
    url TEXT NOT NULL,  -- absolute
    text TEXT NOT NULL,  -- the linked words
    PRIMARY KEY (version_id, place)
) STRICT, WITHOUT ROWID""",
    "sightings": """
CREATE TABLE sightings (  -- which listing, feed or sitemap showed which article, and where
    capture_id INTEGER NOT NULL REFERENCES captures (id),  -- the listing as captured
    place INTEGER NOT NULL,  -- in the list, 1 for the first
    source TEXT REFERENCES sources (name),
    section TEXT,  -- of the source
    seen_at TEXT NOT NULL  -- UTC: when the listing was fetched
        CHECK (seen_at GLOB '????-??-??T??:??:??.??????Z'),
    url TEXT NOT NULL,  -- canonical address of the article
    article_id INTEGER REFERENCES articles (id),  -- null until the address is extracted as an article
    headline TEXT,  -- as the listing printed it
    stamp TEXT,  -- the time as the listing printed it
    PRIMARY KEY (capture_id, place)
) STRICT, WITHOUT ROWID""",
    "copy_groups": """
CREATE TABLE copy_groups (  -- one row per group of articles whose latest versions are copies of one another
    id INTEGER PRIMARY KEY,  -- the smallest id of its articles
    articles INTEGER NOT NULL CHECK (articles > 1),  -- number of articles
    outlets INTEGER NOT NULL CHECK (outlets > 0),  -- number of sources; 1 if an outlet repeats itself
    first_by TEXT  -- how place 1 is known to be the first; null if it is not
        CHECK (first_by IN ('published'))  -- by printed times; the one archived first may not be the first
) STRICT""",
    "copies": """
CREATE TABLE copies (  -- one row per article that has copies
    article_id INTEGER PRIMARY KEY REFERENCES articles (id),
    group_id INTEGER NOT NULL REFERENCES copy_groups (id),
    place INTEGER NOT NULL CHECK (place > 0),  -- in order of certain publication; the others are compared with 1
    similarity REAL NOT NULL CHECK (similarity BETWEEN 0 AND 1),  -- words in common with place 1, of all words of both
    kept REAL NOT NULL CHECK (kept BETWEEN 0 AND 1),  -- share of the text of place 1 that is here
    taken REAL NOT NULL CHECK (taken BETWEEN 0 AND 1)  -- share of this text that is in the text of place 1
) STRICT""",
    "copy_marks": """
CREATE TABLE copy_marks (  -- fingerprints to find copies by: some three-word sequences of each article's latest version
    mark INTEGER NOT NULL,  -- 48 bits computed from the three words
    article_id INTEGER NOT NULL,  -- an article that has them; → `articles.id`
    PRIMARY KEY (mark, article_id)
) STRICT, WITHOUT ROWID""",
    "copy_texts": """
CREATE TABLE copy_texts (  -- one row per article that has fingerprints
    article_id INTEGER PRIMARY KEY,  -- → `articles.id`
    marks INTEGER NOT NULL CHECK (marks > 0)  -- how many its latest version has, including habits of its outlet
) STRICT""",
    "copy_habits": """
CREATE TABLE copy_habits (  -- three-word sequences that one outlet has in many articles: they do not indicate copies
    source TEXT NOT NULL,  -- the outlet; → `sources.name`
    mark INTEGER NOT NULL,  -- as in copy_marks, which has it no longer for that outlet
    PRIMARY KEY (source, mark)
) STRICT, WITHOUT ROWID""",
    "search_index": """
CREATE VIRTUAL TABLE search_index USING fts5 (  -- full-text index: one row per version, without its text
    lemmas,  -- dictionary forms, and source=, section=, author=, tag=, language=: see archive/index/search/fulltext.py
    title,  -- the words of the headline as printed: lower case, ё as е, without accents and apostrophes
    lead,  -- likewise
    body,  -- likewise
    content = '', tokenize = 'unicode61 remove_diacritics 0 tokenchars ''='''
)""",
    "search_months": """
CREATE TABLE search_months (  -- one row per month with bitmaps of the versions that contain common words, for counting
    month TEXT PRIMARY KEY,  -- in UTC, by version id: "2022-01"
    versions INTEGER NOT NULL CHECK (versions > 0),  -- number of articles
    is_current INTEGER NOT NULL  -- 1 if the bitmaps are current; 0 once a version has changed, until they are rebuilt
        CHECK (is_current IN (0, 1)),
    has_states INTEGER NOT NULL  -- likewise for the states of their articles
        CHECK (has_states IN (0, 1)),
    later BLOB NOT NULL,  -- one bit per place, lowest first: 1 if the place before is an earlier version of the article
    spread BLOB NOT NULL  -- likewise: 1 if the article has versions in other months too
) STRICT""",
    "search_places": """
CREATE TABLE search_places (  -- one row per version of such a month: the position of its bit
    version_id INTEGER PRIMARY KEY,  -- → `versions.id`
    place INTEGER NOT NULL CHECK (place >= 0),  -- counted in its month; versions of one article are adjacent
    is_spread INTEGER NOT NULL  -- 1 if its article has versions in other months too; else 0
        CHECK (is_spread IN (0, 1))
) STRICT""",
    "search_words": """
CREATE TABLE search_words (  -- one row per word or phrase common in such a month: the versions that contain it
    month TEXT NOT NULL,  -- → `search_months.month`
    word TEXT NOT NULL,  -- as in search_index.lemmas; in quotes a phrase; else see archive/index/search/bitmaps.py
    skipped INTEGER NOT NULL CHECK (skipped >= 0),  -- number of zero bytes before the bits
    bits BLOB NOT NULL,  -- one bit per place, lowest first: 1 if that version contains the word
    UNIQUE (month, word)
) STRICT""",
}

# Over columns alone, and none of floating point: what an expression gives may differ between releases of SQLite, and
# then another release finds the index damaged.
INDEXES = (
    "CREATE INDEX captures_by_url ON captures (url, fetched_at)",
    "CREATE INDEX captures_by_canonical ON captures (canonical) WHERE canonical IS NOT NULL",
    "CREATE INDEX captures_by_crawl ON captures (crawl_id, role)",
    "CREATE INDEX captures_of_listings ON captures (fetched_at) WHERE role = 'listing'",
    "CREATE INDEX captures_of_sections ON captures (source, section, fetched_at) WHERE role = 'listing'",
    "CREATE INDEX captures_unread ON captures (source, id) WHERE reading IS NULL AND role = 'article'",
    "CREATE INDEX captures_by_payload ON captures (payload_sha256)",
    "CREATE INDEX captures_by_digest ON captures (payload_digest) WHERE payload_digest IS NOT NULL",
    'CREATE INDEX captures_by_file ON captures (file, "offset")',
    "CREATE INDEX warc_files_unlisted ON warc_files (file) WHERE manifest IS NULL OR listed_bytes < bytes",
    "CREATE INDEX failures_by_crawl ON failures (crawl_id)",
    "CREATE INDEX failures_by_url ON failures (url)",
    "CREATE INDEX crawls_by_source ON crawls (source, started_at)",
    "CREATE INDEX articles_by_source ON articles (source, state, last_looked)",
    "CREATE INDEX articles_by_state ON articles (state, gone_since)",
    "CREATE INDEX articles_due ON articles (source, due_at)",
    "CREATE INDEX state_changes_by_time ON state_changes (at)",
    "CREATE INDEX state_changes_by_capture ON state_changes (capture_id)",
    "CREATE INDEX addresses_by_article ON addresses (article_id)",
    "CREATE INDEX addresses_by_redirect ON addresses (redirects_to) WHERE redirects_to IS NOT NULL",
    "CREATE INDEX address_clues_by_article ON address_clues (article_id)",
    "CREATE INDEX versions_by_published ON versions (published_utc)",
    "CREATE INDEX versions_by_published_day ON versions (published)",
    "CREATE INDEX versions_by_section ON versions (section)",
    "CREATE INDEX versions_in_short ON versions (id, article_id, number, published, first_seen)",
    "CREATE INDEX versions_by_first_seen ON versions (first_seen)",
    "CREATE INDEX versions_by_capture ON versions (capture_id)",
    "CREATE INDEX versions_edited ON versions (first_seen) WHERE number > 1",
    "CREATE INDEX edit_grades_by_grade ON edit_grades (grade)",
    "CREATE INDEX bylines_by_name ON bylines (name)",
    "CREATE INDEX tags_by_tag ON tags (tag)",
    "CREATE INDEX images_by_url ON images (url)",
    "CREATE INDEX links_by_url ON links (url)",
    "CREATE INDEX sightings_by_url ON sightings (url)",
    "CREATE INDEX sightings_by_article ON sightings (article_id)",
    "CREATE INDEX copies_by_group ON copies (group_id, place)",
    "CREATE INDEX search_places_spread ON search_places (version_id, place) WHERE is_spread",
)

VIEWS: dict[str, str] = {
    "current_articles": """
CREATE VIEW current_articles AS  -- one row per article, in its latest version
SELECT
    articles.id,  -- id of the article; → `articles.id`
    articles.url,  -- canonical address at which it was last seen
    articles.source,  -- the source that found it first; → `sources.name`
    versions.section,  -- as the page says, else the source's section
    articles.state,  -- what the last checks of its address found: live, unavailable, removed, moved, restricted
    articles.state_reason,  -- why it is unavailable or removed
    articles.state_since,  -- UTC: the check that found this state first; null if it was live at every check
    versions.title,  -- the headline
    versions.lead,  -- the standfirst, if separate from the text
    versions.body,  -- paragraphs separated by a blank line
    (
        SELECT group_concat(name, ', ') FROM (SELECT name FROM bylines WHERE version_id = versions.id ORDER BY place)
    ) AS authors,  -- in the order printed, separated by commas; null if unsigned
    versions.published,  -- ISO 8601 in the zone stated or assumed; a date alone if only the day is known
    versions.published_utc,  -- the same time in UTC, for sorting
    versions.published_precision,  -- second, minute, hour or day
    versions.language,  -- ISO 639-1
    versions.words,  -- in lead and body
    versions.views,  -- the view count in the first capture of this version
    articles.first_seen,  -- UTC: the first capture of it as an article
    articles.last_seen,  -- UTC: the last capture of it as an article
    articles.version_count AS versions,  -- number of versions
    versions.id AS version_id  -- → `versions.id`
FROM articles
JOIN versions ON versions.article_id = articles.id AND versions.number = articles.version_count""",
    "edits": """
CREATE VIEW edits AS  -- one row per change of an article: a version and the one before it
SELECT
    new.article_id,  -- → `articles.id`
    new.number AS version,  -- number of the new version
    articles.url,  -- canonical address of the article
    articles.source,  -- the source that found it first; → `sources.name`
    new.section,  -- as the page says, else the source's section
    substr(
        CASE WHEN old.title IS NOT new.title THEN ', title' ELSE '' END
        || CASE WHEN old.lead IS NOT new.lead
            AND NOT (new.partial AND new.lead IS NULL OR old.partial AND old.lead IS NULL)
        THEN ', lead' ELSE '' END
        || CASE WHEN old.body IS NOT new.body  -- of a partial text, only what was seen is compared
            AND NOT (new.partial AND substr(old.body, 1, length(rtrim(new.body, ' .…'))) = rtrim(new.body, ' .…'))
            AND NOT (old.partial AND substr(new.body, 1, length(rtrim(old.body, ' .…'))) = rtrim(old.body, ' .…'))
        THEN ', body' ELSE '' END
        || CASE WHEN (
            SELECT group_concat(name, '; ') FROM (SELECT name FROM bylines WHERE version_id = old.id ORDER BY place)
        ) IS NOT (
            SELECT group_concat(name, '; ') FROM (SELECT name FROM bylines WHERE version_id = new.id ORDER BY place)
        ) AND NOT (
            new.partial AND NOT EXISTS (SELECT 1 FROM bylines WHERE version_id = new.id)
            OR old.partial AND NOT EXISTS (SELECT 1 FROM bylines WHERE version_id = old.id)
        ) THEN ', authors' ELSE '' END
        || CASE WHEN (
            SELECT group_concat(coalesce(caption, '') || '; ' || coalesce(credit, ''), '; ')
            FROM (SELECT caption, credit FROM images WHERE version_id = old.id ORDER BY place)
        ) IS NOT (
            SELECT group_concat(coalesce(caption, '') || '; ' || coalesce(credit, ''), '; ')
            FROM (SELECT caption, credit FROM images WHERE version_id = new.id ORDER BY place)
        ) AND NOT (
            new.partial AND NOT EXISTS (SELECT 1 FROM images WHERE version_id = new.id)
            OR old.partial AND NOT EXISTS (SELECT 1 FROM images WHERE version_id = old.id)
        ) THEN ', images' ELSE '' END
        || CASE WHEN old.published IS NOT new.published
            AND NOT (new.partial AND new.published IS NULL OR old.partial AND old.published IS NULL)
        THEN ', published' ELSE '' END,
        3
    ) AS changed,  -- changed fields: title, lead, body, authors, images (captions, credits), published; comma-separated
    edit_grades.grade,  -- noise: no edit; typo: spelling; wording: other words; fact: see facts
    edit_grades.facts,  -- what changed of headline, number, name, quotation, authors, time; comma-separated
    edit_grades.taken,  -- the words that are gone, a line for each piece; null if none are
    edit_grades.given,  -- the words that are new, likewise
    old.title AS title_was,  -- the headline before the change
    new.title,  -- the headline since the change
    CASE
        WHEN NOT (new.partial OR old.partial) THEN new.words - old.words
    END AS words_added,  -- how many words longer the text became; negative if shorter; null if one of them is partial
    old.last_seen AS last_seen_before,  -- UTC: the last capture without the change, which was made after this
    new.first_seen AS seen_at,  -- UTC: the first capture with the change, which was made before this
    old.extractor = new.extractor AS same_extractor,  -- 0 if differences may come from the extraction
    new.modified,  -- ISO 8601: when the outlet says it was changed
    (
        strftime('%s', new.first_seen) - strftime('%s', articles.first_seen)
    ) / 60 AS minutes_since_first_seen,  -- whole minutes from the article's first capture to seen_at
    CASE WHEN old.published_precision IN ('second', 'minute') THEN (
        strftime('%s', new.first_seen) - strftime('%s', old.published_utc)
    ) / 60 END AS minutes_since_published,  -- likewise from the published time before; null if not known to the minute
    old.id AS version_id_before,  -- → `versions.id`
    new.id AS version_id  -- → `versions.id`
FROM versions AS new
JOIN versions AS old ON old.article_id = new.article_id AND old.number = new.number - 1
JOIN articles ON articles.id = new.article_id
LEFT JOIN edit_grades ON edit_grades.version_id = new.id
WHERE new.number > 1""",
    "removed_articles": """
CREATE VIEW removed_articles AS  -- one row per removed article: 404 or 410 at least twice, a day apart or as set
SELECT
    articles.id,  -- id of the article; → `articles.id`
    articles.url,  -- its last canonical address
    articles.source,  -- the source that found it first; → `sources.name`
    versions.section,  -- as the page said, else the source's section
    versions.title,  -- the last headline
    versions.lead,  -- the last standfirst, if separate from the text
    versions.body,  -- the last text; paragraphs separated by a blank line
    (
        SELECT group_concat(name, ', ') FROM (SELECT name FROM bylines WHERE version_id = versions.id ORDER BY place)
    ) AS authors,  -- in the order printed, separated by commas; null if unsigned
    versions.published,  -- ISO 8601 in the zone stated or assumed; a date alone if only the day is known
    versions.words,  -- in lead and body
    articles.first_seen,  -- UTC: the first capture of it as an article
    articles.last_seen,  -- UTC: the last capture of it as an article: it was online at least until then
    articles.gone_since,  -- UTC: the first of the 404 or 410 responses: it was gone by then
    articles.state_since,  -- UTC: the 404 or 410 response that confirmed it
    articles.gone_looks,  -- how many checks in a row got 404 or 410
    articles.version_count AS versions,  -- number of versions
    versions.id AS version_id  -- → `versions.id`
FROM articles
JOIN versions ON versions.article_id = articles.id AND versions.number = articles.version_count
WHERE articles.state = 'removed'""",
    "front_pages": """
CREATE VIEW front_pages AS  -- one row per place of a listing and capture: what a section page showed, and when
SELECT
    captures.id AS capture_id,  -- of the listing; → `captures.id`
    captures.source,  -- the source of the listing; → `sources.name`
    captures.section,  -- of the source
    captures.url AS listing,  -- address of the listing
    captures.fetched_at AS seen_at,  -- UTC: when it was captured
    sightings.place,  -- in the list, 1 for the first
    sightings.headline,  -- as the listing printed it
    sightings.stamp,  -- the time as the listing printed it
    sightings.url,  -- canonical address of the linked page
    sightings.article_id,  -- null until the address is extracted as an article; → `articles.id`
    (
        SELECT title FROM versions WHERE versions.article_id = sightings.article_id ORDER BY number DESC LIMIT 1
    ) AS title,  -- the headline of the article in its latest version
    (
        SELECT state FROM articles WHERE articles.id = sightings.article_id
    ) AS state,  -- what the article's address answers now
    captures.record_id  -- WARC-Record-ID of the listing
FROM captures
JOIN sightings ON sightings.capture_id = captures.id
WHERE captures.role = 'listing'""",
    "wire_copies": """
CREATE VIEW wire_copies AS  -- one row per article that other outlets have too, in order of certain publication
SELECT
    copies.group_id,  -- the same for all copies; → `copy_groups.id`
    copies.place,  -- 1 for the one certainly published earliest
    copy_groups.first_by,  -- published: printed times show that place 1 was first; null if they do not
    copy_groups.outlets,  -- number of sources of the copies
    articles.id AS article_id,  -- → `articles.id`
    articles.source,  -- the source that found it first; → `sources.name`
    articles.url,  -- canonical address
    versions.title,  -- the latest headline
    versions.published,  -- ISO 8601 in the zone stated or assumed; a date alone if only the day is known
    articles.first_seen,  -- UTC: the first capture of it as an article
    copies.similarity,  -- words in common with place 1, of all words of both; 0 to 1
    copies.kept,  -- share of the text of place 1 that is here; 0 to 1
    copies.taken  -- share of this text that is in the text of place 1; 0 to 1
FROM copy_groups
JOIN copies ON copies.group_id = copy_groups.id
JOIN articles ON articles.id = copies.article_id
JOIN versions ON versions.article_id = articles.id AND versions.number = articles.version_count
WHERE copy_groups.outlets > 1""",
}


CREATE = (*TABLES.values(), *INDEXES, *TRIGGERS.values(), *VIEWS.values())
