-- Which sites do outlets link to?
-- Links inside the texts of latest versions, by host: to the outlet itself, to another outlet of this archive, or
-- elsewhere.
WITH hosts AS (
    SELECT DISTINCT
        articles.source,
        substr(addresses.url, 1, instr(substr(addresses.url, 9) || '/', '/') + 7) AS host
    FROM addresses
    JOIN articles ON articles.id = addresses.article_id
),
linked AS (
    SELECT
        articles.source,
        articles.id,
        substr(links.url, 1, instr(substr(links.url, 9) || '/', '/') + 7) AS host
    FROM links
    JOIN versions ON versions.id = links.version_id
    JOIN articles ON articles.id = versions.article_id AND articles.version_count = versions.number
)
SELECT
    linked.source,
    CASE WHEN hosts.source = linked.source THEN '(itself)' ELSE coalesce(hosts.source, linked.host) END AS links_to,
    count(*) AS links,
    count(DISTINCT linked.id) AS articles
FROM linked
LEFT JOIN hosts ON hosts.host = linked.host
GROUP BY linked.source, links_to
ORDER BY linked.source, links DESC, links_to;
