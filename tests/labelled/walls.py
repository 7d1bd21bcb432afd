"""Pages in place of an article: challenges, consent, logins, paywalls with nothing open, region blocks."""

# ruff: noqa: E501  (the pages are set as they were sent)
from __future__ import annotations

from collections.abc import Iterator

from tests.labelled.site import TONGUES, Labelled, page

URL = "https://news.example/2026/11/22/most-otkryt.html"


def walls() -> Iterator[Labelled]:
    """Return all labelled walls."""
    for kind, pages in (
        ("captcha", _challenges()),
        ("consent wall", _consents()),
        ("login", _logins()),
        ("paywall", _paywalls()),
        ("geo-block", _region_blocks()),
    ):
        for place, html in enumerate(pages):
            yield Labelled(f"{kind} {place + 1}", kind, URL, html)


def bare(title: str, body: str, head: str = "", lang: str = "en") -> str:
    """Return a page without any site around it."""
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><title>{title}</title><meta name="robots" content="noindex">'
        f"{head}</head><body>{body}</body></html>"
    )


def _challenges() -> Iterator[str]:
    yield bare(
        "Just a moment...",
        '<table><tr><td><div class="cf-browser-verification cf-im-under-attack"><noscript><h1 '
        'data-translate="turn_on_js">Please turn JavaScript on and reload the page.</h1></noscript>'
        '<div id="cf-content"><h1><span data-translate="checking_browser">Checking your browser before accessing'
        "</span> news.example.</h1><p>This process is automatic. Your browser will redirect to your requested "
        'content shortly.</p><p>Please allow up to 5 seconds…</p></div><form class="challenge-form" '
        'id="challenge-form" method="get"></form></div><div class="attribution">DDoS protection by '
        '<a href="https://www.cloudflare.com/">Cloudflare</a><br>Ray ID: <code>5af1</code></div></td></tr></table>',
    )
    yield bare(
        "Just a moment...",
        '<div class="main-wrapper" role="main"><div class="main-content"><noscript><div class="h2"><span '
        'id="challenge-error-text">Enable JavaScript and cookies to continue</span></div></noscript></div></div>'
        "<script>(function(){window._cf_chl_opt = {cvId: '3',cZone: 'news.example',cType: 'managed'};"
        "var a=document.createElement('script');a.src='/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1';"
        "}())</script>",
        '<meta http-equiv="refresh" content="390">',
    )
    yield bare(
        "Один момент…",
        '<div class="main-wrapper" role="main"><div class="main-content"><h1 class="zone-name-title h1">news.example'
        '</h1><h2 class="h2" id="challenge-running">Подтвердите, что вы человек, выполнив указанное действие.</h2>'
        '<div id="challenge-stage"></div><div id="challenge-body-text" class="core-msg spacer">news.example должен '
        "проверить безопасность вашего подключения, прежде чем продолжить.</div></div></div>"
        '<div class="footer"><div class="footer-inner">Ray ID: <code>7f2</code></div><div>Производительность и '
        "безопасность с помощью Cloudflare</div></div>",
        lang="ru",
    )
    yield bare(
        "Зачекайте…",
        '<div class="main-content"><h1 class="zone-name-title">news.example</h1><h2>Перевірка безпеки вашого '
        'підключення</h2><p>Підтвердьте, що ви людина. Це може зайняти кілька секунд.</p><div id="cf-turnstile" '
        'class="cf-turnstile"></div></div>',
        lang="uk",
    )
    yield bare(
        "Attention Required! | Cloudflare",
        '<div id="cf-wrapper"><div class="cf-alert cf-cookie-error" id="cookie-alert">Please enable cookies.</div>'
        '<div id="cf-error-details"><h1 data-translate="challenge_headline">One more step</h1><h2>Please complete '
        'the security check to access news.example</h2><div class="cf-captcha-container"></div><h2>Why do I have '
        "to complete a CAPTCHA?</h2><p>Completing the CAPTCHA proves you are a human and gives you temporary access "
        "to the web property.</p><h2>What can I do to prevent this in the future?</h2><p>If you are on a personal "
        "connection, like at home, you can run an anti-virus scan on your device to make sure it is not infected "
        "with malware.</p><p>If you are at an office or shared network, you can ask the network administrator to "
        "run a scan across the network looking for misconfigured or infected devices.</p></div></div>",
    )
    yield bare(
        "DDoS-Guard",
        '<div class="container"><p id="title">Checking your browser before accessing <b>news.example</b></p>'
        '<p>This process is automatic. Please wait a few seconds.</p><p class="ddg">DDoS protection by '
        '<a href="https://ddos-guard.net">DDoS-Guard</a></p></div>',
        '<script src="/.well-known/ddos-guard/js-challenge/index.js" data-ddg-origin="true"></script>',
    )
    yield bare(
        "DDOS-GUARD",
        '<h1 id="title">Проверка браузера перед переходом на сайт news.example</h1><p id="subtitle">Пожалуйста, '
        'подождите несколько секунд.</p><div id="h-captcha"></div><p>Защита от DDoS-атак: <a '
        'href="https://ddos-guard.ru">DDoS-Guard</a></p>',
        lang="ru",
    )
    yield (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><script src="/__qrator/qauth_utm_v2_6.js"></script>'
        "</head><body></body></html>"
    )
    yield (
        '<!DOCTYPE html><html lang="ru"><head><title>Загрузка...</title><meta name="robots" content="noindex">'
        '<script src="https://servicepipe.ru/static/checkjs/0a1/checkjs.js"></script></head><body><div '
        'id="id_spinner" class="container"><div class="load"></div></div><div id="id_captcha_frame_div" '
        'style="display:none"><iframe id="id_captcha_frame" src=""></iframe></div><noscript>Чтобы продолжить, '
        "включите JavaScript и обновите страницу.</noscript></body></html>"
    )
    yield bare(
        "Вы не робот?",
        '<div class="Theme"><div class="Container"><div class="Spacer"><form method="POST" action="/checkcaptcha" '
        'id="checkbox-captcha-form"><h1 class="Text">Подтвердите, что запросы отправляли вы, а не робот</h1><p>Нам '
        "очень жаль, но запросы с вашего устройства похожи на автоматические. <a>Почему это могло произойти?</a></p>"
        '<div class="CheckboxCaptcha"><div class="CheckboxCaptcha-Label"><span>Я не робот</span><span>Нажмите, '
        'чтобы продолжить</span></div></div><a href="/legal/smartcaptcha_notice/">Обработка данных</a></form>'
        "<p>Если у вас возникли проблемы, пожалуйста, воспользуйтесь формой обратной связи.</p></div></div></div>",
        lang="ru",
    )
    yield bare(
        "Сіз робот емессіз бе?",
        '<form action="/checkcaptcha"><h1>Сұрауларды робот емес, сіз жібергеніңізді растаңыз</h1><p>Өкінішке қарай, '
        "құрылғыңыздан келген сұраулар автоматты сұрауларға ұқсайды.</p><div class=CheckboxCaptcha><span>Мен робот "
        "емеспін</span></div></form>",
        lang="kk",
    )
    yield bare(
        "https://news.example/2026/11/22/most-otkryt.html",
        '<form id="captcha-form" action="index" method="post"><div class="g-recaptcha" data-sitekey="6Lf"></div>'
        "</form><hr><b>About this page</b><br><br>Our systems have detected unusual traffic from your computer "
        "network. This page checks to see if it's really you sending the requests, and not a robot. <a>Why did this "
        "happen?</a><div>IP address: 203.0.113.7<br>Time: 2026-11-22T09:00:00Z</div>",
    )
    yield (
        '<html style="height:100%"><head><META NAME="ROBOTS" CONTENT="NOINDEX, NOFOLLOW"></head><body '
        'style="margin:0px;height:100%"><iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31&xinfo=1" '
        "frameborder=0>Request unsuccessful. Incapsula incident ID: 877000280-53</iframe></body></html>"
    )
    yield bare(
        "Access to this page has been denied",
        '<section class="container"><div class="page-title-wrapper"><h1>Please verify you are a human</h1></div>'
        '<div class="content-wrapper"><div id="px-captcha"></div><div class="page-footer-wrapper"><p>Access to this '
        "page has been denied because we believe you are using automation tools to browse the website.</p><p>This "
        "may happen as a result of the following:</p><ul><li>Javascript is disabled or blocked by an extension (ad "
        "blockers for example)</li><li>Your browser does not support cookies</li></ul><p>Reference ID: #e7a1</p>"
        "</div></div></section>",
    )
    yield (
        '<html lang="en"><head><title>news.example</title><style>#cmsg{animation: A 1.5s;}</style></head><body '
        'style="margin:0"><p id="cmsg">Please enable JS and disable any ad blocker</p><script>var dd={"rt":"c",'
        '"cid":"AHrl","host":"geo.captcha-delivery.com"}</script><script src="https://ct.captcha-delivery.com/c.js">'
        "</script></body></html>"
    )
    yield page(
        "ru",
        "Проверка — Волжские новости",
        "<h1>Введите код с картинки</h1><p>С вашего адреса поступило слишком много запросов. Чтобы продолжить "
        'чтение, введите символы, изображённые на картинке.</p><form method="post"><img src="/bitrix/tools/captcha.php'
        '?captcha_sid=0a" alt="CAPTCHA"><input name="captcha_word"><input type="submit" value="Продолжить"></form>',
        build="divs",
    )
    yield bare(
        "Making sure you&#39;re not a bot!",
        '<main><h1 id="title" class="centered-div">Making sure you&#39;re not a bot!</h1><div><p id="status">'
        "Loading...</p><details><summary>Why am I seeing this?</summary><p>You are seeing this because the "
        "administrator of this website has set up Anubis to protect the server against the scourge of AI companies "
        "aggressively scraping websites. This can and does cause downtime for the websites, which makes their "
        "resources inaccessible for everyone.</p><p>Anubis is a compromise. Anubis uses a Proof-of-Work scheme in "
        "the vein of Hashcash, a proposed proof-of-work scheme for reducing email spam.</p></details></div></main>",
    )
    yield page(
        "uk",
        "Перевірка",
        "<h1>Підтвердіть, що ви не робот</h1><p>Ми помітили підозрілу активність з вашої IP-адреси.</p>"
        '<form method="post"><div class="g-recaptcha" data-sitekey="6Lc"></div><button>Продовжити</button></form>',
        build="semantic",
    )
    yield page(
        "be",
        "Праверка — Палескія весткі",
        '<h2>Пацвердзіце, што вы не робат</h2><p>Занадта шмат запытаў з вашага адраса.</p><div class="h-captcha" '
        'data-sitekey="1"></div>',
        build="table",
    )
    yield bare(
        "",
        "<noscript><h1>JavaScript is disabled</h1>In order to continue, we need to verify that you're not a robot. "
        "This requires JavaScript. Enable JavaScript and then reload the page.</noscript><div "
        'id="challenge-container"></div><script>AwsWafIntegration.saveReferrer();</script>',
        '<script src="https://0a1.token.awswaf.com/0a1/challenge.js"></script>',
    )
    yield bare(
        "Подозрительная активность",
        "<h1>Подозрительная активность</h1><p>Мы зафиксировали подозрительный трафик, исходящий из вашей сети. "
        "Пройдите проверку, чтобы продолжить работу с сайтом.</p><div id=smart-captcha class=smart-captcha></div>"
        "<p>Ваш IP: 203.0.113.7</p>",
        lang="ru",
    )


