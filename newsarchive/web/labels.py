"""The labels of coded values: every code that a reader sees is looked up here, and only here.

The keys are the values of a type, or of a column in the schema; a test checks that none is missing. To translate the
pages, translate these tables and the templates.
"""

from __future__ import annotations

from collections.abc import Mapping

STATES: Mapping[str, str] = {
    "live": "live",
    "unavailable": "unavailable",
    "removed": "removed",
    "moved": "moved",
    "restricted": "restricted",
}
STATE_MEANINGS: Mapping[str, str] = {
    "live": "The article was at its address when last checked.",
    "unavailable": "The last check of the address did not show the article.",
    "removed": "The address returned 404 or 410 at least twice, 24 hours apart or as the source file says.",
    "moved": "The address redirects to a different page.",
    "restricted": "The archive does not show this article.",
}
STATE_REASONS: Mapping[str, str] = {
    "soft 404": "“page not found” message (soft 404)",
    "block page": "access refused (403, 429 or a block page)",
    "captcha": "captcha",
    "consent wall": "cookie consent page",
    "paywall": "paywall",
    "geo-block": "not available in this country",
    "legal reasons": "withheld for legal reasons (451)",
    "login": "login page",
    "server error": "server error",
    "no answer": "no response",
    "not found": "404 or 410",
    "redirect to front page": "redirect to the front page",
    "redirect to section": "redirect to a section page",
    "redirect": "redirect that leads to no article",
    "front page": "the front page in its place",
    "section page": "a section page in its place",
    "another page": "another page in its place",
    "parked page": "parked domain",
    "incomplete": "incomplete response",
    "unrendered": "needs JavaScript to show its text",
    "no text": "no text",
    "not html": "not an HTML page",
    "unreadable": "the page could not be read",
    "error answer": "error response",
}
CHANGE_KINDS: Mapping[str, str] = {
    "edit": "edited",
    "removal": "removed",
    "move": "moved",
    "return": "back",
    "unavailable": "unavailable",
    "new": "new",
}
GRADES: Mapping[str, str] = {"noise": "no edit", "typo": "typo", "wording": "wording", "fact": "fact"}
GRADE_MEANINGS: Mapping[str, str] = {
    "noise": "Typography, counters, links to other articles, or the same time in another zone.",
    "typo": "Spelling, punctuation or capitals.",
    "wording": "Other words; no number, name or quotation changed.",
    "fact": "A number, a name, a quotation, the headline, the authors or the time of publication changed.",
}
FOUND_IN: Mapping[str, str] = {
    "rule": "by a rule in the source file",
    "json-ld": "in the page’s structured data (JSON-LD)",
    "microdata": "in the page’s structured data (microdata)",
    "meta": "in the page’s meta tags",
    "time": "in a <time> element of the page",
    "visible": "in the visible text of the page",
    "listing": "in a listing that linked to the article",
    "feed": "in a feed that linked to the article",
    "address": "in the article’s URL",
}
ZONES: Mapping[str, str] = {
    "stated": "stated on the page",
    "source": "not stated on the page; the outlet’s local time is assumed",
}
PRECISIONS: Mapping[str, str] = {"second": "second", "minute": "minute", "hour": "hour", "day": "day"}
FIRST_BY: Mapping[str, str] = {"published": "published first, according to the printed times"}
ARTICLE_FIELDS: Mapping[str, str] = {
    "title": "Headline",
    "lead": "Lead",
    "body": "Text",
    "authors": "Authors",
    "section": "Section",
    "tags": "Tags",
    "published": "Publication time",
    "modified": "Modification time",
    "images": "Images",
    "notices": "Legal notices",
}
ROLES: Mapping[str, str] = {
    "listing": "section page",
    "feed": "feed",
    "sitemap": "sitemap",
    "robots": "robots.txt",
    "article": "article",
    "image": "image",
    "requisite": "page resource",
    "page": "web page",
}
PART_KINDS: Mapping[str, str] = {  # of the parts of a page that a snapshot misses
    "image": "image",
    "style sheet": "style sheet",
    "font": "font",
    "embedded page": "embedded page",
}
TRUNCATIONS: Mapping[str, str] = {
    "length": "size limit reached",
    "time": "time limit reached",
    "disconnect": "connection lost",
    "unspecified": "reason unknown",
    "encoding": "compressed data is incomplete or damaged",
    "range": "the server sent only a part",
}
CRAWL_OUTCOMES: Mapping[str | None, str] = {
    "finished": "finished",
    "stopped": "stopped early",
    "limit": "reached its page limit",
    None: "running or interrupted",
}
CRAWL_STATUSES: Mapping[str, str] = {  # of the last crawl of a source
    "finished": "finished",
    "stopped": "stopped early",
    "limit": "reached its page limit",
    "failed": "failed",
    "running": "running",
    "killed": "killed",
    "none": "not crawled yet",
}
COVERAGE: Mapping[str, str] = {
    "full": "watched as scheduled",
    "bridged": "a gap, but nothing was missed",
    "gaps": "a gap",
    "none": "not watched",
}
COVERAGE_MARKS: Mapping[str, str] = {"full": "✓", "bridged": "~", "gaps": "!", "none": "–"}
FAILURES: Mapping[str, str] = {
    "failed": "Failed in the last crawl",
    "not an article": "Not recognized as articles in the last crawl",
    "forbidden": "Not requested: disallowed by robots.txt",
}
# Of pages that gave no complete article: values of captures.reading. Other values there are sentences with details.
READINGS: Mapping[str, str] = {
    "article in part": "only part of the article was visible",
    "captcha": "captcha",
    "consent wall": "cookie consent page",
    "empty": "empty page",
    "error page": "error page",
    "front page": "front page",
    "gallery": "photo gallery",
    "geo-block": "not available in this country",
    "login": "login page",
    "no text": "no text",
    "not html": "not an HTML page",
    "parked page": "parked domain",
    "paywall": "paywall",
    "redirect": "redirect",
    "redirect to front page": "redirect to the front page",
    "section page": "section page",
    "soft 404": "“page not found” message (soft 404)",
    "unrendered": "needs JavaScript to show its text",
    "video page": "video page",
}
SORTS: Mapping[str, str] = {"relevance": "Best match", "newest": "Newest first", "oldest": "Oldest first"}
LANGUAGES: Mapping[str, str] = {"ru": "Russian", "uk": "Ukrainian", "en": "English"}  # others by their code
PARAMETER_KINDS: Mapping[str, str] = {"text": "string", "day": "date", "address": "URL", "number": "integer"}
FIELD_KINDS: Mapping[str, str] = {
    "integer": "integer",
    "number": "number",
    "text": "string",
    "boolean": "boolean",
    "time": "date and time",
    "date or time": "date, or date and time",
    "object": "object",
}
