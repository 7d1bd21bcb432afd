"""Pages that say that there is nothing: not found, broken, or not rendered without a script; all with status 200."""

# ruff: noqa: E501  (the pages are set as they were sent)
from __future__ import annotations

from collections.abc import Iterator

from tests.labelled.site import TONGUES, Labelled, cards, page
from tests.labelled.walls import URL, bare


def failures() -> Iterator[Labelled]:
    """Return all labelled failure pages."""
    for kind, pages in (
        ("soft 404", _not_found()),
        ("error page", _errors()),
        ("unrendered", _shells()),
    ):
        for place, html in enumerate(pages):
            yield Labelled(f"{kind} {place + 1}", kind, URL, html)


def _not_found() -> Iterator[str]:
    yield page("ru", "404 — Волжские новости", "<h1>404</h1><p>Страница не найдена</p>")
    yield page("ru", "Страница не найдена", '<div class="error404"><h1>Страница не найдена</h1><p>К сожалению, '
        "запрашиваемая вами страница не существует. Возможно, она была удалена или вы набрали неверный адрес. "
        'Попробуйте воспользоваться поиском или перейти на <a href="/">главную страницу</a>.</p></div><h2>Сейчас '
        "читают</h2>" + cards("ru", 9), build="divs")  # fmt: skip
    yield page("ru", "Волжские новости", "<h2>Такой страницы нет</h2><p>Но есть много других интересных материалов"
        "</p>" + cards("ru", 14), build="script")  # fmt: skip
    yield page("ru", "Ошибка", "<h1>Упс!</h1><p>Такой новости у нас нет. Наверное, она устарела или переехала.</p>",
        build="table")  # fmt: skip
    yield page("ru", "Материал удалён", "<h1>Материал снят с публикации</h1><p>Статья, которую вы ищете, удалена по "
        "решению редакции.</p>" + cards("ru", 4, summaries=False))  # fmt: skip
    yield page("uk", "Сторінку не знайдено", "<h1>Помилка 404</h1><p>На жаль, такої сторінки не існує. Перевірте "
        "адресу або скористайтеся пошуком.</p>", build="divs")  # fmt: skip
    yield page("uk", "404", "<h1>Ой!</h1><p>Сторінка, яку ви шукаєте, не знайдена. Можливо, її видалили.</p>"
        + cards("uk", 6), build="script")  # fmt: skip
    yield page("be", "Старонка не знойдзена", "<h1>404</h1><p>Старонка, якую вы шукаеце, не існуе або была выдалена."
        "</p>")  # fmt: skip
    yield page("kk", "Бет табылмады", "<h1>404 қате</h1><p>Кешіріңіз, сіз іздеген бет табылмады. Мекенжайды "
        "тексеріңіз.</p>" + cards("kk", 5), build="divs")  # fmt: skip
    yield page("en", "Page not found – The Steppe Courier", '<section class="error-404 not-found"><h1 '
        'class="page-title">Oops! That page can’t be found.</h1><p>It looks like nothing was found at this location. '
        "Maybe try a search?</p></section>", build="semantic")  # fmt: skip
    yield page("en", "The Steppe Courier", "<h1>Sorry, we couldn’t find that story</h1><p>The page you are looking for "
        "may have been moved, renamed, or deleted.</p><h2>Most read</h2>" + cards("en", 8, summaries=False),
        build="divs")  # fmt: skip
    yield bare("404 Not Found", "<center><h1>404 Not Found</h1></center><hr><center>nginx/1.24.0</center>")
    yield bare("404 Not Found", "<h1>Not Found</h1><p>The requested URL was not found on this server.</p><hr>"
        "<address>Apache/2.4.41 (Ubuntu) Server at news.example Port 443</address>")  # fmt: skip
    yield page("ru", "Запись не найдена", "<div class=msg><b>Внимание! Обнаружена ошибка</b><br><br>По данному адресу "
        "публикаций на сайте не найдено, либо у Вас нет доступа для просмотра информации по данному адресу.</div>",
        build="table")  # fmt: skip
    yield page("ru", "Статья не найдена | Волжские новости", "<h1>Ничего не найдено</h1><p>Запрошенная статья не "
        "существует или находится в архиве, доступ к которому закрыт.</p>", build="script")  # fmt: skip


