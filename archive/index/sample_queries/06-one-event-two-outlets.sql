-- How did two outlets report one event?
-- The articles of two outlets that contain the words and were published within a day of one another, side by side,
-- with the number of paragraphs they share word for word.
WITH reports AS (
    SELECT
        current_articles.*,
        '[' || replace(json_quote(current_articles.body), '\n\n', '","') || ']' AS paragraphs
    FROM search_index
    JOIN current_articles ON current_articles.version_id = search_index.rowid
    WHERE search_index MATCH 'паром триест'
)
SELECT
    one.source AS first_with,
    other.source AS then_with,
    (strftime('%s', other.published_utc) - strftime('%s', one.published_utc)) / 60 AS minutes_later,
    one.title,
    other.title AS other_title,
    one.words,
    other.words AS other_words,
    (
        SELECT count(*) FROM json_each(one.paragraphs) AS a JOIN json_each(other.paragraphs) AS b ON b.value = a.value
    ) AS same_paragraphs
FROM reports AS one
JOIN reports AS other
    ON other.source <> one.source AND other.published_utc > one.published_utc
    AND julianday(other.published_utc) - julianday(one.published_utc) <= 1
ORDER BY one.published_utc, other.published_utc;
