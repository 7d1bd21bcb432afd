"""Sizes of files as people write them: «5 GB»."""

from __future__ import annotations

import re

UNITS = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "PB": 10**15}
_BINARY_UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "PiB": 2**50}
_BYTES = {unit.lower(): size for unit, size in (UNITS | _BINARY_UNITS).items()}
_SIZE = re.compile(r"(?P<number>\d+(\.\d+)?)\s*(?P<unit>[A-Za-z]+)")


def parse_size(text: str) -> int | None:
    """Return the bytes of a size such as «5 GB», «1.5 TB» or «512 MiB»; None if the text is not a size with a unit."""
    found = _SIZE.fullmatch(text.strip())
    unit = _BYTES.get(found["unit"].lower()) if found else None
    return round(float(found["number"]) * unit) if found and unit else None


def size_text(size: float) -> str:
    """Return a number of bytes in the largest unit of which it has at least one, as in «1.5 GB»."""
    unit = next((unit for unit in reversed(UNITS) if abs(size) >= UNITS[unit]), "B")
    amount = size / UNITS[unit]
    digits = 1 if unit != "B" and abs(amount) < 100 else 0
    return f"{amount:.{digits}f} {unit}"