def _consents() -> Iterator[str]:
    yield bare(
        "Before you continue",
        '<form action="/save"><h1>Before you continue to News</h1><p>We use cookies and data to</p><ul><li>Deliver '
        "and maintain our services</li><li>Track outages and protect against spam, fraud, and abuse</li><li>Measure "
        "audience engagement and site statistics</li></ul><p>If you choose to “Accept all”, we will also use cookies "
        "and data to develop and improve new services.</p><button>Reject all</button><button>Accept all</button>"
        "</form>",
    )
    yield bare(
        "Прежде чем продолжить",
        '<form action="/save"><h1>Прежде чем перейти к сервису</h1><p>Мы используем файлы cookie и другие данные, '
        "чтобы:</p><ul><li>предоставлять сервисы и поддерживать их работу;</li><li>отслеживать перебои и защищать "
        "пользователей от спама и мошенничества;</li><li>собирать статистику.</li></ul><p>Если вы нажмёте «Принять "
        "все», мы также будем использовать cookie для показа персонализированных объявлений.</p><button>Отклонить "
        "все</button><button>Принять все</button></form>",
        lang="ru",
    )
    yield bare(
        "Перш ніж продовжити",
        "<form><h1>Перш ніж продовжити</h1><p>Ми використовуємо файли cookie та інші дані, щоб надавати наші послуги "
        "та підтримувати їх роботу.</p><p>Якщо натиснути «Прийняти всі», ми також використовуватимемо файли cookie "
        "для персоналізованої реклами.</p><button>Прийняти всі</button></form>",
        lang="uk",
    )
    yield bare(
        "Yahoo is part of the Yahoo family of brands",
        '<div id="consent-page" class="page consent"><div class="con-wizard"><form method="post" '
        'class="consent-form"><h2>Yahoo is part of the Yahoo family of brands.</h2><p>The sites and apps that we own '
        "and operate, including Yahoo and AOL, and our digital advertising service, Yahoo Advertising.</p><p>When you "
        "use our sites and apps, we use cookies to: provide our sites and apps to you; authenticate users, apply "
        "security measures, and prevent spam and abuse; and measure your use of our sites and apps.</p><p>If you "
        "click ‘Accept all’, we and our partners (including 236 who are part of the IAB Transparency & Consent "
        "Framework) will also store and/or access information on a device and use precise geolocation data and other "
        "personal data such as IP address and browsing and search data, for personalised advertising and content, "
        "advertising and content measurement, and audience research and services development.</p><p>If you do not "
        "want us and our partners to use cookies and personal data for these additional purposes, click ‘Reject "
        "all’.</p><p>You can change your choices at any time by clicking on the ‘Privacy & cookie settings’ or "
        "‘Privacy dashboard’ links on our sites and apps.</p></form></div></div>",
    )
    yield bare(
        "Your privacy choices",
        '<div id="sp_message_container_1"><div class="message"><h1>We value your privacy</h1><p>We and our 842 '
        "partners store and/or access information on a device, such as unique IDs in cookies to process personal "
        "data. You may accept or manage your choices by clicking below, including your right to object where "
        "legitimate interest is used.</p><h2>We and our partners process data to provide:</h2><p>Use precise "
        "geolocation data. Actively scan device characteristics for identification. Store and/or access information "
        "on a device.</p><button>Options</button><button>Accept</button></div></div>",
    )
    yield page(
        "ru",
        "Согласие — Волжские новости",
        '<div class="gdpr-wall"><h1>Ваше согласие</h1><p>Чтобы читать сайт, необходимо согласиться на обработку '
        "персональных данных и использование файлов cookie.</p><p>Данные собираются сервисами статистики. Отказаться "
        "можно, покинув сайт.</p><button>Согласен</button></div>",
        teasers=0,
    )
    yield page(
        "uk",
        "Налаштування файлів cookie",
        "<h1>Ми цінуємо вашу приватність</h1><p>Ми та наші партнери використовуємо файли cookie для показу реклами "
        "і вимірювання аудиторії. Щоб перейти до матеріалу, оберіть налаштування.</p><button>Прийняти все</button>"
        "<button>Налаштувати</button>",
        build="divs",
        teasers=0,
    )
    yield page(
        "be",
        "Файлы cookie",
        "<h1>Перад тым як працягнуць</h1><p>Мы выкарыстоўваем файлы cookie. Каб працягнуць, дайце згоду на іх "
        "выкарыстанне.</p><button>Згодны</button>",
        build="table",
        teasers=0,
    )
    yield page(
        "kk",
        "Cookie файлдары",
        "<h1>Жалғастырмас бұрын</h1><p>Біз cookie файлдарын қолданамыз. Сайтты оқу үшін дербес деректерді өңдеуге "
        "келісім беріңіз.</p><button>Келісемін</button>",
        build="script",
        teasers=0,
    )
    yield bare(
        "Privacy settings",
        '<div id="didomi-host"><div class="didomi-popup-container"><h1>Welcome to The Courier</h1><p>With your '
        "agreement, we and our 612 partners use cookies or similar technologies to store, access, and process "
        "personal data like your visit on this website. You can withdraw your consent or object to data processing "
        "based on legitimate interest at any time.</p><button>Agree and close</button><button>Learn more</button>"
        "</div></div>",
    )
    yield bare(
        "Continue with advertising or subscribe",
        '<div class="cmp-gate"><h1>Continue to The Courier</h1><h2>Read with advertising</h2><p>Visit our website as '
        "usual with advertising and tracking. Your consent to cookies is needed and can be withdrawn at any time in "
        "the privacy centre.</p><button>Agree and continue</button><h2>Read without ads for €3.99 a month</h2>"
        "<p>No tracking and hardly any ads.</p></div>",
    )
    yield bare(
        "Cookies",
        "<h2>Этот сайт использует cookies</h2><p>Для продолжения работы примите условия использования файлов cookie "
        "и политику конфиденциальности.</p><a href='?cookies=ok'>Принять и продолжить</a>",
        lang="ru",
    )
    yield bare(
        "DPG Media Privacy Gate",
        '<h1 class="pg-title">Privacy settings</h1><p>This site uses cookies and similar techniques. By clicking '
        "Accept you give permission to DPG Media to place cookies.</p><a id='pg-accept'>Accept all cookies</a>",
    )


