"""A second set, written after the rules were made with the first: it shows whether they generalize."""

# ruff: noqa: E501  (the pages are set as they were sent)
from __future__ import annotations

from collections.abc import Iterator

from tests.labelled.site import BUILDS, TONGUES, Labelled, cards, page, paragraphs
from tests.labelled.walls import URL, bare


def further() -> Iterator[Labelled]:
    """Return all labelled pages of the second set."""
    for place, (kind, url, html) in enumerate(_refused()):
        yield Labelled(f"further {kind} {place + 1}", kind, url, html)
    yield from _articles()


def _refused() -> Iterator[tuple[str, str, str]]:
    form = (
        '<form method="post"><input name="user"><input type="password" name="pw"><button>OK</button></form>'
    )
    ru, en = TONGUES["ru"], TONGUES["en"]
    # Challenges.
    yield "captcha", URL, bare("Проверка посещения", "<h1>Проверяем, что вы не бот</h1><p>Это займёт несколько секунд. "
        "Страница откроется автоматически.</p><script src='/variti/check.js'></script>", lang="ru")  # fmt: skip
    yield "captcha", URL, bare("Robot or human?", "<h1>Robot or human?</h1><p>Activate and hold the button to confirm "
        "that you’re human. Thank You!</p><div id='px-captcha'></div>")  # fmt: skip
    yield "captcha", URL, bare("Pardon Our Interruption", "<h1>Pardon Our Interruption...</h1><p>As you were browsing, "
        "something about your browser made us think you were a bot. There are a few reasons this might happen:</p><ul>"
        "<li>You're a power user moving through this website with super-human speed.</li><li>You've disabled cookies in "
        "your web browser.</li></ul>")  # fmt: skip
    yield "captcha", URL, page("ru", "Волжские новости", "<h1>Доступ временно ограничен</h1><p>С вашего IP-адреса "
        "зафиксирована подозрительная активность. Отметьте галочку, чтобы продолжить.</p><div class='smart-captcha' "
        "data-sitekey='ysc'></div>", build="divs")  # fmt: skip
    yield "captcha", URL, bare("Human Verification", "<div id='captcha-container'></div><script src='https://x.edge."
        "captcha-sdk.awswaf.com/captcha.js'></script>")  # fmt: skip
    yield "captcha", URL, bare("Перевірка", "<p>Ваш браузер перевіряється перед переходом на сайт. Зачекайте, будь "
        "ласка, кілька секунд.</p><script src='/.well-known/ddos-guard/js-challenge/index.js'></script>",
        lang="uk")  # fmt: skip
    # Consent.
    yield "consent wall", URL, bare("Cookie-Einstellungen", "<h1>We and our partners need your consent</h1><p>We and "
        "our partners store information on your device with cookies and process personal data. Please choose.</p>"
        "<button>Accept</button><button>Reject</button>")  # fmt: skip
    yield "consent wall", URL, page("ru", "Использование cookie", "<h1>Мы используем cookie</h1><p>Продолжая работу с "
        "сайтом, вы даёте согласие на обработку файлов cookie в соответствии с политикой конфиденциальности.</p>"
        "<button>Хорошо</button>", teasers=0)  # fmt: skip
    yield "consent wall", URL, bare("Управління згодою", "<h2>Ваша згода на використання даних</h2><p>Ми та наші 214 "
        "партнерів зберігаємо файли cookie на вашому пристрої. Ви можете прийняти або відхилити їх.</p>",
        lang="uk")  # fmt: skip
    yield "consent wall", URL, bare("Consent required", "<h1>Choose how you read us</h1><p>We use cookies and other "
        "technologies to pay for journalism. Accept them, or take a subscription without tracking.</p>"
        "<button>Accept cookies</button>")  # fmt: skip
    # Logins.
    yield "login", URL, page("ru", "Нужна регистрация", "<h1>Зарегистрируйтесь, чтобы читать дальше</h1><p>Это бесплатно и "
        "займёт минуту.</p>" + form, build="divs")  # fmt: skip
    yield (
        "login",
        URL,
        page("en", "Account", "<h1>Welcome back</h1><p>Log in to your account to go on reading.</p>" + form),
    )
    yield (
        "login",
        URL,
        page(
            "uk", "Кабінет", "<h1>Особистий кабінет</h1><p>Введіть логін і пароль.</p>" + form, build="table"
        ),
    )
    yield "login", URL, bare("Вход", "<h2>Корпоративный портал</h2><p>Введите логин и пароль доменной учётной записи.</p>"
        + form, lang="ru")  # fmt: skip
    # Paywalls.
    yield "paywall", URL, page("ru", ru.headlines[7], f"<h1>{ru.headlines[7]}</h1><div class='closed'><b>Текст закрыт "
        "подпиской</b><p>Чтобы читать все материалы без ограничений, оформите подписку.</p><p>Первый месяц — 1 рубль"
        "</p></div>", build="semantic")  # fmt: skip
    yield "paywall", URL, page("ru", ru.headlines[8], f"<h1>{ru.headlines[8]}</h1><span>22 ноября 2026</span><p>Полная "
        "версия материала доступна в печатном номере и подписчикам сайта.</p><p>Купить доступ на день — 30 рублей</p>",
        build="table")  # fmt: skip
    yield "paywall", URL, page("en", en.headlines[7], f"<h1>{en.headlines[7]}</h1><div class='meteredContent'><h3>Want to "
        "read on?</h3><p>Subscribe today for full access to every story.</p><p>From £1 a week. Cancel anytime.</p></div>",
        head='<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>',
        build="divs")  # fmt: skip
    yield "paywall", URL, page("uk", TONGUES["uk"].headlines[7], f"<h1>{TONGUES['uk'].headlines[7]}</h1><p>Ця стаття — "
        "для передплатників.</p><p>Підтримайте редакцію і читайте без обмежень.</p><a>Передплатити</a>",
        build="script")  # fmt: skip
    # Regions.
    yield "geo-block", URL, page("ru", "Недоступно", "<h1>Просмотр в вашей стране невозможен</h1><p>Материал нельзя "
        "посмотреть за пределами России.</p>", build="divs")  # fmt: skip
    yield "geo-block", URL, bare("Not available in the EU", "<h1>Our European visitors are important to us.</h1><p>This "
        "site is currently unavailable to visitors from the European Economic Area while we work to ensure your data "
        "is protected.</p>")  # fmt: skip
    yield "geo-block", URL, bare("Доступ к ресурсу заблокирован", "<p>Доступ к запрашиваемому ресурсу закрыт по решению "
        "суда или по иным основаниям, установленным законодательством Российской Федерации.</p>", lang="ru")  # fmt: skip
    yield "geo-block", URL, bare("Заблоковано", "<h1>Сайт заблоковано</h1><p>Доступ до веб-ресурсу заблоковано на "
        "підставі указу Президента України про застосування санкцій.</p>", lang="uk")  # fmt: skip
    # Not found.
    yield "soft 404", URL, page("ru", "Ой", "<h1>Здесь ничего нет</h1><p>Возможно, вы ошиблись в адресе или материал "
        "перенесли. Начните с главной.</p>", build="semantic")  # fmt: skip
    yield "soft 404", URL, page("ru", "Ошибка 404 | Волжские новости", "<div class='not-found'><h2>Увы, страница "
        "потерялась</h2><p>Её больше нет по этому адресу.</p></div>" + cards("ru", 6), build="table")  # fmt: skip
    yield "soft 404", URL, page("en", "Page unavailable", "<h1>We can’t find the page you’re looking for</h1><p>It may "
        "have expired, or there could be a typo.</p>" + cards("en", 5, summaries=False), build="semantic")  # fmt: skip
    yield "soft 404", URL, page("uk", "Подільський вісник", "<h1>Новину видалено</h1><p>Цей матеріал більше не доступний "
        "на нашому сайті.</p>", build="divs")  # fmt: skip
    # Errors.
    yield "error page", URL, bare("Ошибка", "<h1>Сервер перегружен</h1><p>Слишком много посетителей. Попробуйте обновить "
        "страницу через минуту.</p>", lang="ru")  # fmt: skip
    yield (
        "error page",
        URL,
        bare("504 Gateway Time-out", "<h1>504 Gateway Time-out</h1>The server didn't respond in time."),
    )
    yield "error page", URL, bare("Web Server's Default Page", "<h1>Web Server's Default Page</h1><p>This page is "
        "generated by Plesk, the leading hosting automation software.</p>")  # fmt: skip
    yield "error page", URL, bare("", "<b>Warning</b>: mysqli_connect(): (HY000/2002): Connection refused in <b>/home/news/"
        "public_html/db.php</b> on line <b>8</b><br>Ошибка подключения к базе данных")  # fmt: skip
    # Scripts.
    yield "unrendered", URL, bare("news", "<div id='main'></div><noscript>Этот сайт требует JavaScript.</noscript><script "
        "src='/build/bundle.js' defer></script>", lang="ru")  # fmt: skip
    yield "unrendered", URL, bare("Loading...", "<div class='app-loading'><div class='logo'></div><svg class='spinner'></svg>"
        "</div><script type='module' src='/main.js'></script>")  # fmt: skip
    yield "unrendered", URL, bare("", "<script>document.cookie='s=1';location.reload();</script>")
    # Listings.
    yield "section page", "https://news.example/2026/11/22/", page("ru", "Новости за 22 ноября 2026", "<h1>Новости за "
        "22 ноября 2026 года</h1>" + cards("ru", 11, summaries=False), build="table", teasers=0)  # fmt: skip
    yield "section page", "https://news.example/search", page("uk", "Пошук: міст", "<h1>Результати пошуку: міст</h1>"
        "<p>Знайдено 214 матеріалів</p>" + cards("uk", 10), build="semantic")  # fmt: skip
    yield "front page", URL, page("uk", "Подільський вісник — новини Поділля", cards("uk", 14) + cards("uk", 14),
        head='<link rel="canonical" href="https://news.example"><meta property="og:type" content="website">',
        build="semantic")  # fmt: skip
    # Pictures and films.
    yield "gallery", URL, page("ru", "Первый снег. Фото", "<h1>Первый снег в Саратове. Фотогалерея</h1><div class=swiper>"
        + "".join(f"<div class=swiper-slide><img data-src=/p/{n}.jpg src=/p/{n}.jpg></div>" for n in range(9))
        + "</div>", build="script")  # fmt: skip
    yield "video page", URL, page("ru", "Сюжет дня: мост", "<h1>Сюжет дня: новый мост через Волгу</h1><div class="
        "'player-wrapper'><iframe src='https://dzen.ru/embed/v1'></iframe></div><div>12 480 просмотров</div>",
        build="semantic")  # fmt: skip


