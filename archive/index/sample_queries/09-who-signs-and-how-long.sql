-- Which sections are signed, and how long are their texts?
-- Latest versions only. The median is the word count that half of a section's texts do not exceed.
WITH ranked AS (
    SELECT
        source, section, words, authors,
        row_number() OVER (PARTITION BY source, section ORDER BY words) AS place,
        count(*) OVER (PARTITION BY source, section) AS articles
    FROM current_articles
    WHERE published < '2022-02'
)
SELECT
    source,
    section,
    articles,
    count(authors) AS signed,
    count(DISTINCT authors) AS bylines,
    avg(CASE WHEN place IN ((articles + 1) / 2, (articles + 2) / 2) THEN words END) AS median_words,
    max(words) AS longest
FROM ranked
GROUP BY source, section
ORDER BY source, articles DESC, section;
