"""Class and id names by which outlets mark what their elements hold: data, matched as parts of the names."""

from __future__ import annotations

import re

# Names of elements that are not part of the article.
COMMENT_NAMES = re.compile(
    r"comm?ent(?!ed|ator|ary)|disqus|koment|kommentar|hypercomments|cackle|replies|respond"
    r"|discussion|otziv|otzyv|(?:^|[\s_-])forum",
    re.I,
)
BOILERPLATE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|menu|navbar|navigation|breadcrumbs?|crumbs?|sidebar|side-?bar|rail"
    r"|footer|foot|bottom-?menu|topbar|top-?menu"
    r"|share|sharing|shares|social|socials?|soc|likes?(?!-h\d)|addthis|pluso|ya-?share\d?|related|relateds?"
    r"|similar|recommend\w*|recirc|read-?also|readalso|more-?news|othernews|other-?news"
    r"|also|popular|trending|most-?read|promo|promos|teasers?|partners?|informers?|banners?"
    r"|adv|ads?|advert\w*|ad-?(?:box|block|slot|unit|place|banner)\w*|adfox\w*|adriver\w*|ban|reklama|sponsor\w*"
    r"|yarpp[\w-]*|inset-?news|support-?us|donations?|crowdfunding|mailing"
    r"|outbrain|taboola|mgid|subscribe|subscription|newsletter|signup|tags|taglist|tag-list"
    r"|keywords|pagination|pager|paginator|prev-?next"
    r"|copyright|cookie\w*|consent|(?<!post-)popup|modal|rating|vote|voting|poll|login|auth|search|typo"
    r"|orphus|counter|counters|print|toolbar|tools|author-?box|about-?author|bio|skip|widget"
    r"|widgets|lenta|news-?list|newslist|latest|last-?news|headlines|read-?more|readmore|next-?article"
    r"|infobox|(?<!label-)hidden|visually-?hidden|sr-only|screen-reader\w*|tooltip|donat\w*)(?:$|[\s_-])",
    re.I,
)
CONTENT_NAMES = re.compile(
    r"(?:article|post|story|news|entry|material)(?:__|[_-])?(?:body|content|text|fulltext)(?:$|[\s_-])|articlebody",
    re.I,
)
# The space that a part of the page takes or leaves: «sidebar-grid__content», «has-sidebar», «no-sidebar».
LAYOUT_NAMES = re.compile(
    r"(?:has|with|no|without|is|not)-\S+|\S*(?:sidebar|rail|widget|banner|ad)s?-(?:grid|layout|row|cols?|columns?)(?:__\S+)?",
    re.I,
)
COUNTER_NAMES = re.compile(r"comm?ent|count|share|like|vote|badge", re.I)
CONSENT_NAMES = re.compile(r"cookie|consent|gdpr|privacy|paywall|modal|popup|login|signup|subscri", re.I)
FOOTER_NAMES = re.compile(r"(?:^|[\s_-])(?:footer|foot|copyright|bottom-?menu|podval)(?:$|[\s_-])", re.I)
CAPTION_NAMES = re.compile(
    r"caption|(?:^|[\s_-])(?:legend|photo-?(?:title|text|desc\w*|info|author|credit|source"
    r"|copyright)|img-?(?:title|desc\w*|text|source|alt|caption)"
    r"|image-?(?:title|desc\w*|info|source|credit|author|text)|picture-?(?:title|desc\w*)|podpis\w*"
    r"|media[_-]{0,2}(?:title|desc\w*|copyright|source)"
    r"|foto-?podpis|credits?|copyright|wp-caption-text|gallery)(?:$|[\s_-])",
    re.I,
)
CREDIT_NAMES = re.compile(
    r"credit|copyright|(?:photo|image|img|foto|picture)[\w-]*(?:author|source|autor|by)|photographer"
    r"|attribution",
    re.I,
)
AUTHOR_NAMES = re.compile(
    r"(?:^|[\s_-])(?:by-?line|author\w*|autor\w*|writer|journalist|reporter|contributor)s?(?:$"
    r"|[\s_-])|author",
    re.I,
)
DATE_NAMES = re.compile(r"date|datum|time|stamp|published|pubdate|posted|data(?:$|[\s_-])", re.I)
VIEWS_NAMES = re.compile(
    r"view|hits|eye|prosmotr|watch|readed|shows|visit|просмотр|прочт|прочит|перегляд|прагляд|қаралым|қаралды|көрілім",
    re.I,
)
SECTION_NAMES = re.compile(
    r"rubric|rubrika|categor|section|(?:^|[\s_-])(?:kicker|eyebrow|topic(?!-?(?:body|page|content|header))|cat|label|razdel|heading-?label"
    r"|overline|supertitle)(?:$|[\s_-])|breadcrumb|crumb",
    re.I,
)
SUBHEADING_NAMES = re.compile(
    r"sub-?_?(?:head|title)|inter-?title|(?:^|[\s_-])(?:h[2-6]|heading|question)(?:$|[\s_-])", re.I
)
LEAD_NAMES = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|lid|standfirst|stand-first|anons|announce|annotation|intro|deck"
    r"|dek|subtitle|sub-?headline|perex|summary|preview-?text|excerpt|description|teaser-?text"
    r"|preamble|subheading|article__subtitle)(?:$|[\s_-])|(?:__|-)(?:lead|anons|announce|standfirst"
    r"|intro|lid)(?:$|[\s_-])",
    re.I,
)
