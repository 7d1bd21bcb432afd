"""Decode a page; a declared encoding is used only where the bytes agree with it."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import log2
from operator import mul

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
HEAD_BYTES = 4096  # bytes; the HTML standard requires 1024, but real pages put scripts before their charset
SAMPLE_BYTES = 4_000  # bytes of words examined when letter frequencies have to decide
CHUNK_BYTES, MAX_SCAN_BYTES = (
    8_192,
    2_000_000,
)  # bytes: the text is read in chunks of the first size, up to the second

# Invalid names that servers use, and names whose common superset is meant.
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
    "windows-874": "cp874",
    "iso-8859-11": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "logical": "iso8859-8",
    "visual": "iso8859-8",
}
CYRILLIC = ("cp1251", "koi8-u", "koi8-r", "cp866", "iso8859-5", "mac-cyrillic", "cp855")
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

# Letters per thousand in Russian and Ukrainian news together; enough to tell one encoding from another.
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
# Of other scripts. Their bytes are Cyrillic letters elsewhere.
GREEK = dict(
    zip("αάβγδεέζηήθιίκλμνξοόπρςστυύφχψωώ",
        (97, 23, 7, 19, 17, 66, 20, 4, 43, 16, 12, 65, 27, 41, 28, 33, 62, 4, 77, 21, 40, 42, 38, 42, 79, 34, 9, 8,
         11, 1, 17, 5), strict=True)
)  # fmt: skip
HEBREW = dict(
    zip("יהולארתבשמםנחעקדפטצכגסזןץךף",
        (110, 100, 100, 75, 65, 60, 55, 50, 47, 45, 28, 30, 24, 30, 22, 27, 18, 12, 12, 22, 13, 15, 12, 14, 2, 7, 3),
        strict=True)
)  # fmt: skip
ARABIC = dict(
    zip("اليمونرتبعهدسفةكقحأجشطصخذضثزىغءظئإآؤ",
        (125, 115, 70, 62, 60, 58, 50, 48, 38, 37, 32, 30, 28, 28, 40, 25, 25, 20, 25, 14, 13, 12, 12, 9, 7, 7, 6, 6,
         9, 4, 5, 3, 4, 8, 2, 1), strict=True)
)  # fmt: skip
OTHER_SCRIPTS = {  # of two that fit alike the first is used
    "cp1253": GREEK,
    "iso8859-7": GREEK,
    "cp1255": HEBREW,
    "iso8859-8": HEBREW,
    "cp1256": ARABIC,
    "iso8859-6": ARABIC,
}
# By which another script must score better than Cyrillic if nothing is declared. Measured on 500 single lines of
# software in each of ten languages: with less, one Cyrillic line in 500 is Hebrew; with 0.4, one Hebrew in 40 Cyrillic.
MIN_LEAD = 0.2
MIN_ZERO_SHARE = 0.1  # of the first bytes; in a wide encoding at least each letter of a tag has one
WIDE_ENCODINGS = (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2))
NON_ASCII = bytes(range(128, 256))
ASCII_LETTER = b"a"
WORD_TABLE = bytes(
    byte if byte > 127 else ord(ASCII_LETTER if bytes([byte]).isalpha() else b" ") for byte in range(256)
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text, its encoding, and the evidence that decided on the encoding."""

    text: str
    encoding: str
    decided_by: str  # "bom", "utf-8", "http", "meta", "markup", "letters", "ascii"


def decode(payload: bytes, declared: str | None) -> Decoded:
    """Return the text of a payload, `declared` being its HTTP charset. Never fails: any bytes give some text."""
    for bom, encoding in BOMS:
        if payload.startswith(bom):
            return Decoded(payload[len(bom) :].decode(encoding, "replace"), encoding, "bom")
    wide = _wide_encoding(payload)
    declarations = [
        (encoding, how)
        for encoding, how in ((codec_name(declared), "http"), (meta_charset(payload), "meta"))
        if encoding
    ]
    for encoding, how in declarations:
        if wide == encoding or (wide is not None and wide[:6] == encoding):
            return Decoded(payload.decode(wide, "replace"), encoding, how)
        if wide is None and encoding.startswith(("utf-16", "utf-32")) and b"\x00" in payload[:400]:
            return Decoded(payload.decode(encoding, "replace"), encoding, how)
    if wide is not None:
        return Decoded(payload.decode(wide, "replace"), wide, "markup")
    if payload.isascii():
        for encoding, how in declarations:
            if encoding.startswith(("iso2022", "hz")):
                return Decoded(payload.decode(encoding, "replace"), encoding, how)
        return Decoded(payload.decode("ascii"), "ascii", "ascii")
    if is_utf8(payload):
        return Decoded(_utf8(payload), "utf-8", "utf-8")
    letters = LetterStatistics(payload)
    for encoding, how in declarations:
        if encoding != "utf-8" and letters.is_plausible(payload, encoding):
            return Decoded(payload.decode(encoding, "replace"), encoding, how)
    encoding = letters.guess_encoding()
    return Decoded(payload.decode(encoding, "replace"), encoding, "letters")


def _wide_encoding(payload: bytes) -> str | None:
    """Return the UTF-16 or UTF-32 in which a page without a byte order mark has its first tags, or None."""
    start = payload[:400]
    if start.count(0) <= MIN_ZERO_SHARE * len(start):
        return None
    for encoding, width in WIDE_ENCODINGS:
        mark = "<".encode(encoding)
        if any(start[at : at + width] == mark for at in range(0, len(start), width)):
            return encoding
    return None


