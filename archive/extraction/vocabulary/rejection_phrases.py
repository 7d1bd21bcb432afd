"""Phrases of pages shown in place of an article, in any language (`archive.language`).

Patterns are matched in lower case against headings (by the share of one that they cover) and against the beginnings
of sentences; news about captchas or paywalls has these words in other places.
"""

from __future__ import annotations

import re
from functools import cached_property

from archive.language.phrases import any_phrase, phrases, words

# A sentence that addresses the visitor, which news rarely does.
ADDRESSES_READER = re.compile(rf"\b{words('we_or_you')}\b", re.I)
# A line that asks to subscribe, pay or comment, or presents an author. On a page without an article text such a
# line is not one either; between the paragraphs of a text these words prove nothing.
CALL_TO_ACTION = any_phrase("call_to_action", re.I)
# Messages that PHP prints between the lines of a page it continues to write.
PHP_ERROR = re.compile(
    r"(?:php )?(?:strict standards|warning|notice|deprecated)\s*:.{1,400}\bon line\b", re.I | re.S
)
QUOTED = "«“\"„‘'"
QUOTATION = re.compile(r"«[^»]{1,300}»|“[^”]{1,300}”|„[^“]{1,300}“|\"[^\"]{1,300}\"")
SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[A-ZА-ЯЁІЇЄҐЎӘҒҚҢӨҰҮҺ«“\"])")
NO_SCRIPT = re.compile(
    rf"{words('script_needed')}.{{0,60}}javascript|javascript.{{0,60}}{words('script_off')}"
    rf"|{any_phrase('no_frames').pattern}",
    re.I,
)
LOADING = re.compile(rf"{words('loading')}[\s.…!]*|{any_phrase('other_loading').pattern}", re.I)


class PhraseSet:
    """The phrases of a list, matched against text in lower case."""

    def __init__(self, name: str) -> None:
        self._name = name

    @cached_property  # compiling all kinds takes half a second: only processes that extract pages pay for it
    def _any(self) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{pattern})" for pattern in phrases(self._name)))

    @cached_property
    def _each(self) -> list[re.Pattern[str]]:
        return [re.compile(pattern) for pattern in phrases(self._name)]

    def opening_length(self, text: str) -> int:
        """Return the length of the longest phrase at the start of a text, in characters; 0 if there is none."""
        if self._any.match(text) is None:
            return 0
        return max(found.end() for each in self._each if (found := each.match(text)) is not None)

    def longest_length(self, text: str) -> int:
        """Return the length of the longest phrase anywhere in a text, in characters; 0 if there is none."""
        if self._any.search(text) is None:
            return 0
        return max(
            found.end() - found.start() for each in self._each for found in [each.search(text)] if found
        )


PHRASES_BY_REASON = {
    "captcha": PhraseSet("captcha"),
    "geo-block": PhraseSet("region"),
    "soft 404": PhraseSet("not_found"),
    "consent wall": PhraseSet("consent"),
    "login": PhraseSet("login"),
    "error page": PhraseSet("error"),
    "parked page": PhraseSet("parked"),
}
PAYWALL_OFFER = PhraseSet("paywall")
