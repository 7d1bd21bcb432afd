-- What vanished, and what had it said?
-- Only articles whose address answered 404 or 410 twice, a day apart, count. They were online at least until `last_seen`
-- and gone by `gone_since`.
SELECT source, section, published, title, words, gone_looks, versions
FROM removed_articles
ORDER BY gone_since DESC, id;