def _logins() -> Iterator[str]:
    form = '<form action="/login" method="post"><input name="login"><input type="password" name="pass"><button>{}</button></form>'
    yield bare("Log In ‹ The Courier — WordPress", '<div id="login"><h1><a>Powered by WordPress</a></h1><form '
        'name="loginform"><p><label>Username or Email Address</label><input name="log"></p><p><label>Password</label>'
        '<input type="password" name="pwd"></p><p>Remember Me</p></form><p id="nav"><a>Lost your password?</a></p>'
        "<p><a>← Go to The Courier</a></p></div>")  # fmt: skip
    yield page("ru", "Авторизация — Волжские новости", "<h1>Авторизация</h1><p>Пожалуйста, авторизуйтесь. Для "
        "просмотра этой страницы нужно войти на сайт под своим именем.</p>" + form.format("Войти") +
        "<a>Забыли пароль?</a>", build="divs")  # fmt: skip
    yield page("ru", "Вход в личный кабинет", "<h1>Вход</h1><p>Этот раздел доступен зарегистрированным "
        "пользователям. Войдите или зарегистрируйтесь.</p>" + form.format("Войти"))  # fmt: skip
    yield page("uk", "Вхід", "<h1>Увійдіть, щоб продовжити</h1><p>Перегляд матеріалу доступний лише зареєстрованим "
        "користувачам.</p>" + form.format("Увійти"), build="script")  # fmt: skip
    yield page("be", "Уваход", "<h1>Уваход на сайт</h1><p>Увайдзіце, каб чытаць гэты матэрыял.</p>"
        + form.format("Увайсці"), build="table")  # fmt: skip
    yield page("kk", "Кіру", "<h1>Жеке кабинетке кіру</h1><p>Материалды оқу үшін сайтқа кіріңіз.</p>"
        + form.format("Кіру"))  # fmt: skip
    yield page("en", "Sign in — The Steppe Courier", "<h1>Sign in to continue</h1><p>You need an account to see this "
        "page. Sign in or create one, it is free.</p>" + form.format("Sign in"), build="divs")  # fmt: skip
    yield bare("Форум — Вход", "<table><tr><th>Форум</th></tr><tr><td>Чтобы просматривать эту тему, вы должны быть "
        "зарегистрированы и авторизованы.</td></tr><tr><td>Имя пользователя: <input name=username> Пароль: <input "
        "type=password name=password></td></tr></table>", lang="ru")  # fmt: skip
    yield bare("Sign in to your account", '<div id="kc-content"><h1 id="kc-page-title">Sign in to your account</h1>'
        '<form id="kc-form-login"><label>Email</label><input name="username"><label>Password</label><input '
        'type="password"></form><span>New user? <a>Register</a></span></div>')  # fmt: skip
    yield bare("Яндекс ID", '<div class="passp-auth"><h1>Войдите с Яндекс ID</h1><p>Войдите, чтобы продолжить на '
        'news.example</p><input type="tel" name="phone" placeholder="Телефон"><button>Войти</button><a>Создать ID</a>'
        "<p>Нажимая «Войти», вы принимаете пользовательское соглашение.</p></div>", lang="ru")  # fmt: skip
    yield page("ru", "Вход через соцсети", '<div class="auth-page"><h1>Войдите на сайт</h1><p>Чтобы прочитать '
        'материал, войдите через одну из социальных сетей или по номеру телефона.</p><a class="btn" href="/auth/vk">'
        'Войти через VK</a><a class="btn" href="/auth/yandex">Войти через Яндекс</a><form action="/auth/sms"><input '
        'type="tel"><button>Получить код</button></form></div>', build="script")  # fmt: skip
    yield page("en", "Members only", "<h1>Members only</h1><p>This page is for registered members. Please log in with "
        "your user name and password.</p>" + form.format("Log in"), build="table")  # fmt: skip
    yield page("uk", "Авторизація", "<h2>Авторизуйтесь</h2><p>Щоб переглянути сторінку, увійдіть на сайт.</p>"
        + form.format("Увійти") + "<p><a>Забули пароль?</a> <a>Реєстрація</a></p>", build="divs")  # fmt: skip


