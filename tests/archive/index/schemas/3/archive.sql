PRAGMA application_id = 1852143475;
PRAGMA user_version = 3;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE sources (  -- one row per outlet that was ever crawled
    name TEXT PRIMARY KEY,  -- name of its file: sources/NAME.toml
    title TEXT NOT NULL,  -- the outlet's name for readers
    timezone TEXT NOT NULL  -- IANA time zone assumed for its times without one
) STRICT;
INSERT INTO sources VALUES('primorsk','Новости Приморска','Europe/Kyiv');
INSERT INTO sources VALUES('port','Вісник порту','Europe/Kyiv');
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
    notes TEXT  -- what needs attention, one line each; null if nothing does
) STRICT;
INSERT INTO crawls VALUES('primorsk-20220110100000','primorsk','2022-01-10T10:00:00.000000Z','2022-01-10T10:01:00.000000Z','finished',4,4,0,0,0,0,0,0,0,0,NULL);
INSERT INTO crawls VALUES('primorsk-20220111100000','primorsk','2022-01-11T10:00:00.000000Z','2022-01-11T10:01:00.000000Z','finished',3,0,1,1,0,0,0,0,0,0,NULL);
INSERT INTO crawls VALUES('primorsk-20220112100000','primorsk','2022-01-12T10:00:00.000000Z','2022-01-12T10:01:00.000000Z','finished',2,0,1,0,1,0,0,0,0,0,NULL);
INSERT INTO crawls VALUES('port-20220112100000','port','2022-01-12T10:00:00.000000Z','2022-01-12T10:01:00.000000Z','finished',1,1,0,0,0,0,0,0,0,0,NULL);
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
    canonical TEXT  -- canonical form of url; null if url has that form already
) STRICT;
INSERT INTO captures VALUES(1,'primorsk-20220110100000','primorsk','listing','http://news.example/world/','2022-01-10T10:00:00.000000Z',200,'text/html','utf-8',NULL,NULL,NULL,'8c91736789c82f4e61669a6e8e56b653bc02f30572d43b515c68c18dbc4256ef',97,NULL,'response',NULL,'<urn:uuid:00000000-0000-4000-8000-000000000004>','warc/primorsk-20220110100000-00000.warc.gz',1073,497,'sha256:d4456681553c943e9865d20d0990a40ec26c1dc1ed85b920651458d2d1fa293a',NULL,'Мир',NULL,NULL,NULL,NULL,NULL);
INSERT INTO captures VALUES(2,'primorsk-20220110100000','primorsk','requisite','http://news.example/css/site.css','2022-01-10T10:00:01.000000Z',200,'text/css',NULL,NULL,NULL,NULL,'59bbdbbb619f06fe4c4c42b25646c9618e1a704bfc77c0f750516b8dcada2695',71,NULL,'response',NULL,'<urn:uuid:00000000-0000-4000-8000-000000000008>','warc/primorsk-20220110100000-00000.warc.gz',2916,447,'sha256:d56f38dc166ee888fe9b8db7647a7f8bae14c3a6096f9fe50eae9e397c351f8a',NULL,'Мир',NULL,NULL,NULL,NULL,NULL);
INSERT INTO captures VALUES(3,'primorsk-20220110100000','primorsk','image','http://news.example/img/summit.png','2022-01-10T10:00:02.000000Z',200,'image/png',NULL,NULL,NULL,NULL,'3391fd5a5e7c52634b1da6b9648694714d69868e2a8a5d31cad5964ca9267bea',179,NULL,'response',NULL,'<urn:uuid:00000000-0000-4000-8000-00000000000b>','warc/primorsk-20220110100000-00000.warc.gz',4190,549,'sha256:e2fe4b41f866e5faa436969d764d1d5c79c94144e1f88c0809453ac76631b73e',NULL,'Мир',NULL,NULL,NULL,NULL,NULL);
INSERT INTO captures VALUES(4,'primorsk-20220110100000','primorsk','article','http://news.example/world/10-01-2022/summit','2022-01-10T10:00:03.000000Z',200,'text/html','utf-8',NULL,NULL,NULL,'f3a1d85c0f91bcaa6fffebfc15bbcfad855359f961bb45dc0a69c197f8da6369',1380,NULL,'response',NULL,'<urn:uuid:00000000-0000-4000-8000-00000000000e>','warc/primorsk-20220110100000-00000.warc.gz',5573,1088,'sha256:eeed0fc94f02dfdaf303c453e63ab93844cc16baab04422728691bb99c836a0e',NULL,'Мир',NULL,NULL,NULL,'article',NULL);
INSERT INTO captures VALUES(5,'primorsk-20220110100000','primorsk','article','http://news.example/world/10-01-2022/bridge?part=1&page=2','2022-01-10T10:00:04.000000Z',200,'text/html','utf-8',NULL,NULL,NULL,'b4fca52be486162256b9e1a9d0098aacde0410875c14e2ef03fb8dcd2562e31c',521,NULL,'response',NULL,'<urn:uuid:00000000-0000-4000-8000-000000000011>','warc/primorsk-20220110100000-00000.warc.gz',7506,699,'sha256:3c97eea2b7a6fcec41dd31cf75ebd9b6bfee5acbd2e464a04aec33f6829fd2e6',NULL,'Мир',NULL,NULL,NULL,'article',NULL);
INSERT INTO captures VALUES(6,'primorsk-20220110100000','primorsk','article','http://news.example/world/10-01-2022/gone','2022-01-10T10:00:05.000000Z',200,'text/html','utf-8',NULL,NULL,NULL,'eb2ee30949563abe9de81c2b0845f02cdc3cb8eae468167783c2c35e45acd14b',311,NULL,'response',NULL,'<urn:uuid:00000000-0000-4000-8000-000000000014>','warc/primorsk-20220110100000-00000.warc.gz',9054,611,'sha256:8306d3679c425e984bc4358675f725b252814fed51b8d2da585ac7fe8b389d5e',NULL,'Мир',NULL,NULL,NULL,'article',NULL);
INSERT INTO captures VALUES(7,'primorsk-20220110100000','primorsk','article','http://news.example/world/10-01-2022/hostile','2022-01-10T10:00:06.000000Z',200,'text/html','utf-8',NULL,NULL,NULL,'b55b23b5bf0c74b34e49aff5fa52fe9932b2ef46a24d0cfbd2deda685e67d123',3371,NULL,'response',NULL,'<urn:uuid:00000000-0000-4000-8000-000000000017>','warc/primorsk-20220110100000-00000.warc.gz',10499,1464,'sha256:e74ffa624f8deae531a9273cb168f55398a31ee4127bcb4e71bb7048a5a37dd0',NULL,'Мир',NULL,NULL,NULL,'article',NULL);
INSERT INTO captures VALUES(8,'primorsk-20220111100000','primorsk','listing','http://news.example/world/','2022-01-11T10:00:00.000000Z',200,'text/html','utf-8',NULL,NULL,NULL,'7b9cc293d82afe3212ec3d64a77c4d5c7f856efb30b87a184ae7307881466331',31,NULL,'response',NULL,'<urn:uuid:00000000-0000-4000-8000-00000000001d>','warc/primorsk-20220111100000-00000.warc.gz',1074,437,'sha256:deedd13cf3d8085f2992f8105854c17a585d0666e3c761f80a9a67435b98e7d9',NULL,'Мир',NULL,NULL,NULL,NULL,NULL);
INSERT INTO captures VALUES(9,'primorsk-20220111100000','primorsk','article','http://news.example/world/10-01-2022/summit','2022-01-11T10:00:01.000000Z',200,'text/html','utf-8',NULL,NULL,NULL,'dfffa9d82acbd3cc3fa24b64e40a54b13f619f397e93052d9a710cbd1a238c65',1430,NULL,'response',NULL,'<urn:uuid:00000000-0000-4000-8000-000000000021>','warc/primorsk-20220111100000-00000.warc.gz',2867,1122,'sha256:95abe79c54aab97ba736f77b69498357ff9b5fb7ef712578d75926f6aeaab32d',NULL,'Мир',NULL,NULL,NULL,'article',NULL);
INSERT INTO captures VALUES(10,'primorsk-20220111100000','primorsk','article','http://news.example/world/10-01-2022/bridge?part=1&page=2','2022-01-11T10:00:02.000000Z',200,'text/html','utf-8',NULL,NULL,NULL,'b4fca52be486162256b9e1a9d0098aacde0410875c14e2ef03fb8dcd2562e31c',521,NULL,'revisit','<urn:uuid:00000000-0000-4000-8000-000000000011>','<urn:uuid:00000000-0000-4000-8000-000000000024>','warc/primorsk-20220111100000-00000.warc.gz',4835,501,'sha256:bceb13bd7322dd1150207782c066eed3a6d4df07a7e363b5d217c1f812231f39',NULL,'Мир',NULL,NULL,NULL,'article',NULL);
INSERT INTO captures VALUES(11,'primorsk-20220111100000','primorsk','article','http://news.example/world/10-01-2022/gone','2022-01-11T10:00:03.000000Z',404,'text/html','utf-8',NULL,NULL,NULL,'0569c4ebe9d619d772925828ed54f926334b153acfc571539aa32a6712c60db9',61,NULL,'response',NULL,'<urn:uuid:00000000-0000-4000-8000-000000000027>','warc/primorsk-20220111100000-00000.warc.gz',6192,480,'sha256:1a68490a8dcb44abdefae21692d52286156524bdc2dcccd78f598cc7614afd1c',NULL,'Мир',NULL,NULL,NULL,'answered 404',NULL);
INSERT INTO captures VALUES(12,'primorsk-20220112100000','primorsk','article','http://news.example/world/10-01-2022/summit','2022-01-12T10:00:00.000000Z',200,'text/html','utf-8',NULL,NULL,NULL,'dfffa9d82acbd3cc3fa24b64e40a54b13f619f397e93052d9a710cbd1a238c65',1430,NULL,'revisit','<urn:uuid:00000000-0000-4000-8000-000000000021>','<urn:uuid:00000000-0000-4000-8000-00000000002d>','warc/primorsk-20220112100000-00000.warc.gz',1082,486,'sha256:d5110a56e0c5a4761929c922c62405e6c3de2fdce8a00e746e70506fc9d77be5',NULL,'Мир',NULL,NULL,NULL,'article',NULL);
INSERT INTO captures VALUES(13,'primorsk-20220112100000','primorsk','article','http://news.example/world/10-01-2022/gone','2022-01-12T10:00:01.000000Z',404,'text/html','utf-8',NULL,NULL,NULL,'0569c4ebe9d619d772925828ed54f926334b153acfc571539aa32a6712c60db9',61,NULL,'revisit','<urn:uuid:00000000-0000-4000-8000-000000000027>','<urn:uuid:00000000-0000-4000-8000-000000000030>','warc/primorsk-20220112100000-00000.warc.gz',2415,493,'sha256:cf46c26cf8f0e6e67727412ef8b01663234e1e6b8b476ddf46e22abb225aa21d',NULL,'Мир',NULL,NULL,NULL,'answered 404',NULL);
INSERT INTO captures VALUES(14,'port-20220112100000','port','article','http://port.example/harbour','2022-01-12T10:00:00.000000Z',200,'text/html','windows-1251',NULL,NULL,NULL,'0575e0961d0a66cc102e71204d2311d5523715ed3e1f47e1774529bea3c8c13c',285,NULL,'response',NULL,'<urn:uuid:00000000-0000-4000-8000-000000000036>','warc/port-20220112100000-00000.warc.gz',1062,604,'sha256:cdf9d03493ae6417e35ff3689aebc6eade62d8946e2beab849e4107e37491e0e',NULL,'Мир',NULL,NULL,NULL,'article',NULL);
CREATE TABLE warc_files (  -- one row per WARC file that the index knows
    file TEXT PRIMARY KEY,  -- path in the archive
    bytes INTEGER NOT NULL CHECK (bytes >= 0),  -- how far it has been indexed
    manifest TEXT REFERENCES manifests (name)  -- the manifest with its digests; null until its crawl has closed one
) STRICT;
INSERT INTO warc_files VALUES('warc/primorsk-20220110100000-00000.warc.gz',12762,'0000001-primorsk-20220110100000.jsonl');
INSERT INTO warc_files VALUES('warc/primorsk-20220111100000-00000.warc.gz',7472,'0000002-primorsk-20220111100000.jsonl');
INSERT INTO warc_files VALUES('warc/primorsk-20220112100000-00000.warc.gz',3716,'0000003-primorsk-20220112100000.jsonl');
INSERT INTO warc_files VALUES('warc/port-20220112100000-00000.warc.gz',2453,'0000004-port-20220112100000.jsonl');
CREATE TABLE manifests (  -- one row per manifest: the digests of the files a crawl wrote
    name TEXT PRIMARY KEY,  -- in the folder manifests/
    sha256 TEXT NOT NULL,  -- hex; of the whole file
    closed_at TEXT NOT NULL  -- UTC
        CHECK (closed_at GLOB '????-??-??T??:??:??.??????Z')
) STRICT;
INSERT INTO manifests VALUES('0000001-primorsk-20220110100000.jsonl','86ad1e02886fff36a5761e2ff4acdbab84f37d2a5c6144263ebd04b10968fd32','2022-01-10T10:00:00.000000Z');
INSERT INTO manifests VALUES('0000002-primorsk-20220111100000.jsonl','a807fe5d48732d6f9c2303b5a668d7da3d4c181fb12763f67573f95e0e545bd4','2022-01-11T10:00:00.000000Z');
INSERT INTO manifests VALUES('0000003-primorsk-20220112100000.jsonl','fb0c1deecaa760d0b1470fdc9f676e0e9e5ea263c6494f2806c514d346d8b118','2022-01-12T10:00:00.000000Z');
INSERT INTO manifests VALUES('0000004-port-20220112100000.jsonl','5e56e244cad88a331cde00f6cb259168055677a98dfb897ccbd8557701997aa5','2022-01-12T10:00:00.000000Z');
CREATE TABLE imports (  -- one row per imported WARC file
    file TEXT PRIMARY KEY,  -- path in the archive
    name TEXT NOT NULL,  -- as it was given
    sha256 TEXT NOT NULL UNIQUE,  -- hex; of the file as it was given
    imported_at TEXT NOT NULL  -- UTC
        CHECK (imported_at GLOB '????-??-??T??:??:??.??????Z'),
    repacked INTEGER NOT NULL  -- 1 if its records, unchanged, were compressed one by one; else 0
        CHECK (repacked IN (0, 1)),
    source TEXT REFERENCES sources (name)  -- the source its pages were assigned to
) STRICT;
CREATE TABLE failures (  -- one row per address without a usable response; of articles only those without any response
    id INTEGER PRIMARY KEY,  -- internal; may differ after a rebuild
    crawl_id TEXT REFERENCES crawls (id),  -- the crawl it failed in
    source TEXT REFERENCES sources (name),  -- whose crawl requested it
    role TEXT NOT NULL,  -- as in captures
    url TEXT NOT NULL,  -- the address as requested
    failed_at TEXT NOT NULL  -- UTC
        CHECK (failed_at GLOB '????-??-??T??:??:??.??????Z'),
    reason TEXT NOT NULL  -- in words
) STRICT;
CREATE TABLE articles (  -- one row per article, whatever its addresses and versions
    id INTEGER PRIMARY KEY,  -- computed from its first address: the same in every archive and after a rebuild
    url TEXT NOT NULL UNIQUE,  -- canonical address at which it was last seen
    source TEXT REFERENCES sources (name),  -- the source that found it first
    section TEXT,  -- of the source, in which it was first found
    state TEXT NOT NULL  -- what the last checks of its address found
        CHECK (state IN ('live', 'removed', 'moved', 'unreachable')),
    first_seen TEXT NOT NULL  -- UTC: the first capture of it as an article
        CHECK (first_seen GLOB '????-??-??T??:??:??.??????Z'),
    last_seen TEXT NOT NULL  -- UTC: the last capture of it as an article
        CHECK (last_seen GLOB '????-??-??T??:??:??.??????Z'),
    last_looked TEXT NOT NULL  -- UTC: the last time its address was requested
        CHECK (last_looked GLOB '????-??-??T??:??:??.??????Z'),
    gone_since TEXT  -- UTC: the first of the 404 or 410 responses since it last responded; else null
        CHECK (gone_since GLOB '????-??-??T??:??:??.??????Z'),
    gone_looks INTEGER NOT NULL DEFAULT 0  -- how many crawls in a row got 404 or 410
        CHECK (gone_looks >= 0),
    version_count INTEGER NOT NULL DEFAULT 0 CHECK (version_count >= 0),  -- number of versions
    due_at TEXT NOT NULL DEFAULT '1970-01-01T00:00:00.000000Z'  -- UTC: when its address is due to be requested again
        CHECK (due_at GLOB '????-??-??T??:??:??.??????Z')
) STRICT;
INSERT INTO articles VALUES(18491173783,'http://news.example/world/10-01-2022/summit','primorsk','Мир','live','2022-01-10T10:00:03.000000Z','2022-01-12T10:00:00.000000Z','2022-01-12T10:00:00.000000Z',NULL,0,2,'2022-01-12T21:59:59.500000Z');
INSERT INTO articles VALUES(2583078613327,'http://news.example/world/10-01-2022/hostile','primorsk','Мир','live','2022-01-10T10:00:06.000000Z','2022-01-10T10:00:06.000000Z','2022-01-10T10:00:06.000000Z',NULL,0,1,'2022-01-10T10:00:06.000000Z');
INSERT INTO articles VALUES(5105386839774,'http://news.example/world/10-01-2022/bridge?part=1&page=2','primorsk','Мир','live','2022-01-10T10:00:04.000000Z','2022-01-11T10:00:02.000000Z','2022-01-11T10:00:02.000000Z',NULL,0,1,'2022-01-11T22:00:01.000000Z');
INSERT INTO articles VALUES(6841958366820,'http://news.example/world/10-01-2022/gone','primorsk','Мир','removed','2022-01-10T10:00:05.000000Z','2022-01-10T10:00:05.000000Z','2022-01-12T10:00:01.000000Z','2022-01-11T10:00:03.000000Z',2,1,'2022-01-13T09:59:59.000000Z');
INSERT INTO articles VALUES(7797725908817,'http://port.example/harbour','port','Мир','live','2022-01-12T10:00:00.000000Z','2022-01-12T10:00:00.000000Z','2022-01-12T10:00:00.000000Z',NULL,0,1,'2022-01-12T10:00:00.000000Z');
CREATE TABLE addresses (  -- every address an article was ever found at
    url TEXT PRIMARY KEY,  -- canonical
    article_id INTEGER NOT NULL REFERENCES articles (id),  -- the article found there
    first_seen TEXT NOT NULL  -- UTC
        CHECK (first_seen GLOB '????-??-??T??:??:??.??????Z'),
    redirects_to TEXT  -- canonical address it last redirected to; else null
) STRICT;
INSERT INTO addresses VALUES('http://news.example/world/10-01-2022/summit',18491173783,'2022-01-10T10:00:03.000000Z',NULL);
INSERT INTO addresses VALUES('http://news.example/world/10-01-2022/bridge?part=1&page=2',5105386839774,'2022-01-10T10:00:04.000000Z',NULL);
INSERT INTO addresses VALUES('http://news.example/world/10-01-2022/gone',6841958366820,'2022-01-10T10:00:05.000000Z',NULL);
INSERT INTO addresses VALUES('http://news.example/world/10-01-2022/hostile',2583078613327,'2022-01-10T10:00:06.000000Z',NULL);
INSERT INTO addresses VALUES('http://port.example/harbour',7797725908817,'2022-01-12T10:00:00.000000Z',NULL);
CREATE TABLE versions (  -- one row per distinct content of an article, in the order seen
    id INTEGER PRIMARY KEY,  -- internal, in order of publication; to cite a version, use article_id and number
    article_id INTEGER NOT NULL REFERENCES articles (id),
    number INTEGER NOT NULL,  -- 1 for the first content seen
    capture_id INTEGER NOT NULL REFERENCES captures (id),  -- the first capture with this content
    first_seen TEXT NOT NULL  -- UTC: when that capture was fetched
        CHECK (first_seen GLOB '????-??-??T??:??:??.??????Z'),
    last_seen TEXT NOT NULL  -- UTC: the last capture that still had this content
        CHECK (last_seen GLOB '????-??-??T??:??:??.??????Z'),
    title TEXT NOT NULL,  -- the headline
    lead TEXT,  -- the standfirst, if separate from the text
    body TEXT NOT NULL,  -- paragraphs separated by a blank line
    body_html TEXT,  -- the words of body with their structure, as HTML of a few tags; null if it was not stored
    section TEXT,  -- as the page says, else the source's section
    published TEXT,  -- ISO 8601 in the zone stated or assumed; a date alone if only the day is known
    published_utc TEXT  -- the same time in UTC, for sorting; the start of the day if only the day is known
        CHECK (published_utc GLOB '????-??-??T??:??:??.??????Z'),
    published_stated TEXT,  -- the time as printed
    published_found_in TEXT  -- where the time was found
        CHECK (published_found_in IN ('rule', 'json-ld', 'microdata', 'meta', 'time', 'visible',
            'listing', 'feed', 'address')),
    published_precision TEXT  -- how precisely the time is known
        CHECK (published_precision IN ('second', 'minute', 'hour', 'day')),
    published_zone TEXT  -- who states the time zone: the page or the source file
        CHECK (published_zone IN ('stated', 'source')),
    published_rule TEXT,  -- the rule that parsed the printed time
    modified TEXT,  -- ISO 8601: when the outlet says it was changed
    modified_stated TEXT,  -- as printed
    language TEXT,  -- ISO 639-1
    words INTEGER NOT NULL  -- in lead and body
        CHECK (words >= 0),
    views INTEGER,  -- the view count in the first capture of this version
    partial INTEGER NOT NULL  -- 1 if the rest of the text was not seen: see docs; else 0
        CHECK (partial IN (0, 1)),
    live_blog INTEGER NOT NULL  -- 1 for timestamped entries under one headline; else 0
        CHECK (live_blog IN (0, 1)),
    notices TEXT,  -- legal notices, as printed, separated by a blank line; null if there are none
    confidence REAL NOT NULL  -- 0 to 1: how far the evidence for the extraction agrees
        CHECK (confidence BETWEEN 0 AND 1),
    extractor TEXT NOT NULL,  -- name of the extractor
    content_sha256 TEXT NOT NULL,  -- of the content that makes a version: see docs
    UNIQUE (article_id, number)
) STRICT;
INSERT INTO versions VALUES(26268249600,5105386839774,1,5,'2022-01-10T10:00:04.000000Z','2022-01-11T10:00:02.000000Z','Мост через залив закрыт на ремонт до весны',NULL,replace('Мост через залив закрыли в понедельник.\n\nОбъезд — по старой дороге, автобусы идут через порт.','\n',char(10)),NULL,'Мир','2022-01-10','2022-01-09T22:00:00.000000Z','10 января 2022','visible','day','source','clock-day-month-year',NULL,NULL,'ru',15,NULL,0,0,NULL,0.8000000000000000444,'the test''s own hand','41364a4194f18ba439c7ac2baeeb9d68056a7009bf259cd2a76fb9668132569f');
INSERT INTO versions VALUES(26268772800,6841958366820,1,6,'2022-01-10T10:00:05.000000Z','2022-01-10T10:00:05.000000Z','Снятая новость',NULL,'Эту новость сняли с сайта на следующий день.',NULL,'Мир','2022-01-10T09:05:00+02:00','2022-01-10T07:05:00.000000Z','09:05','visible','minute','source','clock-day-month-year',NULL,NULL,'ru',8,NULL,0,0,NULL,0.69999999999999995559,'the test''s own hand','9fcb862140d3cb89c483cf2930f4d3a0606ef175dcd1fbdf3e58323a80816905');
INSERT INTO versions VALUES(26268936000,18491173783,1,4,'2022-01-10T10:00:03.000000Z','2022-01-10T10:00:03.000000Z','Саммит ОДКБ по Казахстану: Путин заявил, что не допустит «майданных технологий»','Главы шести государств говорили по видеосвязи больше часа.',replace('Президент РФ Владимир Путин принял участие в онлайн-саммите ОДКБ. Он сказал, что страны организации «быстро и слаженно приняли решения».\n\nПрезидент Казахстана Касым-Жомарт Токаев сообщил, что на территории страны находятся 2,3 тысячи миротворцев, и назвал ситуацию «самым тяжелым кризисом за всю историю».\n\nАнтитеррористическая операция, по его словам, в ближайшее время завершится.','\n',char(10)),NULL,'Мир','2022-01-10T11:55:00+02:00','2022-01-10T09:55:00.000000Z','11:55 10 января 2022','visible','minute','source','clock-day-month-year',NULL,NULL,'ru',58,822,0,0,NULL,0.96999999999999997335,'the test''s own hand','0c23a12cad197b5f70e821596ff855200d82237b778254b5d358d661cbced2f1');
INSERT INTO versions VALUES(26268936001,18491173783,2,9,'2022-01-11T10:00:01.000000Z','2022-01-12T10:00:00.000000Z','Саммит ОДКБ по Казахстану: миротворцы уйдут через два дня','Главы шести государств говорили по видеосвязи больше часа.',replace('Президент РФ Владимир Путин принял участие в онлайн-саммите ОДКБ. Он сказал, что страны организации «быстро и слаженно приняли решения».\n\nПрезидент Казахстана Касым-Жомарт Токаев сообщил, что на территории страны находятся 2,03 тысячи миротворцев, и назвал ситуацию «самым тяжелым кризисом за всю историю».\n\nАнтитеррористическая операция, по его словам, в ближайшее время завершится.\n\nВывод контингента начнётся через два дня и займёт не больше десяти.','\n',char(10)),replace('<p>Президент РФ Владимир Путин принял участие в онлайн-саммите ОДКБ. Он сказал, что страны организации <a href="http://agency.example/odkb">«быстро и слаженно приняли решения»</a>.</p>\n<figure><figcaption><a href="http://news.example/img/summit.png">Путин</a> · Фото с сайта Кремля</figcaption></figure>\n<blockquote><p>Президент Казахстана Касым-Жомарт Токаев сообщил, что на территории страны находятся <strong>2,03 тысячи</strong> миротворцев, и назвал ситуацию «самым тяжелым кризисом за всю историю».</p>\n</blockquote>\n<ul><li>Антитеррористическая операция, по его словам, в ближайшее время завершится.</li>\n<li>Вывод контингента начнётся через два дня и займёт не больше десяти.</li>\n</ul>\n','\n',char(10)),'Мир','2022-01-10T11:55:00+02:00','2022-01-10T09:55:00.000000Z','11:55 10 января 2022','visible','minute','source','clock-day-month-year',NULL,NULL,'ru',69,1904,0,0,NULL,0.96999999999999997335,'the test''s own hand','49643a91bb17564561aeb403a73903a9aa043c40177355043d96037e8cadbd84');
INSERT INTO versions VALUES(26268940896,2583078613327,1,7,'2022-01-10T10:00:06.000000Z','2022-01-10T10:00:06.000000Z','<script>document.title=''ran''</script> & "кавычки" ‮','</p><img src=x onerror=alert(1)>',replace('<b>жирный</b> {{ 7 * 7 }} {% raw %}\n\n''; DROP TABLE articles; --','\n',char(10)),replace('<p>&lt;b&gt;жирный&lt;/b&gt; {{ 7 * 7 }} {% raw %}</p>\n<p><a href="http://news.example/?&quot;onclick=x()&gt;">''; DROP TABLE articles; --</a></p>\n','\n',char(10)),'<u>Мир</u>',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'ru',17,NULL,0,0,NULL,0.10000000000000000555,'the test''s own hand','c3118f25897c1e9396504a7f4307df771d6483ae2472d631e8fdcbed1a3611db');
INSERT INTO versions VALUES(26271705600,7797725908817,1,14,'2022-01-12T10:00:00.000000Z','2022-01-12T10:00:00.000000Z','У порту відкрили новий причал',NULL,'Новий причал прийматиме судна завдовжки до двохсот метрів.',NULL,'Мир',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'uk',8,NULL,0,0,NULL,0.59999999999999997779,'the test''s own hand','991c319e3748d66a7e5f17250383e6ebe009762a2f1fe45e768105ce9b0f2739');
CREATE TABLE bylines (  -- the authors of a version, in the order printed
    version_id INTEGER NOT NULL REFERENCES versions (id),
    place INTEGER NOT NULL CHECK (place >= 1),  -- 1 for the first
    name TEXT NOT NULL,  -- as printed
    PRIMARY KEY (version_id, place)
) STRICT, WITHOUT ROWID;
INSERT INTO bylines VALUES(26268940896,1,'<i>Автор</i>');
INSERT INTO bylines VALUES(26268936000,1,'Анна Ковальчук');
INSERT INTO bylines VALUES(26268936001,1,'Анна Ковальчук');
CREATE TABLE tags (  -- the tags of a version, in the order printed
    version_id INTEGER NOT NULL REFERENCES versions (id),
    place INTEGER NOT NULL CHECK (place >= 1),  -- 1 for the first
    tag TEXT NOT NULL,  -- as printed
    PRIMARY KEY (version_id, place)
) STRICT, WITHOUT ROWID;
INSERT INTO tags VALUES(26268936000,2,'Казахстан');
INSERT INTO tags VALUES(26268936001,2,'Казахстан');
INSERT INTO tags VALUES(26268936000,1,'ОДКБ');
INSERT INTO tags VALUES(26268936001,1,'ОДКБ');
CREATE TABLE images (  -- the images of a version, in the order printed
    version_id INTEGER NOT NULL REFERENCES versions (id),
    place INTEGER NOT NULL CHECK (place >= 1),  -- 1 for the first
    url TEXT NOT NULL,  -- absolute
    caption TEXT,  -- as printed
    credit TEXT,  -- as printed
    capture_id INTEGER REFERENCES captures (id),  -- the image itself, if it was captured
    PRIMARY KEY (version_id, place)
) STRICT, WITHOUT ROWID;
INSERT INTO images VALUES(26268936000,1,'http://news.example/img/summit.png','Путин','Фото с сайта Кремля',3);
INSERT INTO images VALUES(26268936001,1,'http://news.example/img/summit.png','Путин','Фото с сайта Кремля',3);
INSERT INTO images VALUES(26268940896,1,'javascript:alert("x")','<em>подпись</em>',NULL,NULL);
CREATE TABLE links (  -- the links in a version's text, in the order printed
    version_id INTEGER NOT NULL REFERENCES versions (id),
    place INTEGER NOT NULL CHECK (place >= 1),  -- 1 for the first
    url TEXT NOT NULL,  -- absolute
    text TEXT NOT NULL,  -- the linked words
    PRIMARY KEY (version_id, place)
) STRICT, WITHOUT ROWID;
INSERT INTO links VALUES(26268936000,1,'http://agency.example/odkb','«быстро и слаженно приняли решения»');
INSERT INTO links VALUES(26268936001,1,'http://agency.example/odkb','«быстро и слаженно приняли решения»');
INSERT INTO links VALUES(26268940896,1,'javascript:alert(1)','ссылка');
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
) STRICT, WITHOUT ROWID;
INSERT INTO sightings VALUES(1,1,'primorsk','Мир','2022-01-10T10:00:00.000000Z','http://news.example/world/10-01-2022/summit',18491173783,'Саммит ОДКБ по Казахстану','11:55');
INSERT INTO sightings VALUES(1,2,'primorsk','Мир','2022-01-10T10:00:00.000000Z','http://news.example/world/10-01-2022/bridge?part=1&page=2',5105386839774,'Мост закрыт','10:20');
INSERT INTO sightings VALUES(1,3,'primorsk','Мир','2022-01-10T10:00:00.000000Z','http://news.example/world/10-01-2022/gone',6841958366820,'Снятая новость','09:05');
INSERT INTO sightings VALUES(8,1,'primorsk','Мир','2022-01-11T10:00:00.000000Z','http://news.example/world/10-01-2022/summit',18491173783,'Саммит ОДКБ по Казахстану','11:55');
INSERT INTO sightings VALUES(8,2,'primorsk','Мир','2022-01-11T10:00:00.000000Z','http://news.example/world/10-01-2022/bridge?part=1&page=2',5105386839774,'Мост закрыт','10:20');
INSERT INTO sightings VALUES(8,3,'primorsk','Мир','2022-01-11T10:00:00.000000Z','http://news.example/world/10-01-2022/gone',6841958366820,'Снятая новость','09:05');
CREATE TABLE copy_groups (  -- one row per group of articles whose latest versions are copies of one another
    id INTEGER PRIMARY KEY,  -- the smallest id of its articles
    articles INTEGER NOT NULL CHECK (articles > 1),  -- number of articles
    outlets INTEGER NOT NULL CHECK (outlets > 0),  -- number of sources; 1 if an outlet repeats itself
    first_by TEXT  -- how place 1 is known to be the first; null if it is not
        CHECK (first_by IN ('published'))  -- by printed times; the one archived first may not be the first
) STRICT;
CREATE TABLE copies (  -- one row per article that has copies
    article_id INTEGER PRIMARY KEY REFERENCES articles (id),
    group_id INTEGER NOT NULL REFERENCES copy_groups (id),
    place INTEGER NOT NULL CHECK (place > 0),  -- in order of certain publication; the others are compared with 1
    similarity REAL NOT NULL CHECK (similarity BETWEEN 0 AND 1),  -- words in common with place 1, of all words of both
    kept REAL NOT NULL CHECK (kept BETWEEN 0 AND 1),  -- share of the text of place 1 that is here
    taken REAL NOT NULL CHECK (taken BETWEEN 0 AND 1)  -- share of this text that is in the text of place 1
) STRICT;
CREATE TABLE copy_marks (  -- fingerprints to find copies by: some three-word sequences of each article's latest version
    mark INTEGER NOT NULL,  -- 48 bits computed from the three words
    article_id INTEGER NOT NULL,  -- an article that has them; → `articles.id`
    PRIMARY KEY (mark, article_id)
) STRICT, WITHOUT ROWID;
INSERT INTO copy_marks VALUES(1267942634854,18491173783);
INSERT INTO copy_marks VALUES(2590839587992,5105386839774);
INSERT INTO copy_marks VALUES(5180132356324,18491173783);
INSERT INTO copy_marks VALUES(8706517490806,6841958366820);
INSERT INTO copy_marks VALUES(17340658305114,18491173783);
INSERT INTO copy_marks VALUES(22813315316602,18491173783);
INSERT INTO copy_marks VALUES(35924555500336,18491173783);
INSERT INTO copy_marks VALUES(49135422416352,18491173783);
INSERT INTO copy_marks VALUES(53065413831082,5105386839774);
INSERT INTO copy_marks VALUES(53160024178882,18491173783);
INSERT INTO copy_marks VALUES(57248057800396,18491173783);
INSERT INTO copy_marks VALUES(61093363548968,18491173783);
INSERT INTO copy_marks VALUES(66146266891830,18491173783);
INSERT INTO copy_marks VALUES(94966806721126,18491173783);
INSERT INTO copy_marks VALUES(101037093233552,7797725908817);
INSERT INTO copy_marks VALUES(104373268174096,2583078613327);
INSERT INTO copy_marks VALUES(107225862135824,2583078613327);
INSERT INTO copy_marks VALUES(107230571187760,18491173783);
INSERT INTO copy_marks VALUES(112387455522720,2583078613327);
INSERT INTO copy_marks VALUES(113126467675876,2583078613327);
INSERT INTO copy_marks VALUES(114576913596400,18491173783);
INSERT INTO copy_marks VALUES(127947202691722,18491173783);
INSERT INTO copy_marks VALUES(128924598221930,18491173783);
INSERT INTO copy_marks VALUES(134911091170166,18491173783);
INSERT INTO copy_marks VALUES(151511148414242,5105386839774);
INSERT INTO copy_marks VALUES(157171304182840,18491173783);
INSERT INTO copy_marks VALUES(161318848476402,18491173783);
INSERT INTO copy_marks VALUES(175941718336490,5105386839774);
INSERT INTO copy_marks VALUES(186259677315268,18491173783);
INSERT INTO copy_marks VALUES(193749774809252,18491173783);
INSERT INTO copy_marks VALUES(194233074580138,18491173783);
INSERT INTO copy_marks VALUES(202942859213980,5105386839774);
INSERT INTO copy_marks VALUES(203486847570136,2583078613327);
INSERT INTO copy_marks VALUES(210073042972142,7797725908817);
INSERT INTO copy_marks VALUES(211353830630686,5105386839774);
INSERT INTO copy_marks VALUES(213496064175960,5105386839774);
INSERT INTO copy_marks VALUES(215282224380110,18491173783);
INSERT INTO copy_marks VALUES(218194343008732,2583078613327);
INSERT INTO copy_marks VALUES(254075454039754,18491173783);
INSERT INTO copy_marks VALUES(254266863602350,18491173783);
INSERT INTO copy_marks VALUES(257280696337298,18491173783);
INSERT INTO copy_marks VALUES(258799864473308,2583078613327);
INSERT INTO copy_marks VALUES(263475311013462,6841958366820);
INSERT INTO copy_marks VALUES(280246821366102,18491173783);
CREATE TABLE copy_texts (  -- one row per article that has fingerprints
    article_id INTEGER PRIMARY KEY,  -- → `articles.id`
    marks INTEGER NOT NULL CHECK (marks > 0)  -- how many its latest version has, including habits of its outlet
) STRICT;
INSERT INTO copy_texts VALUES(18491173783,26);
INSERT INTO copy_texts VALUES(2583078613327,7);
INSERT INTO copy_texts VALUES(5105386839774,7);
INSERT INTO copy_texts VALUES(6841958366820,2);
INSERT INTO copy_texts VALUES(7797725908817,2);
CREATE TABLE copy_habits (  -- three-word sequences that one outlet has in many articles: they do not indicate copies
    source TEXT NOT NULL,  -- the outlet; → `sources.name`
    mark INTEGER NOT NULL,  -- as in copy_marks, which has it no longer for that outlet
    PRIMARY KEY (source, mark)
) STRICT, WITHOUT ROWID;
PRAGMA writable_schema=ON;
INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','search_index','search_index',0,'CREATE VIRTUAL TABLE search_index USING fts5 (  -- full-text index: one row per version, without its text
    lemmas,  -- dictionary forms, and source=, section=, author=, tag=, language=: see archive/index/search/fulltext.py
    title,  -- the words of the headline as printed: lower case, ё as е, without accents and apostrophes
    lead,  -- likewise
    body,  -- likewise
    content = '''', tokenize = ''unicode61 remove_diacritics 0 tokenchars ''''=''''''
)');
CREATE TABLE IF NOT EXISTS 'search_index_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO search_index_data VALUES(1,X'0682422917811c');
INSERT INTO search_index_data VALUES(10,X'000000000106060006010101020101030101040101050101060101');
INSERT INTO search_index_data VALUES(137438953473,X'00000995023032e1ee80ce40084b010321010133e1ee80ce40084c0103220122617574686f723dd0b0d0bdd0bdd0b03dd0bad0bed0b2d0b0d0bbd18cd187d183d0bae1ee80ce400263010b6c616e67756167653d7275e1ee80ce40026102106561643dd0b1d0bed0bbd18cd188d0b5e1ee80ce40022c1103bed0b9e1ee80ce40022d0711b2d0b8d0b4d0b5d0bed181d0b2d18fd0b7e1ee80ce40022a1802d18ce1ee80ce40022b0707b3d0bbd0b0d0b2e1ee80ce4002240e02d0b0e1ee80ce400225090dbed0b2d0bed180d0b8d182d18ce1ee80ce4002280a12d181d183d0b4d0b0d180d181d182d0b2d0bee1ee80ce4002270703bfd0bee1ee80ce4002290606d187d0b0d181e1ee80ce40022e070988d0b5d181d182d18ce1ee80ce400226010e73656374696f6e3dd0bcd0b8d180e1ee80ce400262020e6f757263653d7072696d6f72736be1ee80ce40026001167461673dd0bad0b0d0b7d0b0d185d181d182d0b0d0bde1ee80ce4002650607bed0b4d0bad0b1e1ee80ce400264021769746c653dd0b4d0bed0bfd183d181d182d0b8d182d18ce1ee80ce400217080db7d0b0d18fd0b2d0b8d182d18ce1ee80ce4002140811bad0b0d0b7d0b0d185d181d182d0b0d0bde1ee80ce4002110811bcd0b0d0b9d0b4d0b0d0bdd0bdd18bd0b9e1ee80ce4002180803bdd0b5e1ee80ce4002160807bed0b4d0bad0b1e1ee80ce40020f0803bfd0bee1ee80ce4002100908d183d182d0b8d0bde1ee80ce4002121102d0b0e1ee80ce400213070cd181d0b0d0bcd0bcd0b8d182e1ee80ce40020e081382d0b5d185d0bdd0bed0bbd0bed0b3d0b8d18fe1ee80ce400219080587d182d0bee1ee80ce400215010d76657273696f6e3d6669727374e1ee80ce4002660124d0b0d0bdd182d0b8d182d0b5d180d180d0bed180d0b8d181d182d0b8d187d0b5d181d0bae1ee80ce4002572504d0b0d18fe1ee80ce400601032e2603b8d0b9e1ee80ce4002580211b1d0bbd0b8d0b6d0b0d0b9d188d0b5d0b5e1ee80ce40060103340807b7d0bad0b8d0b9e1ee80ce40025d0409bed0bbd18cd188d0b5e1ee80ce4008210102080c03bed0b9e1ee80ce400222030ad18bd181d182d180d0bee1ee80ce40083a0103110b04d18bd0b9e1ee80ce40023b0201b2e1ee80ce400a340103082d0306d0b5d181d18ce1ee80ce400255040fb8d0b4d0b5d0bed181d0b2d18fd0b7e1ee80ce40021f1302d0b8e1ee80ce40060102071302d18ce1ee80ce400220040dbbd0b0d0b4d0b8d0bcd0b8d180e1ee80ce4008310103040308d180d0b5d0bcd18fe1ee80ce40085e010335040381d18ee1ee80ce400601032c0207b3d0bbd0b0d0b2e1ee80ce40021a0902d0b0e1ee80ce40021b0902d18be1ee80ce4006010202040dbed0b2d0bed180d0b8d0bbd0b8e1ee80ce40060102050d04d182d18ce1ee80ce40021e0510d181d183d0b4d0b0d180d181d182d0b2e1ee80ce40060102041502d0bee1ee80ce40021d020fb4d0bed0bfd183d181d182d0b8d182e1ee80ce400601010a1102d18ce1ee80ce40020b0205b5d0b3d0bee1ee80ce40085a010331020bb6d0bed0bcd0b0d180d182e1ee80ce4008430103190d02d0b0e1ee80ce4002440203b7d0b0e1ee80ce40085401032b0510d0b2d0b5d180d188d0b8d182d181d18fe1ee80ce400601033612058cd181d18fe1ee80ce40025f0508d18fd0b2d0b8d0bbe1ee80ce40060101070b04d182d18ce1ee80ce4002080201b8e1ee80ce400a3c01031215030cd181d182d0bed180d0b8d18ee1ee80ce400601032d0e018fe1ee80ce4002560211bad0b0d0b7d0b0d185d181d182d0b0d0bde1ee80ce4002051302d0b0e1ee80ce40060103171302d183e1ee80ce40060101050502d181e1ee80ce4002400704d18bd0b9e1ee80ce4002410a01bce1ee80ce400842010318030ad180d0b8d0b7d0b8d181e1ee80ce4002530d04d0bed0bce1ee80ce400601032a0211bcd0b0d0b9d0b4d0b0d0bdd0bdd18bd0b9e1ee80ce40020c1102d185e1ee80ce400601010b0411b8d180d0bed182d0b2d0bed180d0b5d186e1ee80ce40024e1106d186d0b5d0b2e1ee80ce40060103240203bdd0b0e1ee80ce40084801031d0508d0b7d0b2d0b0d0bbe1ee80ce40060103260b04d182d18ce1ee80ce40024f0510d185d0bed0b4d0b8d182d18cd181d18fe1ee80ce40024a0b08d18fd182d181d18fe1ee80ce40060103200401b5e1ee80ce40080a0101090207bed0b4d0bad0b1e1ee80ce400e0301010301030b0401bde1ee80ce40083601030c0508d0bbd0b0d0b9d0bde1ee80ce4008350103090601bee1ee80ce40025b040dbfd0b5d180d0b0d186d0b8d18fe1ee80ce40085901032f0314d180d0b3d0b0d0bdd0b8d0b7d0b0d186d0b8d0b8e1ee80ce40060103101502d18fe1ee80ce4002390203bfd0bee1ee80ce4014040101040102060103300310d180d0b5d0b7d0b8d0b4d0b5d0bdd182e1ee80ce400a2f010302160607b8d0bdd18fd0bbe1ee80ce40060103060d02d0b8e1ee80ce40060103140b04d182d18ce1ee80ce400232040783d182d0b8d0bde1ee80ce400e060101060103050b02d0b0e1ee80ce400207010ed180d0b5d188d0b5d0bdd0b8d0b5e1ee80ce40023f0d02d18fe1ee80ce40060103150302d184e1ee80ce400830010303020b81d0b0d0bcd0bcd0b8d182e1ee80ce4008020101020d02d0b5e1ee80ce400601030a0704d18bd0b9e1ee80ce4002510a01bce1ee80ce4006010328040db8d182d183d0b0d186d0b8d18ee1ee80ce400601032710018fe1ee80ce4002500409bad0b0d0b7d0b0d0bbe1ee80ce400601030d0b04d182d18ce1ee80ce400237040dbbd0b0d0b6d0b5d0bdd0bdd0bee1ee80ce40083d0103130f04d18bd0b9e1ee80ce40023e0607bed0b2d0b0d0bce1ee80ce40060103320a01bee1ee80ce40025c040bbed0bed0b1d189d0b8d0bbe1ee80ce400601031b0d04d182d18ce1ee80ce400247030ad182d180d0b0d0bdd0b0e1ee80ce4002380b02d18be1ee80ce400801030f12021382d0b5d180d180d0b8d182d0bed180d0b8d0b8e1ee80ce400601031e1302d18fe1ee80ce400249060f85d0bdd0bed0bbd0bed0b3d0b8d0b9e1ee80ce400601010c1302d18fe1ee80ce40020d0409bed0bad0b0d0b5d0b2e1ee80ce40084501031a0a01b9e1ee80ce400246030ad18bd181d18fd187d0b0e1ee80ce40024d0c01b8e1ee80ce4006010323040b8fd0b6d0b5d0bbd18bd0b9e1ee80ce4002520e01bce1ee80ce4006010329020d83d187d0b0d181d182d0b8d0b5e1ee80ce400833010307020587d0b0d181e1ee80ce4002230702d0b0e1ee80ce40060102090304d182d0bee1ee80ce40100901010801030e10020988d0b5d181d182d0b8e1ee80ce40060102030902d18ce1ee80ce40021c040d0d2b14190c1a0b100b161b0c0f1217171f1020161a1a0c100c110b151c0e162d0f0c1c10150c160d0e0f180d0b19140e100b0d180d1b0b1a0b11170b0f1b0e130d0e170a1a0d0d0b0d0d130f1a0d1a110f130d19130d160d140a191f0b151d120d0d160b170d0e170d0d0c180a140d190d120a160d130e1e0b1a0b150a130c140c190e0d1414');
INSERT INTO search_index_data VALUES(274877906945,X'000002c40c306c616e67756167653d7275e1edd6dc000220010e73656374696f6e3dd0bcd0b8d180e1edd6dc000221020e6f757263653d7072696d6f72736be1edd6dc00021f01107469746c653dd0b2d0b5d181d0bdd0b0e1edd6dc0002150803b4d0bee1edd6dc000214080fb7d0b0d0bad180d18bd182d18bd0b9e1edd6dc00021014018ce1edd6dc0002110c05bbd0b8d0b2e1edd6dc00020e0f04d182d18ce1edd6dc00020f0807bcd0bed181d182e1edd6dc00020c0803bdd0b0e1edd6dc000212070cd180d0b5d0bcd0bed0bdd182e1edd6dc000213080987d0b5d180d0b5d0b7e1edd6dc00020d010d76657273696f6e3d6669727374e1edd6dc000222010ed0b0d0b2d182d0bed0b1d183d181e1edd6dc00021c0f02d18be1edd6dc000601030c0201b2e1edd6dc0008160103060308d0b5d181d0bdd0b0e1edd6dc00020b0902d18be1edd6dc00060101090203b4d0bee1edd6dc00080a0101080508d180d0bed0b3d0b0e1edd6dc00021b0c01b5e1edd6dc000601030b020db7d0b0d0bad180d18bd0bbd0b8e1edd6dc00060103050b02d182e1edd6dc00060101050d04d18bd0b9e1edd6dc0002060e018ce1edd6dc0002070605bbd0b8d0b2e1edd6dc000e040101040103040904d182d18ce1edd6dc0002050207b8d0b4d182d0b8e1edd6dc00021d060383d182e1edd6dc000601030d0207bcd0bed181d182e1edd6dc000e020101020103020203bdd0b0e1edd6dc000808010106020bbed0b1d18ad0b5d0b7d0b4e1edd6dc0008180103080203bfd0bee1edd6dc0008190103090512d0bdd0b5d0b4d0b5d0bbd18cd0bdd0b8d0bae1edd6dc0008170103070504d180d182e1edd6dc00081e01030f010cd180d0b5d0bcd0bed0bdd182e1edd6dc000809010107020b81d182d0b0d180d0bed0b9e1edd6dc000601030a0904d18bd0b9e1edd6dc00021a020987d0b5d180d0b5d0b7e1edd6dc0010030101030103030d04141717190c180a0e0d100c151216170d0d110d0f110c180d0d0a140d100e160f170f1e1018160d');
INSERT INTO search_index_data VALUES(412316860417,X'000001a50c306c616e67756167653d7275e1edf6d3400214010e73656374696f6e3dd0bcd0b8d180e1edf6d3400215020e6f757263653d7072696d6f72736be1edf6d340021301147469746c653dd0bdd0bed0b2d0bed181d182d18ce1edf6d34002090708d181d0bdd18fd182e1edf6d34002060f04d0bed0b9e1edf6d34002070f02d18ce1edf6d3400208010d76657273696f6e3d6669727374e1edf6d34002160108d0b4d0b5d0bdd18ce1edf6d34008110103090504d182d18ce1edf6d34002120203bdd0b0e1edf6d340080e010307040bbed0b2d0bed181d182d18ce1edf6d3400e050101030103030102d181e1edf6d340080c0103050306d0b0d0b9d182e1edf6d340020d0902d0b0e1edf6d34006010306040fbbd0b5d0b4d0bed0b2d0b0d182d18ce1edf6d340020f090ad183d18ed189d0b8d0b9e1edf6d34008100103080407bdd18fd0bbd0b8e1edf6d340060103040702d182e1edf6d34002020904d0b0d18fe1edf6d340060101020a03bed0b9e1edf6d34002030902d18ce1edf6d340020402078dd182d0bed182e1edf6d340020a0502d183e1edf6d340080b010302041417171d110d0b16140d0f1a0e0f0d1816120b0f0c0b10');
INSERT INTO search_index_data VALUES(549755813889,X'0000028b023031e1ee80f4600812010208010137e1ee80f4600a1c010305030105616c657274e1ee80f46008110102070206727469636c65e1ee80f4600220080173e1ee80f4600601030a02147574686f723d693dd0b0d0b2d182d0bed1803d69e1ee80f4600225010162e1ee80f4600a1a010302040108646f63756d656e74e1ee80f46008030101030203726f70e1ee80f460081e0103080103696d67e1ee80f460080d010203010b6c616e67756167653d7275e1ee80f460022202056561643d31e1ee80f46002190605616c657274e1ee80f46002180603696d67e1ee80f460021406076f6e6572726f72e1ee80f4600217060170e1ee80f46002130603737263e1ee80f4600215060178e1ee80f460021601076f6e6572726f72e1ee80f4600810010206010170e1ee80f460080c010202010372616ee1ee80f46006010105030177e1ee80f460081d0103070202756ee1ee80f46002050106736372697074e1ee80f4600a02010102060211656374696f6e3d753dd0bcd0b8d1803d75e1ee80f46002230906d0bcd0b8d180e1ee80f4600224020e6f757263653d7072696d6f72736be1ee80f460022102027263e1ee80f460080e01020401057461626c65e1ee80f460081f010309020469746c65e1ee80f460080401010406093d646f63756d656e74e1ee80f4600208070372756ee1ee80f460020a0706736372697074e1ee80f460020707057469746c65e1ee80f4600209070ed0bad0b0d0b2d18bd187d0bad0b0e1ee80f460020b010d76657273696f6e3d6669727374e1ee80f4600226010178e1ee80f460080f010205010cd0b6d0b8d180d0bdd18bd0b9e1ee80f460081b010303020dbad0b0d0b2d18bd187d0bad0b0e1ee80f46002060e01b8e1ee80f46006010107040d0e110f0c1d0e140f0f140e0e0c100a0c0a130d0e0d0b131a0f170e1110120c0f0e17160d1816');
INSERT INTO search_index_data VALUES(687194767361,X'000009ec03303033e1ee80ce410849010322010132e1ee80ce4108480103210122617574686f723dd0b0d0bdd0bdd0b03dd0bad0bed0b2d0b0d0bbd18cd187d183d0bae1ee80ce410266010b6c616e67756167653d7275e1ee80ce41026402106561643dd0b1d0bed0bbd18cd188d0b5e1ee80ce4102261103bed0b9e1ee80ce4102270711b2d0b8d0b4d0b5d0bed181d0b2d18fd0b7e1ee80ce4102241802d18ce1ee80ce4102250707b3d0bbd0b0d0b2e1ee80ce41021e0e02d0b0e1ee80ce41021f090dbed0b2d0bed180d0b8d182d18ce1ee80ce4102220a12d181d183d0b4d0b0d180d181d182d0b2d0bee1ee80ce4102210703bfd0bee1ee80ce4102230606d187d0b0d181e1ee80ce410228070988d0b5d181d182d18ce1ee80ce41022001086f6674656e3dd0b8e1ee80ce410262010e73656374696f6e3dd0bcd0b8d180e1ee80ce410265020e6f757263653d7072696d6f72736be1ee80ce41026301167461673dd0bad0b0d0b7d0b0d185d181d182d0b0d0bde1ee80ce4102680607bed0b4d0bad0b1e1ee80ce410267020b69746c653dd0b4d0b2d0b0e1ee80ce4102120a05b5d0bdd18ce1ee80ce4102130811bad0b0d0b7d0b0d185d181d182d0b0d0bde1ee80ce41020e0813bcd0b8d180d0bed182d0b2d0bed180d0b5d186e1ee80ce41020f0807bed0b4d0bad0b1e1ee80ce41020c0803bfd0bee1ee80ce41020d070cd181d0b0d0bcd0bcd0b8d182e1ee80ce41020b080783d0b9d182d0b8e1ee80ce410210080987d0b5d180d0b5d0b7e1ee80ce410211010d76657273696f6e3d6c61746572e1ee80ce4102690124d0b0d0bdd182d0b8d182d0b5d180d180d0bed180d0b8d181d182d0b8d187d0b5d181d0bae1ee80ce4102532504d0b0d18fe1ee80ce410601032e2603b8d0b9e1ee80ce4102540211b1d0bbd0b8d0b6d0b0d0b9d188d0b5d0b5e1ee80ce41060103340807b7d0bad0b8d0b9e1ee80ce4102590409bed0bbd18cd188d0b5e1ee80ce410e1b0102080103400c03bed0b9e1ee80ce41021c030ad18bd181d182d180d0bee1ee80ce4108370103110b04d18bd0b9e1ee80ce4102380201b2e1ee80ce410a300103082d0306d0b5d181d18ce1ee80ce410251040fb8d0b4d0b5d0bed181d0b2d18fd0b7e1ee80ce4102191302d0b8e1ee80ce41060102071302d18ce1ee80ce41021a040dbbd0b0d0b4d0b8d0bcd0b8d180e1ee80ce41082b0103040308d180d0b5d0bcd18fe1ee80ce41085a010335040381d18ee1ee80ce410601032c04078bd0b2d0bed0b4e1ee80ce41085c0103370207b3d0bbd0b0d0b2e1ee80ce4102140902d0b0e1ee80ce4102150902d18be1ee80ce4106010202040dbed0b2d0bed180d0b8d0bbd0b8e1ee80ce41060102050d04d182d18ce1ee80ce4102180510d181d183d0b4d0b0d180d181d182d0b2e1ee80ce41060102041502d0bee1ee80ce4102170205b4d0b2d0b0e1ee80ce410e0901010901033b0405b5d0bdd18ce1ee80ce41020a0508d181d18fd182d0b8e1ee80ce41060103410b02d18ce1ee80ce4102610403bdd18fe1ee80ce410c01010a01033c0205b5d0b3d0bee1ee80ce410856010331020bb6d0bed0bcd0b0d180d182e1ee80ce4108400103190d02d0b0e1ee80ce4102410203b7d0b0e1ee80ce41085001032b0510d0b2d0b5d180d188d0b8d182d181d18fe1ee80ce410601033612058cd181d18fe1ee80ce41025b0607b9d0bcd0b5d182e1ee80ce410601033e0607bdd18fd182d18ce1ee80ce41025f0201b8e1ee80ce410c39010312151a030cd181d182d0bed180d0b8d18ee1ee80ce410601032d0e018fe1ee80ce4102520211bad0b0d0b7d0b0d185d181d182d0b0d0bde1ee80ce4102051302d0b0e1ee80ce41060103171302d183e1ee80ce41060101050502d181e1ee80ce41023d0704d18bd0b9e1ee80ce41023e0a01bce1ee80ce41083f0103180411bed0bdd182d0b8d0bdd0b3d0b5d0bdd182e1ee80ce41025d1502d0b0e1ee80ce4106010338030ad180d0b8d0b7d0b8d181e1ee80ce41024f0d04d0bed0bce1ee80ce410601032a0213bcd0b8d180d0bed182d0b2d0bed180d0b5d186e1ee80ce4102061106d186d0b5d0b2e1ee80ce41060103241302d18be1ee80ce41060101060203bdd0b0e1ee80ce41084501031d0508d0b7d0b2d0b0d0bbe1ee80ce41060103260b04d182d18ce1ee80ce41024b0510d185d0bed0b4d0b8d182d18cd181d18fe1ee80ce4102470b08d18fd182d181d18fe1ee80ce4106010320060b87d0b0d182d18cd181d18fe1ee80ce41025e0809bdd0b5d182d181d18fe1ee80ce41060103390401b5e1ee80ce41086001033f0207bed0b4d0bad0b1e1ee80ce410e0301010301030b0401bde1ee80ce41083201030c0508d0bbd0b0d0b9d0bde1ee80ce4108310103090601bee1ee80ce410257040dbfd0b5d180d0b0d186d0b8d18fe1ee80ce41085501032f0314d180d0b3d0b0d0bdd0b8d0b7d0b0d186d0b8d0b8e1ee80ce41060103101502d18fe1ee80ce4102360203bfd0bee1ee80ce4114040101040102060103300310d180d0b5d0b7d0b8d0b4d0b5d0bdd182e1ee80ce410a29010302160607b8d0bdd18fd0bbe1ee80ce41060103060d02d0b8e1ee80ce41060103140b04d182d18ce1ee80ce41022e040783d182d0b8d0bde1ee80ce41082c0103050b02d0b0e1ee80ce41022d010ed180d0b5d188d0b5d0bdd0b8d0b5e1ee80ce41023c0d02d18fe1ee80ce41060103150302d184e1ee80ce41082a010303020b81d0b0d0bcd0bcd0b8d182e1ee80ce4108020101020d02d0b5e1ee80ce410601030a0704d18bd0b9e1ee80ce41024d0a01bce1ee80ce4106010328040db8d182d183d0b0d186d0b8d18ee1ee80ce410601032710018fe1ee80ce41024c0409bad0b0d0b7d0b0d0bbe1ee80ce410601030d0b04d182d18ce1ee80ce410233040dbbd0b0d0b6d0b5d0bdd0bdd0bee1ee80ce41083a0103130f04d18bd0b9e1ee80ce41023b0607bed0b2d0b0d0bce1ee80ce41060103320a01bee1ee80ce410258040bbed0bed0b1d189d0b8d0bbe1ee80ce410601031b0d04d182d18ce1ee80ce410244030ad182d180d0b0d0bdd0b0e1ee80ce4102350b02d18be1ee80ce410801030f12021382d0b5d180d180d0b8d182d0bed180d0b8d0b8e1ee80ce410601031e1302d18fe1ee80ce4102460409bed0bad0b0d0b5d0b2e1ee80ce41084201031a0a01b9e1ee80ce410243030ad18bd181d18fd187d0b0e1ee80ce41024a0c01b8e1ee80ce4106010323040b8fd0b6d0b5d0bbd18bd0b9e1ee80ce41024e0e01bce1ee80ce4106010329020983d0b9d0b4d183d182e1ee80ce41060101070504d182d0b8e1ee80ce410207030cd187d0b0d181d182d0b8d0b5e1ee80ce41082f010307020587d0b0d181e1ee80ce41021d0702d0b0e1ee80ce41060102090407b5d180d0b5d0b7e1ee80ce410e0801010801033a0304d182d0bee1ee80ce410a3401030e10020988d0b5d181d182d0b8e1ee80ce41060102030902d18ce1ee80ce410216040e0d2b14190c1a0b100b161b0c0f121117171f10140e1a1c100c151012162d0f0c1c10180c160d0e0f180d0b19140e13100b0d180d1b0b140e130b1111170b0f1b0e12100f170a1a0d0d0b0d0d1a0d130f1c110d0f130d191314140d160d140a191f0b151d120d0d130b170d0e170d0d0c180a140d190d120a160d130e1e0b150a130c140c140d180e0d161114');
INSERT INTO search_index_data VALUES(824633720833,X'000002240c306c616e67756167653d756be1efa9d4000219010e73656374696f6e3dd0bcd0b8d180e1efa9d400021a020a6f757263653d706f7274e1efa9d400021801167469746c653dd0b2d196d0b4d0bad180d0b8d182d0b8e1efa9d400020d0809bdd0bed0b2d0b8d0b9e1efa9d400020e0807bfd0bed180d182e1efa9d400020a0f02d0b0e1efa9d400020b0f02d183e1efa9d400020c090ad180d0b8d187d0b0d0bbe1efa9d400020f0702d183e1efa9d4000209010d76657273696f6e3d6669727374e1efa9d400021b0110d0b2d196d0b4d0bad180d0b8d0bbd0b8e1efa9d400060101040d04d182d0b8e1efa9d4000206020db4d0b2d0bed185d181d0bed182e1efa9d400060103080508d196d181d182d196e1efa9d40002160401bee1efa9d40008150103070211b7d0b0d0b2d0b4d0bed0b2d0b6d0bad0b8e1efa9d40008140103060207bcd0b5d182d180e1efa9d40002170904d196d0b2e1efa9d400060103090205bdd0bed0b2e1efa9d40002100704d0b8d0b9e1efa9d4000e070101050103020207bfd0bed180d182e1efa9d40002030902d0b0e1efa9d40002040902d183e1efa9d4000805010103030ed180d0b8d0b9d0bcd0b0d182d0b8e1efa9d40002111104d0bcd0b5e1efa9d400060103040706d187d0b0d0bbe1efa9d4000e08010106010303010ad181d183d0b4d0bdd0b0e1efa9d400060103050a03b8d0b9e1efa9d40002120a01bee1efa9d4000213020183e1efa9d4000802010102041417131f12100b0b130b161b0d18110d1d100f0e13100b0e170f15150c0a');
CREATE TABLE IF NOT EXISTS 'search_index_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
INSERT INTO search_index_idx VALUES(1,X'',2);
INSERT INTO search_index_idx VALUES(2,X'',2);
INSERT INTO search_index_idx VALUES(3,X'',2);
INSERT INTO search_index_idx VALUES(4,X'',2);
INSERT INTO search_index_idx VALUES(5,X'',2);
INSERT INTO search_index_idx VALUES(6,X'',2);
CREATE TABLE IF NOT EXISTS 'search_index_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
INSERT INTO search_index_docsize VALUES(26268249600,X'2108000e');
INSERT INTO search_index_docsize VALUES(26268772800,X'15020008');
INSERT INTO search_index_docsize VALUES(26268936000,X'650b0835');
INSERT INTO search_index_docsize VALUES(26268936001,X'68090840');
INSERT INTO search_index_docsize VALUES(26268940896,X'25060709');
INSERT INTO search_index_docsize VALUES(26271705600,X'1a050008');
CREATE TABLE IF NOT EXISTS 'search_index_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO search_index_config VALUES('version',4);
CREATE TABLE search_months (  -- one row per month with bitmaps of the versions that contain common words, for counting
    month TEXT PRIMARY KEY,  -- in UTC, by version id: "2022-01"
    versions INTEGER NOT NULL CHECK (versions > 0),  -- number of articles
    is_current INTEGER NOT NULL  -- 1 if the bitmaps are current; 0 once a version has changed, until they are rebuilt
        CHECK (is_current IN (0, 1)),
    has_states INTEGER NOT NULL  -- likewise for the states of their articles
        CHECK (has_states IN (0, 1)),
    later BLOB NOT NULL,  -- one bit per place, lowest first: 1 if the place before is an earlier version of the article
    spread BLOB NOT NULL  -- likewise: 1 if the article has versions in other months too
) STRICT;
CREATE TABLE search_places (  -- one row per version of such a month: the position of its bit
    version_id INTEGER PRIMARY KEY,  -- → `versions.id`
    place INTEGER NOT NULL CHECK (place >= 0),  -- counted in its month; versions of one article are adjacent
    is_spread INTEGER NOT NULL  -- 1 if its article has versions in other months too; else 0
        CHECK (is_spread IN (0, 1))
) STRICT;
CREATE TABLE search_words (  -- one row per word or phrase common in such a month: the versions that contain it
    month TEXT NOT NULL,  -- → `search_months.month`
    word TEXT NOT NULL,  -- as in search_index.lemmas; in quotes a phrase; else see archive/index/search/bitmaps.py
    skipped INTEGER NOT NULL CHECK (skipped >= 0),  -- number of zero bytes before the bits
    bits BLOB NOT NULL,  -- one bit per place, lowest first: 1 if that version contains the word
    UNIQUE (month, word)
) STRICT;
CREATE INDEX captures_by_url ON captures (url, fetched_at);
CREATE INDEX captures_by_canonical ON captures (canonical) WHERE canonical IS NOT NULL;
CREATE INDEX captures_by_crawl ON captures (crawl_id, role);
CREATE INDEX captures_of_listings ON captures (fetched_at) WHERE role = 'listing';
CREATE INDEX captures_of_sections ON captures (source, section, fetched_at) WHERE role = 'listing';
CREATE INDEX captures_unread ON captures (source, id) WHERE reading IS NULL AND role = 'article';
CREATE INDEX captures_by_payload ON captures (payload_sha256);
CREATE INDEX captures_by_file ON captures (file, "offset");
CREATE INDEX warc_files_unlisted ON warc_files (file) WHERE manifest IS NULL;
CREATE INDEX failures_by_crawl ON failures (crawl_id);
CREATE INDEX failures_by_url ON failures (url);
CREATE INDEX crawls_by_source ON crawls (source, started_at);
CREATE INDEX articles_by_source ON articles (source, state, last_looked);
CREATE INDEX articles_by_state ON articles (state, gone_since);
CREATE INDEX articles_due ON articles (source, due_at);
CREATE INDEX addresses_by_article ON addresses (article_id);
CREATE INDEX addresses_by_redirect ON addresses (redirects_to) WHERE redirects_to IS NOT NULL;
CREATE INDEX versions_by_published ON versions (published_utc);
CREATE INDEX versions_by_published_day ON versions (published);
CREATE INDEX versions_by_section ON versions (section);
CREATE INDEX versions_in_short ON versions (id, article_id, number, published, first_seen);
CREATE INDEX versions_by_first_seen ON versions (first_seen);
CREATE INDEX versions_by_capture ON versions (capture_id);
CREATE INDEX versions_edited ON versions (first_seen) WHERE number > 1;
CREATE INDEX bylines_by_name ON bylines (name);
CREATE INDEX tags_by_tag ON tags (tag);
CREATE INDEX images_by_url ON images (url);
CREATE INDEX links_by_url ON links (url);
CREATE INDEX sightings_by_url ON sightings (url);
CREATE INDEX sightings_by_article ON sightings (article_id);
CREATE INDEX copies_by_group ON copies (group_id, place);
CREATE INDEX search_places_spread ON search_places (version_id, place) WHERE is_spread;
CREATE TRIGGER search_months_added AFTER INSERT ON versions BEGIN
    UPDATE search_months SET is_current = 0
    WHERE is_current AND month IN (
        SELECT strftime('%Y-%m', id / 16, 'unixepoch') FROM versions WHERE article_id IN (NEW.article_id)
        UNION SELECT strftime('%Y-%m', NEW.id / 16, 'unixepoch')
    );
END;
CREATE TRIGGER search_months_dropped AFTER DELETE ON versions BEGIN
    UPDATE search_months SET is_current = 0
    WHERE is_current AND month IN (
        SELECT strftime('%Y-%m', id / 16, 'unixepoch') FROM versions WHERE article_id IN (OLD.article_id)
        UNION SELECT strftime('%Y-%m', OLD.id / 16, 'unixepoch')
    );
END;
CREATE TRIGGER search_months_changed AFTER UPDATE OF id, article_id, number, published ON versions BEGIN
    UPDATE search_months SET is_current = 0
    WHERE is_current AND month IN (
        SELECT strftime('%Y-%m', id / 16, 'unixepoch') FROM versions WHERE article_id IN (OLD.article_id, NEW.article_id)
        UNION SELECT strftime('%Y-%m', OLD.id / 16, 'unixepoch')
    );
END;
CREATE TRIGGER search_months_moved AFTER UPDATE OF source ON articles WHEN OLD.source IS NOT NEW.source BEGIN
    UPDATE search_months SET is_current = 0
    WHERE is_current AND month IN (
        SELECT strftime('%Y-%m', id / 16, 'unixepoch') FROM versions WHERE article_id IN (NEW.id)
        UNION SELECT NULL
    );
END;
CREATE TRIGGER search_months_told AFTER UPDATE OF state ON articles WHEN OLD.state IS NOT NEW.state BEGIN
    UPDATE search_months SET has_states = 0
    WHERE has_states AND month IN (
        SELECT strftime('%Y-%m', id / 16, 'unixepoch') FROM versions WHERE article_id IN (NEW.id)
        UNION SELECT NULL
    );
END;
CREATE VIEW current_articles AS  -- one row per article, in its latest version
SELECT
    articles.id,  -- id of the article; → `articles.id`
    articles.url,  -- canonical address at which it was last seen
    articles.source,  -- the source that found it first; → `sources.name`
    versions.section,  -- as the page says, else the source's section
    articles.state,  -- what the last checks of its address found: live, removed, moved, unreachable
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
JOIN versions ON versions.article_id = articles.id AND versions.number = articles.version_count
;
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
    old.title AS title_was,  -- the headline before the change
    new.title,  -- the headline since the change
    CASE
        WHEN NOT (new.partial OR old.partial) THEN new.words - old.words
    END AS words_added,  -- how many words longer the text became; negative if shorter; null if one of them is partial
    old.last_seen AS last_seen_before,  -- UTC: the last capture without the change, which was made after this
    new.first_seen AS seen_at,  -- UTC: the first capture with the change, which was made before this
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
WHERE new.number > 1
;
CREATE VIEW removed_articles AS  -- one row per article whose address answered 404 or 410 in two crawls, as last seen
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
    articles.gone_looks,  -- how many crawls in a row got 404 or 410
    articles.version_count AS versions,  -- number of versions
    versions.id AS version_id  -- → `versions.id`
FROM articles
JOIN versions ON versions.article_id = articles.id AND versions.number = articles.version_count
WHERE articles.state = 'removed'
;
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
WHERE captures.role = 'listing'
;
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
WHERE copy_groups.outlets > 1
;
PRAGMA writable_schema=OFF;
COMMIT;
