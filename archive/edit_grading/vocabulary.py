"""Words that the grading of edits compares by value: numbers, scales, spellings of names, zones. Data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from archive.language.languages import languages

# Values of number words, by dictionary form, besides those in archive/language/languages/. 1 is left out: «один»,
# «one» and «один із» are pronouns more often.
_NUMBERS = """
0 ноль нуль zero
2 два две двое двух обе оба дві двоє обидва обидві two both
3 три трое троє three
4 четыре четверо чотири четверо four
5 пять пятеро п'ять пять п'ятеро five
6 шесть шестеро шість шестеро six
7 семь семеро сім семеро seven
8 восемь вісім eight
9 девять дев'ять девять nine
10 десять десяток ten
11 одиннадцать одинадцять eleven
12 двенадцать дванадцять дюжина twelve
13 тринадцать тринадцять thirteen
14 четырнадцать чотирнадцять fourteen
15 пятнадцать п'ятнадцять fifteen
16 шестнадцать шістнадцять sixteen
17 семнадцать сімнадцять seventeen
18 восемнадцать вісімнадцять eighteen
19 девятнадцать дев'ятнадцять nineteen
20 двадцать двадцять twenty
30 тридцать тридцять thirty
40 сорок forty
50 пятьдесят п'ятдесят fifty
60 шестьдесят шістдесят sixty
70 семьдесят сімдесят seventy
80 восемьдесят вісімдесят eighty
90 девяносто дев'яносто ninety
100 сто сотня hundred
200 двести двісті
300 триста
400 четыреста чотириста
500 пятьсот п'ятсот
"""
SCALES: Mapping[str, int] = {
    **dict.fromkeys(("тысяча", "тыс", "тыща", "тисяча", "тис", "thousand"), 10**3),
    **dict.fromkeys(("миллион", "млн", "мільйон", "million", "mln"), 10**6),
    **dict.fromkeys(("миллиард", "млрд", "мільярд", "billion", "bln"), 10**9),
}
# Names in two spellings, or under an earlier and a present transliteration: choosing the other one changes no fact.
SPELLINGS = """
kiev kyiv | kharkov kharkiv | odessa odesa | lvov lviv | chernobyl chornobyl | dnieper dnipro | nikolaev mykolaiv
zelensky zelenskyy zelenskiy zelenskyi | belarus belorussia byelorussia | moldova moldavia | donbass donbas
belarusian belorussian | vladimir volodymyr | alexander oleksandr aleksandr | sergei sergey | dmitry dmitri dmitriy
беларусь белоруссия | молдова молдавия | таллин таллинн | кыргызстан киргизия | туркменистан туркмения | алматы алма-ата
белорусский беларусский | харьков харків | киев київ | сша соединенные
"""
# Offsets of zones from UTC in hours, by the beginning of the word that names them; two if there is summer time.
ZONE_OFFSETS: Mapping[str, tuple[int, ...]] = {
    "мск": (3,), "московск": (3,), "москв": (3,), "msk": (3,), "moscow": (3,),
    "киев": (2, 3), "київ": (2, 3), "києв": (2, 3), "kyiv": (2, 3), "kiev": (2, 3), "eet": (2,), "eest": (3,),
    "utc": (0,), "gmt": (0,), "гринвич": (0,), "грінвіч": (0,), "минск": (3,), "мінськ": (3,),
    "cet": (1,), "cest": (2,), "берлин": (1, 2), "berlin": (1, 2), "лондон": (0, 1), "london": (0, 1),
    "est": (-5,), "edt": (-4,), "et": (-5, -4), "вашингтон": (-5, -4), "астан": (5, 6), "ташкент": (5,),
}  # fmt: skip


@cache
def number_words() -> Mapping[str, int]:
    """Return the value of each word for a number, in folded spelling."""
    found: dict[str, int] = {}
    for line in _NUMBERS.strip().splitlines():
        number, *words = line.split()
        found.update((_fold(word), int(number)) for word in words)
    for language in languages():
        if language.code in ("ru", "uk", "en", "be"):
            for value, forms in language.numbers.items():
                found.update((_fold(word), value) for word in forms if value != 1)
    return found


@cache
def spelling_groups() -> Mapping[str, int]:
    """Return the group of each name that has another spelling."""
    groups = " | ".join(SPELLINGS.strip().splitlines()).split("|")
    return {_fold(word): number for number, group in enumerate(groups) for word in group.split()}


@cache
def month_numbers() -> Mapping[str, int]:
    """Return the number of the month that a word names, in the languages whose edits are graded."""
    return {
        _fold(word): number
        for language in languages()
        if language.code in ("ru", "uk", "en", "be")
        for number, words in enumerate(language.months, 1)
        for word in words
        if word not in ("may", "march")  # verbs too: the day beside them is compared all the same
    }


def _fold(word: str) -> str:
    return word.casefold().replace("ё", "е").replace("'", "").replace("’", "")
