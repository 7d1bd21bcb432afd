"""How outlets word a time."""

from __future__ import annotations

from datetime import datetime, timedelta

MONTHS = {
    "ru": ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября",
           "ноября", "декабря"),
    "uk": ("січня", "лютого", "березня", "квітня", "травня", "червня", "липня", "серпня", "вересня",
           "жовтня", "листопада", "грудня"),
}  # fmt: skip
SHORT_MONTHS = ("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
WEEKDAYS = {
    "ru": ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    "uk": ("понеділок", "вівторок", "середа", "четвер", "п’ятниця", "субота", "неділя"),
}
TODAY = {"ru": ("сегодня", "вчера"), "uk": ("сьогодні", "вчора")}


def clock(at: datetime) -> str:
    """11:55"""
    return f"{at:%H:%M}"


def day(at: datetime, language: str = "ru") -> str:
    """10 января 2022"""
    return f"{at.day} {MONTHS[language][at.month - 1]} {at.year}"


def clock_first(at: datetime) -> str:
    """11:55 10 января 2022"""
    return f"{clock(at)} {day(at)}"


def dotted(at: datetime) -> str:
    """10.01.2022 11:55"""
    return f"{at:%d.%m.%Y %H:%M}"


def day_first(at: datetime, language: str = "ru") -> str:
    """10 января 2022, 11:55"""
    return f"{day(at, language)}, {clock(at)}"


def weekday_first(at: datetime, language: str = "ru") -> str:
    """Понедельник, 10 января 2022, 11:55"""
    return f"{WEEKDAYS[language][at.weekday()].capitalize()}, {day_first(at, language)}"


def short(at: datetime) -> str:
    """10 янв 2022 в 11:55"""
    return f"{at.day} {SHORT_MONTHS[at.month - 1]} {at.year} в {clock(at)}"


def ago(at: datetime, now: datetime) -> str:
    """«25 мин. назад», «3 ч. назад», and from half a day on «10 янв» or, of another year, «10 янв 2021»."""
    minutes = int((now - at).total_seconds()) // 60
    if 0 <= minutes < 60:
        return f"{minutes} мин. назад"
    if 60 <= minutes < 12 * 60:
        return f"{minutes // 60} ч. назад"
    year = f" {at.year}" if at.year != now.astimezone(at.tzinfo).year else ""
    return f"{at.day} {SHORT_MONTHS[at.month - 1]}{year}"


def relative(at: datetime, now: datetime, language: str = "ru") -> str:
    """«сегодня, 14:05», «вчера, 09:10», and from the day before on the full stamp."""
    today = now.astimezone(at.tzinfo).date()
    words = TODAY[language]
    if at.date() == today:
        return f"{words[0]}, {clock(at)}"
    if at.date() == today - timedelta(days=1):
        return f"{words[1]}, {clock(at)}"
    return day_first(at, language)
