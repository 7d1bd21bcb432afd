-- What was edited within an hour?
-- Within an hour of the first capture: changes made before the archive's first visit cannot be known. For an hour
-- after publication use `minutes_since_published`, which is null if the time is not known to the minute.
SELECT source, section, changed, title_was, title, words_added
FROM edits
WHERE minutes_since_first_seen < 60
ORDER BY seen_at, title;