def _paywalls() -> Iterator[str]:
    headlines = {lang: tongue.headlines[0] for lang, tongue in TONGUES.items()}
    json_ld = (
        '<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"%s",'
        '"datePublished":"2026-11-22T10:00:00+03:00","isAccessibleForFree":"False","hasPart":{"@type":'
        '"WebPageElement","isAccessibleForFree":"False","cssSelector":".paywall"}}</script>'
    )
    offers = {
        "ru": ("Материал доступен только подписчикам", "Оформите подписку, чтобы прочитать его полностью",
               "Подписка на месяц — 299 рублей", "Подписка на год — 2490 рублей", "Уже есть подписка? Войдите"),
        "uk": ("Матеріал доступний лише передплатникам", "Оформіть передплату, щоб читати далі",
               "Місяць — 99 гривень", "Рік — 890 гривень", "Вже передплатили? Увійдіть"),
        "be": ("Матэрыял даступны толькі падпісчыкам", "Аформіце падпіску, каб чытаць далей",
               "Месяц — 9 рублёў", "Год — 89 рублёў", "Ужо ёсць падпіска? Увайдзіце"),
        "kk": ("Материал тек жазылушыларға қолжетімді", "Толық оқу үшін жазылыңыз",
               "Айына 990 теңге", "Жылына 8900 теңге", "Жазылғансыз ба? Кіріңіз"),
        "en": ("This article is for subscribers only", "Subscribe to continue reading",
               "Monthly — $4.99", "Yearly — $49", "Already a subscriber? Sign in"),
    }  # fmt: skip
    for place, (lang, (first, *rest)) in enumerate(offers.items()):
        headline = headlines[lang]
        box = f'<div class="paywall"><h3>{first}</h3><p>{rest[0]}.</p><ul><li>{rest[1]}</li><li>{rest[2]}</li></ul><a>{rest[3]}</a></div>'
        yield page(lang, f"{headline} — {TONGUES[lang].site}", f"<h1>{headline}</h1><time>22.11.2026 10:00</time>{box}",
            head=json_ld % headline, build=("semantic", "divs", "table", "script", "semantic")[place])  # fmt: skip
        yield page(lang, headline, f'<div class="article"><h1>{headline}</h1><div class="meta">22.11.2026, 10:00</div>'
            f"<p>{first}.</p><p>{rest[0]}</p><p>{rest[1]}</p><a class=button>{rest[3]}</a></div>",
            build=("divs", "script", "semantic", "table", "divs")[place])  # fmt: skip
    yield page("ru", "Доступ к материалу ограничен", "<h1>Суд продлил арест бывшему директору завода</h1>"
        '<div class="locked"><b>Этот материал — для подписчиков</b><p>Оформите подписку на «Волжские новости» '
        "и получите доступ ко всем статьям, архиву с 2008 года и еженедельному письму редактора. Отменить можно в "
        "любой момент.</p><p>Подписчик? <a>Войдите</a></p><form><input type=email placeholder=E-mail></form></div>",
        build="divs")  # fmt: skip
    yield bare("Платный доступ", "<h1>Врачи рассказали, как пережить смену погоды</h1><p>Полный текст статьи доступен "
        "по подписке.</p><p>Купить статью за 49 рублей</p><p>Оформить подписку от 199 рублей в месяц</p>",
        lang="ru")  # fmt: skip
    yield page("en", "Firefighters rescue family from burning house", "<h1>Firefighters rescue family from burning "
        'house</h1><div id="piano-inline"><h2>You have reached your limit of free articles</h2><p>Get unlimited digital '
        "access for $1 for the first month. Cancel anytime.</p><button>Subscribe now</button><p>Already have an "
        "account? Log in</p></div>")  # fmt: skip