def _errors() -> Iterator[str]:
    yield bare("502 Bad Gateway", "<center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center>")
    yield bare("Database Error", "<h1>Error establishing a database connection</h1>")
    yield (
        "<br />\n<b>Fatal error</b>:  Uncaught Error: Call to a member function fetch() on bool in "
        "/var/www/news/engine/modules/show.full.php:112\nStack trace:\n#0 /var/www/news/index.php(60): require_once()"
        "\n#1 {main}\n  thrown in <b>/var/www/news/engine/modules/show.full.php</b> on line <b>112</b><br />"
    )
    yield bare("Сайт временно недоступен", "<h1>Сайт временно недоступен</h1><p>Ведутся технические работы. Мы скоро "
        "вернёмся, приносим извинения за неудобства.</p>", lang="ru")  # fmt: skip
    yield page("uk", "Технічні роботи", "<h1>Ведуться технічні роботи</h1><p>Сайт тимчасово недоступний. Спробуйте "
        "зайти пізніше.</p>", teasers=0)  # fmt: skip
    yield bare("Server Error", "<h1>Server Error in '/' Application.<hr></h1><h2><i>Runtime Error</i></h2><b>Description:"
        "</b> An application error occurred on the server. The current custom error settings for this application "
        "prevent the details of the application error from being viewed remotely (for security reasons).")  # fmt: skip
    yield bare("503 Backend fetch failed", "<h1>Error 503 Backend fetch failed</h1><p>Backend fetch failed</p><h3>Guru "
        "Meditation:</h3><p>XID: 163841</p><hr><p>Varnish cache server</p>")  # fmt: skip
    yield bare("news.example | 522: Connection timed out", '<div id="cf-wrapper"><h1><span>Connection timed out</span> '
        "<span>Error code 522</span></h1><h2>What happened?</h2><p>The initial connection between Cloudflare's network "
        "and the origin web server timed out. As a result, the web page can not be displayed.</p><h2>What can I do?"
        "</h2><p>Please try again in a few minutes.</p></div>")  # fmt: skip
    yield bare("Access Denied", "<H1>Access Denied</H1>You don't have permission to access \"http://news.example/a\" on "
        "this server.<P>Reference #18.1f0a1102.1669111111.2b1c</P>")  # fmt: skip
    yield bare("403 Forbidden", "<center><h1>403 Forbidden</h1></center><hr><center>openresty</center>")
    yield bare("Account Suspended", "<h1>Account Suspended</h1><p>This Account has been suspended.</p><p>Contact your "
        "hosting provider for more information.</p>")  # fmt: skip
    yield bare("Сайт отключён", "<h1>Работа сайта приостановлена</h1><p>Владельцу необходимо обратиться в службу "
        "поддержки хостинга.</p>", lang="ru")  # fmt: skip
    yield page("ru", "Ошибка 500", "<h1>Что-то пошло не так</h1><p>Произошла внутренняя ошибка сервера. Мы уже чиним. "
        "Обновите страницу через несколько минут.</p>", build="script")  # fmt: skip
    yield page("be", "Памылка сервера", "<h1>Памылка 500</h1><p>Сайт часова недаступны, вядуцца тэхнічныя работы.</p>",
        build="divs", teasers=0)  # fmt: skip
    yield page("kk", "Сервер қатесі", "<h1>500 қате</h1><p>Серверде қате орын алды. Техникалық жұмыстар жүргізілуде."
        "</p>", build="table", teasers=0)  # fmt: skip
    yield bare("Welcome to nginx!", "<h1>Welcome to nginx!</h1><p>If you see this page, the nginx web server is "
        "successfully installed and working. Further configuration is required.</p>")  # fmt: skip
    yield (
        "<font face=Arial size=2><p>Microsoft OLE DB Provider for SQL Server</font> <font>error '80004005'</font>"
        "<p><font>[DBNETLIB][ConnectionOpen (Connect()).]SQL Server does not exist or access denied.</font>"
    )
    yield page("en", "Something went wrong", "<h1>Something went wrong</h1><p>We are having trouble loading this page. "
        "Please try again later.</p>", build="script")  # fmt: skip


def _shells() -> Iterator[str]:
    yield bare("React App", '<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div>'
        '<script src="/static/js/main.js"></script>')  # fmt: skip
    yield bare("Волжские новости", '<noscript><strong>We’re sorry but news doesn’t work properly without JavaScript '
        'enabled. Please enable it to continue.</strong></noscript><div id="app"></div><script src="/js/app.js">'
        "</script>", lang="ru")  # fmt: skip
    yield bare("Загрузка…", '<app-root><div class="loader">Загрузка…</div></app-root><script src="runtime.js"></script>'
        '<script src="main.js"></script>', lang="ru")  # fmt: skip
    yield bare("В Саратове открыли новый мост через Волгу", '<div id="__nuxt"><div id="nuxt-loading" '
        'aria-label="Loading"></div></div><script>window.__NUXT__={}</script><script src="/_nuxt/a1.js"></script>',
        '<meta property="og:title" content="В Саратове открыли новый мост через Волгу"><meta property="og:type" '
        'content="article"><meta property="og:description" content="Мост открыли раньше срока.">',
        lang="ru")  # fmt: skip
    for lang, build in (
        ("ru", "script"),
        ("uk", "divs"),
        ("be", "semantic"),
        ("kk", "script"),
        ("en", "semantic"),
    ):
        tongue = TONGUES[lang]
        yield page(lang, tongue.site, f'<noscript>{tongue.no_script}</noscript><div id="article-root" '
            'class="skeleton"><div class="skeleton__line"></div><div class="skeleton__line"></div></div><script '
            'src="/bundle.js"></script>', build=build, teasers=0)  # fmt: skip
    yield bare(
        "Redirecting…", '<p>Redirecting…</p><script>window.location.href="/m/2026/11/22/most.html"</script>'
    )
    yield (
        '<html><head><meta http-equiv="refresh" content="0; url=/news/most-otkryt"><title>Переход</title></head>'
        '<body>Если переход не произошёл, нажмите <a href="/news/most-otkryt">сюда</a></body></html>'
    )
    yield (
        '<!DOCTYPE html><html><head><base href="/"><title>courier</title></head><body><script '
        'src="flutter_bootstrap.js" async></script></body></html>'
    )
    yield bare("Дала жаңалықтары", '<div id="root"><div class="spinner"></div><span>Жүктелуде…</span></div><script '
        'type="module" src="/assets/index-1a.js"></script>', lang="kk")  # fmt: skip
    yield bare("Подільський вісник", '<div id="app"><p>Завантаження...</p></div><noscript>Для роботи застосунку '
        'увімкніть JavaScript.</noscript><script src="/app.js"></script>', lang="uk")  # fmt: skip
    yield (
        '<html><head><title>Степной вестник</title></head><frameset cols="160,*"><frame src="menu.html"><frame '
        'src="news.php?id=12"><noframes>Ваш браузер не поддерживает фреймы.</noframes></frameset></html>'
    )
