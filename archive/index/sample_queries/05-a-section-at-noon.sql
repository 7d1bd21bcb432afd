-- What did a section page show at noon?
-- The last capture of the page at or before noon, UTC; replace the day after the last crawl with a day of your own.
-- If a section has several pages, the first is the one with the shortest address.
WITH noon AS (
    SELECT date(max(started_at), '+1 day') || 'T12:00:00Z' AS at FROM crawls
)
SELECT place, headline, state
FROM front_pages
WHERE capture_id = (
    SELECT id FROM captures
    WHERE role = 'listing' AND source = 'primorsk' AND section = 'Город' AND fetched_at <= (SELECT at FROM noon)
    ORDER BY length(url), fetched_at DESC
    LIMIT 1
)
ORDER BY place;