def _region_blocks() -> Iterator[str]:
    yield page("ru", "Доступ ограничен", "<h1>Доступ ограничен</h1><p>Доступ к материалу ограничен для вашего региона."
        "</p>", build="divs")  # fmt: skip
    yield bare("Доступ ограничен для вашего региона", "<h1>Доступ ограничен для вашего региона</h1><p>Приносим "
        "извинения за неудобства. Сайт доступен только с территории Российской Федерации.</p><p>Ваш IP: 203.0.113.7"
        "</p>", lang="ru")  # fmt: skip
    yield bare("451: Unavailable due to legal reasons", '<h1>451: Unavailable due to legal reasons</h1><p>We recognize '
        "you are attempting to access this website from a country belonging to the European Economic Area (EEA) "
        "including the EU which enforces the General Data Protection Regulation (GDPR) and therefore access cannot be "
        "granted at this time. For any issues, contact webmaster@courier.example or call 555-0100.</p>")  # fmt: skip
    yield bare("Access denied | news.example used Cloudflare to restrict access", '<div id="cf-wrapper"><h1><span>Error'
        "</span> <span>1009</span></h1><h2>Access denied</h2><h2>What happened?</h2><p>The owner of this website "
        "(news.example) has banned the country or region your IP address is in (RU) from accessing this website.</p>"
        "<p>Ray ID: 8a1</p></div>")  # fmt: skip
    yield page("en", "Not available", "<h1>This content is not available in your region</h1><p>We are sorry, but our "
        "site cannot currently be viewed from your country.</p>")  # fmt: skip
    yield bare("Доступ ограничен", '<div class="blocked"><h1>Уважаемый абонент!</h1><p>Доступ к информационному ресурсу '
        "ограничен на основании Федерального закона от 27 июля 2006 г. № 149-ФЗ «Об информации, информационных "
        "технологиях и о защите информации».</p><p>Причину внесения в реестр можно узнать на сайте Роскомнадзора: "
        "blocklist.rkn.gov.example</p></div>", lang="ru")  # fmt: skip
    yield bare("Ресурс заблокирован", "<h2>Данный ресурс заблокирован по решению органов государственной власти</h2>"
        "<p>Сайт внесён в Единый реестр доменных имён, содержащих информацию, распространение которой в Российской "
        "Федерации запрещено. Ваш оператор связи.</p>", lang="ru")  # fmt: skip
    yield bare("Доступ обмежено", "<h1>Доступ до сайту обмежено</h1><p>Доступ до цього ресурсу обмежено відповідно до "
        "розпорядження Національного центру оперативно-технічного управління мережами телекомунікацій.</p>",
        lang="uk")  # fmt: skip
    yield page("uk", "Недоступно у вашій країні", "<h1>Цей матеріал недоступний у вашій країні</h1><p>Правовласник "
        "обмежив перегляд для вашого регіону.</p>", build="script")  # fmt: skip
    yield bare("Доступ абмежаваны", "<h1>Доступ да сайта абмежаваны</h1><p>Доступ абмежаваны па рашэнні Міністэрства "
        "інфармацыі Рэспублікі Беларусь на падставе закона «Аб сродках масавай інфармацыі».</p>",
        lang="be")  # fmt: skip
    yield page("kk", "Қолжетімсіз", "<h1>Бұл материал сіздің аймағыңызда қолжетімсіз</h1><p>Қолжетімділік құқық "
        "иесінің талабы бойынша шектелген.</p>", build="divs")  # fmt: skip
    yield page("ru", "Сервис недоступен", "<h2>Сервис недоступен в вашей стране</h2><p>К сожалению, мы не можем "
        "показать эту страницу посетителям из вашей страны. Если вы используете VPN, отключите его.</p>",
        build="table")  # fmt: skip
    yield bare("Отключите VPN", "<h1>Похоже, вы используете VPN</h1><p>Сайт доступен только с российских IP-адресов. "
        "Отключите VPN и обновите страницу.</p><button>Обновить</button>", lang="ru")  # fmt: skip
    yield bare("Sorry", "<h1>Sorry, this site is not available in your country</h1><p>Due to licensing restrictions the "
        "page you asked for cannot be shown where you are.</p>")  # fmt: skip
