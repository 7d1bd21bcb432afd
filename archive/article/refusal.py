"""Why a page that answered is no article: told by what it says, how little it says, and how it is built."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from archive.article.headline import Headline
from archive.article.metadata import ARTICLE_TYPES, Metadata
from archive.article.page import Block, Page

HTML_TYPES = frozenset(
    (
        "text/html",
        "application/xhtml+xml",
        "application/xml",
        "text/xml",
        "text/plain",
        "application/octet-stream",
    )
)
MARKUP = re.compile(rb"<(?:!doctype html|html|head|body|title|meta|div|p|table|article|h1)\b", re.I)
BINARY = (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"RIFF", b"\x1f\x8b")
LONG_TITLE = 30  # characters; the names of sections are shorter
LITTLE = 600  # characters of running text under which a page's own words about itself decide

CAPTCHA = re.compile(
    r"captcha|капч[аиу]|вы не робот|я не робот|ви не робот|вы робот|похожи на автоматические"
    r"|are you (?:a )?(?:human|robot)|not a robot|unusual traffic|"
    r"checking your browser|just a moment|verify you are human|ddos-guard|ddos protection|attention required"
    r"|подозрительн\w+ (?:активност|трафик)|"
    r"проверка браузера|проверяем ваш браузер|перевіряємо ваш браузер"
    r"|enable javascript and cookies to continue"
    r"|cloudflare ray id",
    re.I,
)
CONSENT = re.compile(
    r"(?:мы используем|сайт использует|используя сайт|ми використовуємо|we (?:and our partners )?use"
    r"|uses) (?:файлы |файли )?cookies?|before you continue|"
    r"согласи\w+ (?:на|с) (?:обработк|использован)|accept (?:all )?cookies|согласие на использование"
    r"|consent|privacy preferences|we value your privacy|"
    r"настройки (?:файлов )?cookie|принять (?:все )?(?:файлы )?cookie",
    re.I,
)
LOGIN = re.compile(
    r"войдите|войти|вход|авторизаци|логин|увійдіть|увійти|вхід|log ?in|sign ?in|пароль|password"
    r"|регистрац",
    re.I,
)
NOT_FOUND = re.compile(
    r"(?:\b|ошибка |error )404\b|(?:страниц\w+|материал\w*|стать\w+|новост\w+|документ\w*|запис\w+"
    r"|публикаци\w+)[^.]{0,30} (?:не найден\w*|не существует|удал[её]н\w*|больше не доступн\w*)"
    r"|"
    r"(?:сторінк\w+|матеріал\w*|новин\w+|запис\w*)[^.]{0,30} (?:не знайден\w*|не існує|видален\w*)"
    r"|не найдено|не знайдено|старонк\w+ не знойдзен\w*|(?:page|article|story|content)[^.]{0,30} (?:not found"
    r"|(?:does not|doesn'?t) exist|no longer (?:available|exists))|"
    r"^not found$|nothing found|бет табылмады|нет такой страницы|такой страницы нет|can'?t find (?:that"
    r"|the) page|couldn'?t find",
    re.I,
)
ERROR = re.compile(
    r"internal server error|service unavailable|bad gateway|gateway time-?out|database error"
    r"|fatal error|ошибка сервера|внутренняя ошибка|ошибка базы данных|"
    r"технические работы|технічні роботи|ведутся работы|temporarily unavailable|временно недоступ\w+"
    r"|тимчасово недоступн\w+|access denied|forbidden|доступ (?:запрещ|закрыт|ограничен|заборонен)\w*"
    r"|"
    r"error establishing|under maintenance|(?:error|ошибка) 5\d\d|5\d\d error|сайт заблокирован"
    r"|ресурс заблокирован",
    re.I,
)


def before_reading(status: int, media_type: str | None, payload: bytes) -> str | None:
    """Why an answer cannot hold an article, told before its text is looked at; None when it may."""
    if 300 <= status < 400:
        return "redirect"
    if status >= 400:
        return "error page"
    if not payload.strip():
        return "empty"
    if media_type is not None and media_type not in HTML_TYPES:
        return "not html"
    start = payload[:4096]
    if start.startswith(BINARY):
        return "not html"
    if (
        media_type not in ("text/html", "application/xhtml+xml")
        and not MARKUP.search(start)
        and not MARKUP.search(payload[:200_000])
    ):
        return "not html"
    return None


def by_words(page: Page, title: str, text: Sequence[Block], said: Metadata) -> str | None:
    """What a page with little text says it is: a captcha, an error, a wall; None when no such thing."""
    running = sum(len(block.text) for block in text)
    heads = " \n ".join(
        [page.title, title, *(block.text for block in page.blocks if block.level in (1, 2))][:12]
    )[:2000]
    short = running < LITTLE
    if short and NOT_FOUND.search(heads):
        return "soft 404"
    whole = " \n ".join(block.text for block in page.blocks[:60])[:6000]
    printed = sum(len(block.text) for block in page.blocks)
    if CAPTCHA.search(heads) and short:
        return "captcha"
    if printed < 1500 and (CAPTCHA.search(whole) or _has_captcha(page)):
        return "captcha"
    if ERROR.search(heads) and short:
        return "error page"
    if printed < 1500 and running < 300:
        if NOT_FOUND.search(whole):
            return "soft 404"
        if ERROR.search(whole):
            return "error page"
    if running < LITTLE and CONSENT.search(heads):
        return "consent"
    if printed < 3000 and CONSENT.search(whole) and (running < 250 or not _stated_article(said)):
        return "consent"
    if (
        _has_password(page)
        and running < 400
        and not _stated_article(said)
        and LOGIN.search(heads + whole[:1500])
    ):
        return "login"
    return None


def is_section(page: Page, head: Headline | None, text: Sequence[Block], said: Metadata) -> bool:
    """Whether a page lists articles instead of being one: others' headlines part its running text."""
    running = sum(len(block.text) for block in text)
    if _stated_article(said) and (said.published or running > LITTLE):
        return False
    headlines = [
        block
        for block in page.blocks
        if block.link_share > 0.7
        and len(block.text) >= 25
        and block.box.role not in ("navigation", "footer", "comments")
    ]
    if not text:
        return len(headlines) >= 6
    is_named = head is not None and head.agreement >= 0.6 and len(head.text) >= LONG_TITLE
    among = [block for block in headlines if text[0].order - 2 <= block.order <= text[-1].order]
    adjoining = sum(1 for one, other in pairwise(text) if other.order - one.order == 1)
    if len(among) >= (8 if is_named else 4) and len(among) >= 0.6 * len(text) and adjoining < len(text) * 0.4:
        return True
    return not is_named and len(headlines) >= 12 and running < 250 and not said.published


def _stated_article(said: Metadata) -> bool:
    return bool(said.kinds & ARTICLE_TYPES) or (bool(said.published) and "article" in said.kinds)


def _has_captcha(page: Page) -> bool:
    return bool(
        page.root.xpath(
            "//*[contains(@class,'g-recaptcha') or contains(@class,'h-captcha')"
            " or contains(@class,'smart-captcha')"
            " or contains(@id,'captcha')"
            " or contains(@class,'cf-challenge') or contains(@class,'cf-turnstile')"
            " or contains(@id,'challenge-form')]"
        )
    )


def _has_password(page: Page) -> bool:
    return bool(page.root.xpath("//input[@type='password']"))
