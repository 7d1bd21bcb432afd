-- What was edited within an hour?
-- Within an hour of the first capture, that is: what was changed before the archive first came, nobody can know.
-- For an hour after publication, ask `minutes_since_published`, which is null where the time is not known to the minute.
SELECT source, section, changed, title_was, title, words_added
FROM edits
WHERE minutes_since_first_seen < 60
ORDER BY seen_at, title;
