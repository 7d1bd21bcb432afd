"""Prepare the process that workers are forked from, so that no worker does it again.

Dictionaries are loaded, and a page is extracted: most patterns are compiled where they are used first, which takes
longer than fifty pages do.
"""

from __future__ import annotations

from datetime import UTC, datetime

from archive.extraction.extract import extract
from archive.extraction.model import Article, Outlet
from archive.http.capture import Capture
from archive.jobs.search_keys import build_search_keys
from archive.language import lemmas

# It has what a page needs for most of the extraction to run: a date in words, an author, and enough text.
PAGE = """<!DOCTYPE html>
<html lang="ru"><head><title>Заголовок статьи из шести слов</title></head><body><article>
<h1>Заголовок статьи из шести слов</h1><p>10 января 2022, 11:55</p><p>Автор: Анна Иванова</p>
<p>Первый абзац статьи рассказывает о том, что произошло в городе накануне вечером, и называет всех участников.</p>
<p>Второй абзац статьи приводит слова очевидцев и объясняет, почему об этом стоит рассказать читателям сегодня.</p>
<p>Третий абзац статьи подводит итог и сообщает, что будет дальше, если ничего не изменится за эту неделю.</p>
</article></body></html>"""


def _extract_page() -> None:
    response = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + PAGE.encode()
    page = Capture("https://news.example/a.html", datetime(2022, 1, 10, 12, tzinfo=UTC), response)
    article = extract(page, Outlet("UTC"), None)
    if isinstance(article, Article):
        build_search_keys(article)


lemmas.load()
_extract_page()
