"""Words of dates that belong to no language: Roman months and the abbreviations of time zones."""

from __future__ import annotations

ROMAN_MONTHS = {
    numeral: number for number, numeral in enumerate("i ii iii iv v vi vii viii ix x xi xii".split(), start=1)
}  # «10.I.2022»

OFFSETS = {
    "utc": 0,
    "gmt": 0,
    "z": 0,
    "eet": 2,
    "eest": 3,
    "cet": 1,
    "cest": 2,
    "wet": 0,
    "west": 1,
    "bst": 1,
    "ist": 5.5,
    "msd": 4,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "aest": 10,
    "aedt": 11,
    "jst": 9,
    "hkt": 8,
    "sgt": 8,
    "samt": 4,
    "yekt": 5,
    "omst": 6,
    "krat": 7,
    "irkt": 8,
    "yakt": 9,
    "vlat": 10,
    "almt": 6,
}
