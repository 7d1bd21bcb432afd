-- How does an article live on its section's page?
-- Each visit to the page counts once; `hours` is the time between the first and the last visit that found the
-- article there, and `wordings` counts the headlines under which the page linked to it.
SELECT
    title,
    count(*) AS visits,
    min(place) AS best_place,
    max(place) AS worst_place,
    CAST((julianday(max(seen_at)) - julianday(min(seen_at))) * 24 AS INTEGER) AS hours,
    count(DISTINCT headline) AS wordings
FROM front_pages
WHERE source = 'primorsk' AND section = 'Мир' AND listing = (
    SELECT url FROM captures
    WHERE role = 'listing' AND source = 'primorsk' AND section = 'Мир'
    ORDER BY length(url)
    LIMIT 1
)
GROUP BY article_id
ORDER BY best_place, worst_place, visits DESC, title;
