-- What vanished, and what had it said?
-- Only what answered 404 or 410 in two crawls counts. It stood until `last_seen` at least and was gone by `gone_since`.
SELECT source, section, published, title, words, gone_looks, versions
FROM removed_articles
ORDER BY gone_since DESC, id;