def codec_name(name: str | None) -> str | None:
    """Return Python's name of a declared text encoding, or None if there is no such encoding."""
    if not name:
        return None
    label = name.strip().strip("\"'").lower()
    try:
        found = codecs.lookup(ALIASES.get(label, label))
        "probe".encode(found.name)
    except (LookupError, ValueError, TypeError, UnicodeError):
        return None
    return None if found.name in NOT_TEXT or label in NOT_TEXT else found.name


def meta_charset(payload: bytes) -> str | None:
    """Return the encoding that the page declares in a <meta> or XML declaration, or None."""
    match = META.search(payload[:HEAD_BYTES])
    return codec_name((match[1] or match[2]).decode("ascii", "replace")) if match else None


def is_utf8(payload: bytes) -> bool:
    """Return whether the non-ASCII bytes are UTF-8, tolerating a few broken ones (a cut letter, a foreign line)."""
    try:
        payload.decode("utf-8", "surrogatepass")
        return True
    except UnicodeDecodeError:
        text = payload.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = len(text) - len(payload.translate(None, NON_ASCII)) - broken
    return whole > 20 * broken


def _utf8(payload: bytes) -> str:
    """Decode UTF-8; surrogates, which some servers encode one by one, are joined into characters."""
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = payload.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return payload.decode("utf-8", "replace")
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class LetterStatistics:
    """Letter frequencies of a payload's non-ASCII words, scored as news in each candidate encoding."""

    def __init__(self, payload: bytes) -> None:
        words = _words(payload)
        self._words = b" ".join(words)[:SAMPLE_BYTES]
        # Words of non-ASCII bytes alone: no language in Latin script has many of them.
        own = sum(len(word) for word in words if len(word) > 1 and ASCII_LETTER not in word)
        self.are_cyrillic = own * 2 > sum(map(len, words))
        counted = Counter(self._words)
        self._counts = [counted[byte] for byte in range(256)]
        self._scores = {encoding: self._score(alphabet) for encoding, alphabet in ALPHABETS.items()}

    def is_plausible(self, payload: bytes, encoding: str) -> bool:
        """Return whether a declared encoding can be the actual one."""
        if encoding in self._scores:
            return self._scores[encoding] >= max(self._scores.values()) - 0.25
        if encoding in OTHER_SCRIPTS and self.are_cyrillic:
            return self._score(OTHER_ALPHABETS[encoding]) >= max(self._scores.values())
        try:
            payload.decode(encoding)
        except (UnicodeDecodeError, UnicodeError, ValueError):
            return encoding == "cp1252" and not self.are_cyrillic
        return not (encoding.startswith(("cp125", "iso8859")) and self.are_cyrillic)

    def guess_encoding(self) -> str:
        """Return the encoding in which the text looks most like Cyrillic, Greek, Hebrew or Arabic; else cp1252."""
        if not self.are_cyrillic:
            return "cp1252"
        best = max(CYRILLIC, key=lambda encoding: self._scores[encoding])
        others = {encoding: self._score(alphabet) for encoding, alphabet in OTHER_ALPHABETS.items()}
        other = max(others, key=lambda encoding: others[encoding])
        if others[other] > self._scores[best] + MIN_LEAD:
            return other
        # The two differ only in four Ukrainian letters; without any of them use the commoner name.
        own = any(self._counts[byte] for byte in b"\xa4\xa6\xa7\xad\xb4\xb6\xb7\xbd")
        return "koi8-r" if best == "koi8-u" and not own else best

    def _score(self, alphabet: _Alphabet) -> float:
        """Return how much the text in an encoding looks like news: the mean weight of a character."""
        swapped = self._words.translate(alphabet.cases).count(b"lU")
        weight: float = sum(map(mul, self._counts, alphabet.weights))
        return (weight - 9 * swapped) / (len(self._words) - self._counts[0x20] or 1)


def _words(payload: bytes) -> list[bytes]:
    """Return the first words with non-ASCII bytes.

    Each ASCII letter becomes `ASCII_LETTER`; of those that begin a word, at most one is kept.
    """
    words: list[bytes] = []
    for start in range(0, min(len(payload), MAX_SCAN_BYTES), CHUNK_BYTES):
        letters = payload[start : start + CHUNK_BYTES].translate(WORD_TABLE)
        words += (
            ASCII_LETTER[: word[:1] == ASCII_LETTER] + word.lstrip(ASCII_LETTER)
            for word in letters.split()
            if not word.isascii()
        )
        if sum(map(len, words)) > SAMPLE_BYTES:
            break
    return words


class _Alphabet:
    """The bytes of a single-byte encoding: the weight of each, and whether it is a lowercase or uppercase letter."""

    def __init__(self, encoding: str, frequency: Mapping[str, int] = FREQUENCY) -> None:
        letters = [bytes([byte]).decode(encoding, "replace") for byte in range(256)]
        self.weights = [0.0 if letter == " " else _weight(letter, frequency) for letter in letters]
        self.cases = "".join(
            "l" if letter in frequency else "U" if letter.lower() in frequency else "." for letter in letters
        ).encode()


def _weight(letter: str, frequency: Mapping[str, int]) -> float:
    if letter in frequency:
        return log2(1 + frequency[letter])
    if letter.lower() in frequency:
        return log2(1 + frequency[letter.lower()]) - 0.6
    if letter in PUNCTUATION:
        return 2.0
    return 0.0 if letter.isascii() and letter.isalnum() else -6.0


ALPHABETS = {encoding: _Alphabet(encoding) for encoding in CYRILLIC}
OTHER_ALPHABETS = {encoding: _Alphabet(encoding, frequency) for encoding, frequency in OTHER_SCRIPTS.items()}
