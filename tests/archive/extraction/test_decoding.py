"""Decoding: undeclared and misdeclared encodings come out right."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.extraction.page.encoding import decode

RUSSIAN = "Президент принял участие в онлайн-саммите. Это «текущие вопросы», сказал он."
UKRAINIAN = "Президент заявив, що її ґанок у Києві є найкращим. Їжак і є їжак"
SINGLE_BYTE = ["cp1251", "koi8-u", "cp866", "iso8859-5", "mac-cyrillic"]


DECLARED = [None, "utf-8", "iso-8859-1", "windows-1251", "gb2312", "no-such-thing"]
TEXTS = {"russian": RUSSIAN, "ukrainian": UKRAINIAN, "capitals": RUSSIAN.upper()}
# The capital letters of one are small letters of the other, so the declaration decides.
AMBIGUOUS = {("capitals", "koi8-u", "windows-1251")}


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        pytest.param(TEXTS[name], encoding, declared, id=f"{name}-{encoding}-{declared}")
        for name in TEXTS
        for encoding in SINGLE_BYTE
        for declared in DECLARED
        if (name, encoding, declared) not in AMBIGUOUS
    ],
)
def test_letter_frequencies_decide_whatever_is_declared(
    text: str, encoding: str, declared: str | None
) -> None:
    payload = text.encode(encoding, "ignore")
    assert decode(payload, declared).text == payload.decode(encoding)


@pytest.mark.parametrize("declared", [None, "windows-1251", "koi8-r", "utf-16"])
def test_utf8_is_utf8_whatever_is_declared(declared: str | None) -> None:
    page = '<meta charset="windows-1251">' + RUSSIAN
    assert decode(page.encode(), declared).text == page


def test_a_letter_cut_in_two_at_the_end_does_not_make_utf8_something_else() -> None:
    found = decode((RUSSIAN * 3).encode()[:-1], None)
    assert found.encoding == "utf-8"
    assert found.text.startswith(RUSSIAN)


def test_a_byte_order_mark_decides() -> None:
    assert decode(b"\xff\xfe" + RUSSIAN.encode("utf-16-le"), "windows-1251").text == RUSSIAN


def test_the_page_may_declare_a_western_encoding() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1257">Rīgā notika sanāksme'
    assert decode(page.encode("cp1257"), None).text == page


def test_the_deciding_evidence_is_recorded() -> None:
    assert decode(RUSSIAN.encode("cp1251"), "windows-1251").decided_by == "http"
    assert decode(RUSSIAN.encode("cp1251"), None).decided_by == "letters"
    assert decode(b"plain", None).decided_by == "ascii"


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([None, "utf-8", "cp1251", "utf-16", "base64", "\x00", "iso-2022-jp"]),
)
def test_any_bytes_give_some_text(payload: bytes, declared: str | None) -> None:
    assert isinstance(decode(payload, declared).text, str)
