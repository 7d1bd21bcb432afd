"""The pages that a site answers with in place of an article: those of the systems in front of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from newsarchive.demo_site.layout import Layout

NOT_FOUND = "Страница не найдена"
LISTED: Mapping[str, int] = {"soft 404": 4, "section page": 12}  # answered as a listing of so many articles


def captcha(layout: Layout) -> str:
    """The challenge of a protecting service."""
    return _bare(
        "Один момент…",
        """<div class="main-wrapper" role="main"><div class="main-content">
<h1 class="zone-name-title">gorizont.example</h1>
<h2 id="challenge-running">Подтвердите, что вы человек, выполнив указанное действие.</h2>
<div id="challenge-stage"></div>
<div id="challenge-body-text">Сайт должен проверить безопасность вашего подключения, прежде чем продолжить.</div>
<noscript><p>Enable JavaScript and cookies to continue</p></noscript></div></div>
<script>window._cf_chl_opt={cType:"managed"};</script>""",
    )


def consent(layout: Layout) -> str:
    """A wall that asks for consent before anything else."""
    return _bare(
        f"Ваше согласие — {layout.title}",
        """<form action="/consent" method="post"><h1>Прежде чем продолжить</h1>
<p>Мы и наши партнёры используем файлы cookie, чтобы измерять посещаемость и показывать рекламу.</p>
<p>Если вы нажмёте «Принять все», мы также будем использовать cookie для персональных объявлений.</p>
<button>Отклонить все</button><button>Принять все</button></form>""",
    )


def login(layout: Layout) -> str:
    """A login in place of the article."""
    return _bare(
        f"Авторизация — {layout.title}",
        f"""<div class="logo"><a href="/">{layout.title}</a></div><h1>Вход на сайт</h1>
<p>Для просмотра этой страницы необходимо войти или зарегистрироваться.</p>
<form action="/login" method="post"><input name="login"><input type="password" name="password">
<button>Войти</button></form><p><a href="/forgot">Забыли пароль?</a></p>""",
    )


def region(layout: Layout) -> str:
    """A page for readers elsewhere."""
    return _bare(
        "Доступ ограничен",
        """<h1>Материал недоступен в вашем регионе</h1>
<p>К сожалению, мы не можем показать эту страницу посетителям из вашей страны.</p>
<p>Если вы используете VPN, отключите его и обновите страницу.</p>""",
    )


def error(layout: Layout) -> str:
    """An error that is answered with 200."""
    return _bare("503 Backend fetch failed", """<h1>Error 503 Backend fetch failed</h1><p>Backend fetch failed</p>
<h3>Guru Meditation:</h3><p>XID: 163841</p><hr><p>Varnish cache server</p>""")  # fmt: skip


def shell(layout: Layout) -> str:
    """A page that a script has yet to draw."""
    return _bare(
        layout.title,
        """<noscript>Для работы сайта включите JavaScript в браузере.</noscript>
<div id="root"><div class="spinner"></div></div><script src="/assets/index-4f1a.js"></script>""",
    )


BARE: Mapping[str, Callable[[Layout], str]] = {
    "captcha": captcha,
    "consent wall": consent,
    "login": login,
    "geo-block": region,
    "error page": error,
    "unrendered": shell,
}


def _bare(title: str, body: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="ru"><head><meta charset="utf-8"><title>{title}</title></head>
<body>
{body}
</body></html>
"""
