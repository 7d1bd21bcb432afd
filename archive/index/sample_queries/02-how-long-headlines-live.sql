-- How long do headlines live?
-- From the first capture with a headline to the first capture with another one. How long the current headline will
-- last is not known: it is counted in `still_current`.
WITH headlines AS (
    SELECT
        articles.source,
        versions.first_seen,
        lead(versions.first_seen) OVER (
            PARTITION BY versions.article_id ORDER BY versions.number
        ) AS replaced_at
    FROM versions
    JOIN articles ON articles.id = versions.article_id
    LEFT JOIN versions AS before
        ON before.article_id = versions.article_id AND before.number = versions.number - 1
    WHERE before.title IS NOT versions.title
),
lives AS (
    SELECT source, (julianday(replaced_at) - julianday(first_seen)) * 24 AS hours FROM headlines
)
SELECT
    source,
    count(*) AS headlines,
    count(CASE WHEN hours IS NULL THEN 1 END) AS still_current,
    count(CASE WHEN hours < 1 THEN 1 END) AS under_an_hour,
    count(CASE WHEN hours >= 1 AND hours < 24 THEN 1 END) AS under_a_day,
    count(CASE WHEN hours >= 24 THEN 1 END) AS a_day_and_more
FROM lives
GROUP BY source
ORDER BY source;
