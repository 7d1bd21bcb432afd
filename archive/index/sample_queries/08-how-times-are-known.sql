-- How well is it known when articles were published?
-- A time without a zone is read in the zone of the source file; if the outlet means another zone, it is hours off. A
-- day alone is not a time. Mention both wherever you count by hour. The query covers articles published before February
-- 2022, or at an unknown time.
SELECT
    source,
    count(*) AS articles,
    count(CASE WHEN published_precision IN ('second', 'minute') THEN 1 END) AS to_the_minute,
    count(CASE WHEN published_precision IN ('hour', 'day') THEN 1 END) AS coarser,
    count(CASE WHEN published IS NULL THEN 1 END) AS unknown,
    count(CASE WHEN published_zone = 'source' THEN 1 END) AS zone_not_stated,
    round(100.0 * count(CASE WHEN published_zone = 'source' THEN 1 END) / count(published), 1) AS percent_not_stated
FROM articles
JOIN versions ON versions.article_id = articles.id AND versions.number = articles.version_count
WHERE coalesce(published, '') < '2022-02'
GROUP BY source
ORDER BY source;
