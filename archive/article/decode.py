"""Bytes of a page to text: what is declared is believed only where the bytes agree."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from math import log2

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
META = re.compile(
    rb"""<meta[^>]{0,400}?charset\s*=\s*["']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,200}?encoding=["']([\w.:-]{2,40})""",
    re.I,
)
HEAD = 4096  # the standard asks for 1024; real pages put scripts before their charset
SAMPLE = 60_000  # high bytes looked at when letters have to decide

# Names servers use that are no names, or that stand for a larger set.
ALIASES = {
    "win-1251": "cp1251",
    "win1251": "cp1251",
    "cp-1251": "cp1251",
    "windows1251": "cp1251",
    "1251": "cp1251",
    "x-cp1251": "cp1251",
    "koi8": "koi8-r",
    "koi": "koi8-r",
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
    "utf8": "utf-8",
    "utf": "utf-8",
    "unicode": "utf-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso8859-1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "dos-866": "cp866",
    "ibm866": "cp866",
    "x-mac-cyrillic": "mac-cyrillic",
    "maccyrillic": "mac-cyrillic",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
}
CYRILLIC = ("cp1251", "koi8-u", "koi8-r", "cp866", "iso8859-5", "mac-cyrillic")
NOT_TEXT = frozenset(
    [
        "utf-7",
        "base64",
        "hex",
        "rot13",
        "zlib",
        "bz2",
        "uu",
        "quopri",
        "idna",
        "punycode",
        "undefined",
        "unicode_escape",
        "raw_unicode_escape",
        "mbcs",
        "oem",
    ]
)

