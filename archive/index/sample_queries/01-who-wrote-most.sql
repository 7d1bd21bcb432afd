-- Who wrote most about the town, month by month?
-- The query looks the word up in the full-text index, whose words are lower case, with е for ё; «город*» finds every
-- word with that prefix. An article signed by two people counts for both, an unsigned one for nobody.
SELECT
    substr(versions.published, 1, 7) AS month,
    coalesce(bylines.name, '(nobody signed)') AS author,
    count(*) AS articles,
    sum(versions.words) AS words
FROM search_index
JOIN versions ON versions.id = search_index.rowid
JOIN articles ON articles.id = versions.article_id AND articles.version_count = versions.number
LEFT JOIN bylines ON bylines.version_id = versions.id
WHERE search_index MATCH 'город*' AND versions.published BETWEEN '2021-12' AND '2022-02'
GROUP BY month, author
ORDER BY month, articles DESC, words DESC, author;