def _articles() -> Iterator[Labelled]:
    figures = "".join(
        f"<figure><img src=/p/{n}.jpg><figcaption>Кадр {n}: скамейка у воды и старый клён за ней</figcaption></figure>"
        for n in range(7)
    )
    reported = (
        ("advice", "ru", "Как пройти капчу и не потерять терпение: инструкция", (
            "Нажмите на галочку «Я не робот» и подождите. Если вы видите картинки, выберите все, где есть светофор.",
            "Не включайте VPN: с ним проверка становится строже. Обновите страницу, если картинки не грузятся.",
        ), ""),
        ("advice with pictures", "ru", "Как включить JavaScript в браузере: пять шагов", (
            "Откройте настройки браузера. Найдите раздел «Сайты» и включите JavaScript.",
            "Перезагрузите страницу, чтобы настройки вступили в силу.",
        ), figures),
        ("recipe", "ru", "Яблочный пирог за полчаса: рецепт недели", (
            "Смешайте стакан муки со стаканом сахара и тремя яйцами. Нарежьте яблоки и залейте их тестом.",
        ), figures),
        ("appeal", "ru", "Если вы видели эту собаку, позвоните: волонтёры ищут Мотыля", (
            "Если вы видели рыжую собаку с белым ухом, позвоните волонтёрам по телефону 555-01-00.",
        ), ""),
        ("film below", "ru", "Трамвай сошёл с рельсов на Московской", (
            "Трамвай сошёл с рельсов на улице Московской, никто не пострадал.",
        ), '<div class="player"><iframe src="https://www.youtube.com/embed/a"></iframe></div>'),
        ("short with offers", "ru", "Паром «Ладога» вернулся на линию", (
            "Паром «Ладога» вернулся на линию после ремонта, билеты на него уже продают.",
        ), '<div class="subscribe-block"><h3>Оформите подписку на газету</h3><p>Подписка на год — 1200 рублей</p></div>'),
        ("two walls", "uk", "Доступ до порталу відновили", (
            "Доступ до порталу послуг відновили о шостій ранку, повідомила пресслужба.",
        ), ""),
        ("law", "ru", "Сайт внесён в реестр запрещённых: что это значит для читателей", (
            "Сайт библиотеки внесён в реестр запрещённых, провайдеры закроют доступ к нему за сутки.",
            "Владелец сайта может обжаловать решение в суде в течение трёх месяцев.",
        ), ""),
        ("not found", "en", "Missing hiker not found after second day of search", (
            "A hiker missing since Friday was not found on the second day of the search, rescuers said.",
        ), ""),
        ("maintenance", "en", "Bridge closed for maintenance until Friday", (
            "The bridge over the Tobol is closed for maintenance until Friday.",
        ), ""),
        ("denied", "en", "Access denied", ("A journalist was denied access to the council meeting on Monday, her editor "
            "told the Courier, and the door was locked behind her.",), ""),
        ("restricted", "ru", "Доступ ограничен", ("С понедельника доступ автобусов на площадь ограничен: перевозчикам "
            "выдали новую схему, а пассажиров высаживают у рынка.",), ""),
        ("privacy", "en", "Your privacy matters, court tells telecoms", (
            "The supreme court has told three telecoms to stop selling their customers' location.",
        ), ""),
        ("sign", "ru", "Вход через турникеты: школы получили новые карты", (
            "Вход в школы Саратова с понедельника открыт только по картам, сообщил комитет по образованию.",
        ), ""),
        ("kazakh flash", "kk", "Сайт жұмысы қалпына келтірілді", (
            "Электрондық үкімет сайтының жұмысы таңғы алтыда қалпына келтірілді.",
        ), ""),
        ("belarusian flash", "be", "Сайт міністэрства часова не працаваў", (
            "Сайт міністэрства тры гадзіны не працаваў праз аварыю на падстанцыі.",
        ), ""),
        ("one word headline", "ru", "Ледостав", ("Лёд встал на Волге у Саратова на неделю раньше обычного.",), ""),
        ("question", "ru", "Почему сайт временно недоступен?", ("Портал госуслуг второй день открывается не у всех: "
            "министерство говорит о переезде серверов, эксперты — об атаке.",), ""),
        ("suspended", "en", "Account suspended: the minister who tweeted too much", (
            "The minister's account has been suspended after eleven posts in an hour.",
        ), ""),
        ("moved", "ru", "Памятник переехал: новый адрес бронзового лоцмана", (
            "Бронзовый лоцман переехал на набережную: памятник перенесли за ночь двумя кранами.",
        ), ""),
    )  # fmt: skip
    for place, (name, lang, headline, texts, extra) in enumerate(reported):
        stamp = '<div class="date">22.11.2026 11:40</div>' if place % 4 else ""
        main = f"<h1>{headline}</h1>{stamp}{paragraphs(texts)}{extra}"
        html = page(lang, f"{headline} — {TONGUES[lang].site}", main, build=BUILDS[place % 4])
        yield Labelled(f"further {name}", None, URL, html, says=texts[0][:40])