# Letters per thousand in Russian and Ukrainian news, together; enough to tell one mapping from another.
FREQUENCY = {
    "о": 102,
    "а": 82,
    "е": 75,
    "и": 70,
    "н": 66,
    "т": 57,
    "с": 50,
    "р": 48,
    "в": 46,
    "л": 38,
    "к": 36,
    "м": 31,
    "д": 31,
    "п": 29,
    "у": 28,
    "я": 21,
    "ы": 15,
    "з": 19,
    "ь": 17,
    "б": 16,
    "г": 16,
    "й": 12,
    "ч": 13,
    "х": 9,
    "ж": 8,
    "ш": 7,
    "ю": 6,
    "ц": 5,
    "щ": 3,
    "э": 3,
    "ф": 4,
    "ъ": 1,
    "ё": 1,
    "і": 25,
    "ї": 4,
    "є": 3,
    "ґ": 1,
    "ў": 3,
}
PUNCTUATION = {
    "«": 6,
    "»": 6,
    "—": 6,
    "–": 4,
    "“": 2,
    "”": 2,
    "„": 2,
    "№": 1,
    "…": 2,
    "\xa0": 4,
    "’": 2,
    "©": 1,
}
SWAPPED_CASE = re.compile("[а-яёіїєґў][А-ЯЁІЇЄҐЎ]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text, the encoding it was read in, and what decided on it."""

    text: str
    encoding: str
    how: str  # "bom", "utf-8", "http", "meta", "letters", "ascii"


def decode(payload: bytes, declared: str | None) -> Decoded:
    """The text of a payload whose HTTP charset is `declared`; any bytes give some text."""
    for bom, encoding in BOMS:
        if payload.startswith(bom):
            return Decoded(payload[len(bom) :].decode(encoding, "replace"), encoding, "bom")
    said = [
        (encoding, how)
        for encoding, how in ((known(declared), "http"), (stated(payload), "meta"))
        if encoding
    ]
    for encoding, how in said:
        if encoding.startswith(("utf-16", "utf-32")) and b"\x00" in payload[:400]:
            return Decoded(payload.decode(encoding, "replace"), encoding, how)
    if payload.isascii():
        for encoding, how in said:
            if encoding.startswith(("iso2022", "hz")):
                return Decoded(payload.decode(encoding, "replace"), encoding, how)
        return Decoded(payload.decode("ascii"), "ascii", "ascii")
    if is_utf8(payload):
        return Decoded(_utf8(payload), "utf-8", "utf-8")
    for encoding, how in said:
        if encoding != "utf-8" and fits(payload, encoding):
            return Decoded(payload.decode(encoding, "replace"), encoding, how)
    encoding = by_letters(payload)
    return Decoded(payload.decode(encoding, "replace"), encoding, "letters")


def known(name: str | None) -> str | None:
    """Python's name of a declared encoding of text, or None when there is no such encoding."""
    if not name:
        return None
    label = name.strip().strip("\"'").lower()
    try:
        found = codecs.lookup(ALIASES.get(label, label))
        "probe".encode(found.name)
    except (LookupError, ValueError, TypeError, UnicodeError):
        return None
    return None if found.name in NOT_TEXT or label in NOT_TEXT else found.name


def stated(payload: bytes) -> str | None:
    """The encoding the page itself names in its head."""
    match = META.search(payload[:HEAD])
    return known((match[1] or match[2]).decode("ascii", "replace")) if match else None


def is_utf8(payload: bytes) -> bool:
    """Whether bytes beyond ASCII are UTF-8, a few broken ones (a cut letter, a foreign line) aside."""
    try:
        payload.decode("utf-8", "surrogatepass")
        return True
    except UnicodeDecodeError:
        text = payload.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(1 for character in text if character > "\x7f") - broken
    return whole > 20 * broken


def _utf8(payload: bytes) -> str:
    """UTF-8 as sent; surrogates, which some servers write one by one, become the letters they stand for."""
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = payload.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return payload.decode("utf-8", "replace")
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def fits(payload: bytes, encoding: str) -> bool:
    """Whether a declared encoding can be the one the bytes are in."""
    high = sample(payload)
    if encoding in CYRILLIC:
        best = max(score(high, candidate) for candidate in CYRILLIC)
        return score(high, encoding) >= best - 0.25
    try:
        payload.decode(encoding)
    except (UnicodeDecodeError, UnicodeError, ValueError):
        return encoding == "cp1252" and not is_cyrillic(high)
    return not (encoding.startswith(("cp125", "iso8859")) and is_cyrillic(high))


def by_letters(payload: bytes) -> str:
    """The encoding whose letters look most like Russian or Ukrainian; Latin where none do."""
    high = sample(payload)
    if not is_cyrillic(high):
        return "cp1252"
    best = max(CYRILLIC, key=lambda encoding: score(high, encoding))
    # The two differ in four Ukrainian letters only; without any of them the commoner name is said.
    return (
        "koi8-r" if best == "koi8-u" and not re.search(b"[\xa4\xa6\xa7\xad\xb4\xb6\xb7\xbd]", high) else best
    )


def sample(payload: bytes) -> bytes:
    """Words that hold bytes beyond ASCII, with a blank between them."""
    runs = re.findall(rb"[A-Za-z]?[\x80-\xff][A-Za-z\x80-\xff]*", payload[:2_000_000])
    return b" ".join(runs)[:SAMPLE]


def is_cyrillic(high: bytes) -> bool:
    """Whether high bytes come in words of their own, as they do in no Latin-script language."""
    runs = high.split()
    own = sum(len(run) for run in runs if len(run) > 1 and not re.search(rb"[A-Za-z]", run))
    return own * 2 > sum(map(len, runs))


def score(high: bytes, encoding: str) -> float:
    """How much text in an encoding looks like Cyrillic news: the mean weight of a character."""
    text = high.decode(encoding, "replace")
    counts = Counter(text)
    counts.pop(" ", None)
    total = sum(counts.values()) or 1
    weight = 0.0
    for character, times in counts.items():
        if character in FREQUENCY:
            weight += times * log2(1 + FREQUENCY[character])
        elif character.lower() in FREQUENCY:
            weight += times * (log2(1 + FREQUENCY[character.lower()]) - 0.6)
        elif character in PUNCTUATION:
            weight += times * 2
        elif not (character.isascii() and character.isalnum()):
            weight -= times * 6
    return (weight - 9 * len(SWAPPED_CASE.findall(text))) / total
