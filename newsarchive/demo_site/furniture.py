"""The boilerplate around the news on every page: advertisements, partners, comments, calls to subscribe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

from newsarchive.demo_site.layout import Comment
from newsarchive.demo_site.story import Story

AD = "РЕКЛАМА"
FACEBOOK = "Читайте нас в Facebook"
TYPO = "Заметили ошибку? Выделите её и нажмите CTRL+Enter"
COMPLAINT = "Введите вашу жалобу"
NEXT = "Следующий материал"
PARTNERS = "Новости партнеров"
AD_AFTER = (4, 6)  # the paragraphs of the seed's page an advertisement follows
FEW_PARAGRAPHS_AD_AFTER = (2,)

UKRAINIAN = {
    FACEBOOK: "Читайте нас у Facebook",
    TYPO: "Помітили помилку? Виділіть її та натисніть CTRL+Enter",
    COMPLAINT: "Введіть вашу скаргу",
    NEXT: "Наступний матеріал",
    PARTNERS: "Новини партнерів",
}

PARTNER_NEWS = (
    ("https://partner-one.example/go/771", "Врачи назвали привычку, которая крадёт десять лет жизни"),
    ("https://partner-two.example/n/5512.html", "Звезда сериала показала дом у моря: первые кадры"),
    (
        "https://exchange.partner.example/click?id=9034",
        "Что будет с курсом доллара в феврале: прогноз экспертов",
    ),
    ("https://partner-one.example/go/804", "Дачники в восторге: это средство спасает рассаду за ночь"),
)

READER_COMMENTS = (
    ("Василий П.", "Ну и что теперь изменится? Каждый год одно и то же читаем, а воз и ныне там."),
    ("marina_83", "Спасибо редакции, что пишете об этом. Ссылку отправила соседям, пусть тоже почитают."),
    ("Гость", "А в комментариях, как всегда, одни эксперты собрались. Подождём официального ответа!"),
    (
        "Олег Степанович",
        "Был там вчера сам, всё так и есть, могу подтвердить каждое слово, фотографии остались.",
    ),
    ("Читатель", "Автору зачёт, коротко и по делу. Жаль, что не указали, когда обещают всё закончить."),
)


def localized(words: str, language: str) -> str:
    """A line of furniture in the language of the page."""
    return UKRAINIAN.get(words, words) if language == "uk" else words


def comments(story: Story) -> tuple[Comment, ...]:
    """The readers' remarks below a story: none to three, with stamps after its own."""
    first = story.number % len(READER_COMMENTS)
    return tuple(
        Comment(name, story.published + timedelta(hours=2 * place + 1, minutes=story.number % 60), text)
        for place, (name, text) in enumerate(
            (READER_COMMENTS + READER_COMMENTS)[first : first + story.number % 4]
        )
    )


def with_advertisements(paragraphs: tuple[str, ...]) -> Iterator[tuple[Literal["text", "ad"], str]]:
    """The body as a page prints it: after some paragraphs an advertisement's label."""
    after = AD_AFTER if len(paragraphs) > min(AD_AFTER) else FEW_PARAGRAPHS_AD_AFTER
    for place, paragraph in enumerate(paragraphs, start=1):
        yield "text", paragraph
        if place in after:
            yield "ad", AD
