"""A small archive in which one agency text stands in three outlets, edited in two, beside stories of their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from archive.core import Archive
from archive.extraction.model import Article
from tests.small_archive import FIRST, KYIV, _crawl, _page, _stamp

TEXT = (
    "Парусную яхту, пропавшую шестого января, обнаружил экипаж рыболовного судна. Все шесть человек живы, двое "
    "лечатся от переохлаждения.",
    "По словам капитана, мачта сломалась в первую же ночь, а вместе с ней яхта лишилась антенны и связи с берегом.",
    "Ориентиром для спасателей стал короткий сигнал, который принял радиолюбитель и передал береговой охране.",
    "Следователи выяснят, почему молчал прибор на борту: его батарея истекла ещё в 2017 году.",
)
AGENCY = "http://agency.example/1"
PORT = "http://port.example/yahta"
ZARYA = "http://zarya.example/news/7"
OWN = "http://port.example/prichal"


def build(folder: Path) -> Path:
    """Return the archive in `folder`. The agency published first and was captured last."""
    ids: Iterator[UUID] = (UUID(int=number) for number in range(1, 100))
    edited = (TEXT[0].replace("шесть человек", "пять человек"), *TEXT[1:])
    stories = {
        "port": [(PORT, _wire("Яхта нашлась", edited, 14)), (OWN, _own())],
        "zarya": [(ZARYA, _wire("Пропавшую яхту нашли", ("Как сообщает агентство.", *TEXT[:2]), 15))],
        "agency": [(AGENCY, _wire("Яхту нашли, все живы", TEXT, 13))],
    }
    with Archive.create(folder) as archive:
        for hours, (source, articles) in enumerate(stories.items()):
            pages = [(url, _page(article), article) for url, article in articles]
            _crawl(folder, archive, source, source.title(), FIRST + timedelta(hours=3 + hours), pages, ids)
    return folder


def _wire(title: str, body: tuple[str, ...], hour: int) -> Article:
    printed = _stamp(datetime(2022, 1, 10, hour - 2, 5, tzinfo=KYIV), f"{hour - 2}:05")
    return Article(title=title, body=body, published=printed, language="ru", confidence=0.9)


def _own() -> Article:
    return Article(
        title="Новый причал",
        body=(
            "Новый причал принимает суда с яхтами на борту, длиной до двухсот метров и с осадкой до девяти.",
        ),
        language="ru",
        confidence=0.9,
    )
