"""What surrounds a page's own content on a news site, in five languages and four page designs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Labelled:
    """A page with its label: `kind` is the reason to reject it for, or None for an article."""

    name: str
    kind: str | None
    url: str
    html: str
    says: str | None = None  # for an article: words that its text must contain


@dataclass(frozen=True, slots=True)
class Tongue:
    """The boilerplate of a site in one language."""

    site: str
    sections: tuple[str, ...]
    headlines: tuple[str, ...]
    stamps: tuple[str, ...]
    summary: str
    search: str
    log_in: str
    subscribe: str
    latest: str
    footer: str
    cookies: str
    accept: str
    comment: str
    no_script: str


TONGUES = {
    "ru": Tongue(
        site="Волжские новости",
        sections=("Политика", "Экономика", "Общество", "Происшествия", "Спорт", "Культура"),
        headlines=(
            "В Саратове открыли новый мост через Волгу",
            "Цены на хлеб выросли второй раз за осень",
            "Губернатор назвал сроки ремонта набережной",
            "Пожарные спасли семью из горящего дома",
            "Хоккеисты «Лады» одержали пятую победу подряд",
            "В музее показали письма купцов XIX века",
            "Синоптики обещают первый снег к выходным",
            "Суд продлил арест бывшему директору завода",
            "В области отремонтируют сорок сельских школ",
            "Учёные нашли в пещере кости мамонта",
            "Автобус номер семь изменит маршрут из-за ярмарки",
            "Депутаты приняли бюджет во втором чтении",
            "Врачи рассказали, как пережить смену погоды",
            "Фермеры собрали рекордный урожай яблок",
        ),
        stamps=("сегодня, 14:05", "сегодня, 13:40", "вчера, 21:12", "10 ноября, 18:30"),
        summary="Подробности сообщили в администрации города. Работы завершили на месяц раньше срока.",
        search="Поиск",
        log_in="Войти",
        subscribe="Подписаться",
        latest="Последние новости",
        footer="© 2008–2026 «Волжские новости». Все права защищены. Перепечатка только со ссылкой. 18+",
        cookies="Мы используем файлы cookie, чтобы сайт работал лучше. Продолжая, вы соглашаетесь с этим.",
        accept="Принять",
        comment="Оставить комментарий",
        no_script="Для полноценной работы сайта включите JavaScript в настройках браузера.",
    ),
    "uk": Tongue(
        site="Подільський вісник",
        sections=("Політика", "Економіка", "Суспільство", "Кримінал", "Спорт", "Культура"),
        headlines=(
            "У Вінниці відкрили новий трамвайний маршрут",
            "Ціни на яйця зросли вдруге за місяць",
            "Міський голова назвав терміни ремонту мосту",
            "Рятувальники загасили пожежу на складі",
            "Футболісти «Ниви» здобули третю перемогу поспіль",
            "У музеї показали вишиванки позаминулого століття",
            "Синоптики обіцяють перший сніг на вихідних",
            "Суд залишив під вартою колишнього посадовця",
            "В області відремонтують тридцять сільських шкіл",
            "Археологи знайшли скіфський курган під Летичевом",
            "Тролейбус номер п’ять змінить маршрут",
            "Депутати ухвалили бюджет громади",
            "Лікарі розповіли, як пережити зміну погоди",
            "Фермери зібрали рекордний урожай яблук",
        ),
        stamps=("сьогодні, 14:05", "сьогодні, 13:40", "вчора, 21:12", "10 листопада, 18:30"),
        summary="Подробиці повідомили в міській раді. Роботи завершили на місяць раніше.",
        search="Пошук",
        log_in="Увійти",
        subscribe="Підписатися",
        latest="Останні новини",
        footer="© 2009–2026 «Подільський вісник». Усі права захищені. Передрук лише з посиланням.",
        cookies="Ми використовуємо файли cookie, щоб сайт працював краще. Продовжуючи, ви погоджуєтесь.",
        accept="Прийняти",
        comment="Залишити коментар",
        no_script="Для роботи сайту увімкніть JavaScript у налаштуваннях браузера.",
    ),
    "be": Tongue(
        site="Палескія весткі",
        sections=("Палітыка", "Эканоміка", "Грамадства", "Здарэнні", "Спорт", "Культура"),
        headlines=(
            "У Пінску адкрылі новы мост цераз Прыпяць",
            "Цэны на малако выраслі другі раз за восень",
            "Старшыня райвыканкама назваў тэрміны рамонту",
            "Ратавальнікі патушылі пажар на складзе",
            "Хакеісты «Нёмана» атрымалі пятую перамогу запар",
            "У музеі паказалі паясы са Слуцка",
            "Сіноптыкі абяцаюць першы снег на выхадных",
            "Суд пакінуў пад вартай былога дырэктара",
            "У вобласці адрамантуюць дваццаць школ",
            "Археолагі знайшлі старажытную стаянку пад Тураўам",
            "Аўтобус нумар тры зменіць маршрут",
            "Дэпутаты прынялі бюджэт раёна",
            "Урачы расказалі, як перажыць змену надвор’я",
            "Фермеры сабралі рэкордны ўраджай яблыкаў",
        ),
        stamps=("сёння, 14:05", "сёння, 13:40", "учора, 21:12", "10 лістапада, 18:30"),
        summary="Падрабязнасці паведамілі ў адміністрацыі раёна. Работы скончылі на месяц раней.",
        search="Пошук",
        log_in="Увайсці",
        subscribe="Падпісацца",
        latest="Апошнія навіны",
        footer="© 2010–2026 «Палескія весткі». Усе правы абаронены.",
        cookies="Мы выкарыстоўваем файлы cookie, каб сайт працаваў лепш.",
        accept="Прыняць",
        comment="Пакінуць каментар",
        no_script="Для працы сайта ўключыце JavaScript у браўзеры.",
    ),
    "kk": Tongue(
        site="Дала жаңалықтары",
        sections=("Саясат", "Экономика", "Қоғам", "Оқиға", "Спорт", "Мәдениет"),
        headlines=(
            "Қостанайда Тобыл өзені арқылы жаңа көпір ашылды",
            "Нан бағасы күзде екінші рет өсті",
            "Облыс әкімі жол жөндеу мерзімін атады",
            "Құтқарушылар өрттен отбасын аман алып шықты",
            "«Тобыл» футболшылары бесінші рет қатарынан жеңді",
            "Мұражайда ХІХ ғасырдың зергерлік бұйымдары көрсетілді",
            "Синоптиктер демалыста алғашқы қар жауады дейді",
            "Сот бұрынғы директордың қамауын ұзартты",
            "Облыста қырық ауыл мектебі жөнделеді",
            "Ғалымдар үңгірден мамонт сүйектерін тапты",
            "Жетінші автобустың бағыты өзгереді",
            "Депутаттар бюджетті қабылдады",
            "Дәрігерлер ауа райының өзгеруі туралы айтты",
            "Фермерлер алмадан мол өнім жинады",
        ),
        stamps=("бүгін, 14:05", "бүгін, 13:40", "кеше, 21:12", "10 қараша, 18:30"),
        summary="Бұл туралы қала әкімдігінен хабарлады. Жұмыс мерзімінен бір ай бұрын аяқталды.",
        search="Іздеу",
        log_in="Кіру",
        subscribe="Жазылу",
        latest="Соңғы жаңалықтар",
        footer="© 2011–2026 «Дала жаңалықтары». Барлық құқықтар қорғалған.",
        cookies="Біз сайт жақсы жұмыс істеуі үшін cookie файлдарын қолданамыз.",
        accept="Қабылдау",
        comment="Пікір қалдыру",
        no_script="Сайт жұмыс істеуі үшін JavaScript қосыңыз.",
    ),
    "en": Tongue(
        site="The Steppe Courier",
        sections=("Politics", "Business", "Society", "Crime", "Sport", "Culture"),
        headlines=(
            "New bridge across the river opens two months early",
            "Bread prices rise for the second time this autumn",
            "Governor names date for embankment repairs",
            "Firefighters rescue family from burning house",
            "Local hockey side takes fifth win in a row",
            "Museum shows letters of nineteenth-century merchants",
            "Forecasters promise first snow by the weekend",
            "Court extends arrest of former factory head",
            "Forty village schools to be rebuilt next year",
            "Scientists find mammoth bones in mountain cave",
            "Bus number seven to change its route for the fair",
            "Deputies pass the budget in second reading",
            "Doctors explain how to live through bad weather",
            "Farmers gather a record harvest of apples",
        ),
        stamps=("2 hours ago", "3 hours ago", "Yesterday, 9:12 pm", "10 November, 18:30"),
        summary="Details were given by the city administration. The work was finished a month early.",
        search="Search",
        log_in="Sign in",
        subscribe="Subscribe",
        latest="Latest news",
        footer="© 2008–2026 The Steppe Courier. All rights reserved.",
        cookies="We use cookies to make this site work better. By going on you agree to this.",
        accept="Accept",
        comment="Leave a comment",
        no_script="Please enable JavaScript for the full experience of this site.",
    ),
}
BUILDS = ("semantic", "divs", "table", "script")


def page(
    lang: str,
    title: str,
    main: str,
    *,
    head: str = "",
    build: str = "semantic",
    teasers: int = 8,
    extra: str = "",
) -> str:
    """Return a site's full page: `main` with the site's boilerplate around it, and `extra` before </body>."""
    tongue = TONGUES[lang]
    menu = "".join(f'<li><a href="/{n}/">{name}</a></li>' for n, name in enumerate(tongue.sections))
    aside = "".join(
        f'<li><span class="time">{tongue.stamps[n % 4]}</span> <a href="/news/{n + 300}.html">{headline}</a></li>'
        for n, headline in enumerate(tongue.headlines[:teasers])
    )
    side = f"<h3>{tongue.latest}</h3><ul>{aside}</ul>" if teasers else ""
    opening = (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"{head}</head><body>"
    )
    banner = f'<div class="cookie-banner"><p>{tongue.cookies}</p><button>{tongue.accept}</button></div>'
    search = f'<form action="/search"><input name="q" placeholder="{tongue.search}"></form>'
    if build == "semantic":
        body = (
            f'<header><a href="/">{tongue.site}</a>{search}<nav><ul>{menu}</ul></nav>'
            f'<a href="/login">{tongue.log_in}</a></header><main>{main}</main><aside>{side}</aside>'
            f"<footer><p>{tongue.footer}</p></footer>{banner}"
        )
    elif build == "divs":
        body = (
            f'<div class="header"><div class="logo"><a href="/">{tongue.site}</a></div>'
            f'<div class="menu"><ul>{menu}</ul></div><a class="subscribe" href="/subscribe/">{tongue.subscribe}</a>'
            f'</div><div class="wrapper"><div class="content">{main}</div><div class="sidebar">{side}</div></div>'
            f'<div class="footer">{tongue.footer}</div>'
        )
    elif build == "table":
        cells = " | ".join(f'<a href="/{n}/">{name}</a>' for n, name in enumerate(tongue.sections))
        body = (
            f"<table width=100%><tr><td colspan=2>{tongue.site}<br>{cells}</td></tr>"
            f"<tr><td valign=top>{main}</td><td width=200 valign=top>{side}</td></tr>"
            f"<tr><td colspan=2 align=center><font size=1>{tongue.footer}</font></td></tr></table>"
        )
    else:
        body = (
            f'<noscript>{tongue.no_script}</noscript><div id="__next"><div class="css-1a">{tongue.site}'
            f'<ul class="css-2b">{menu}</ul></div><div class="css-3c">{main}</div>'
            f'<div class="css-4d">{side}</div><div class="css-5e">{tongue.footer}</div></div>'
            '<script src="/static/main.83ab2.js"></script>'
        )
    return f"{opening}{body}{extra}</body></html>"


def paragraphs(texts: Sequence[str]) -> str:
    """Return texts as HTML paragraphs."""
    return "".join(f"<p>{text}</p>" for text in texts)


def cards(lang: str, count: int, *, first: int = 0, summaries: bool = True, stamps: bool = True) -> str:
    """Return the teasers of a listing, one below another."""
    tongue = TONGUES[lang]
    parts = []
    for n in range(first, first + count):
        headline = tongue.headlines[n % len(tongue.headlines)]
        stamp = f'<span class="date">{tongue.stamps[n % 4]}</span>' if stamps else ""
        summary = f"<p>{headline}. {tongue.summary}</p>" if summaries else ""
        parts.append(
            f'<div class="card"><a href="/news/{n + 500}.html"><img src="/i/{n}.jpg" alt="">'
            f"<h3>{headline}</h3></a>{stamp}{summary}</div>"
        )
    return "".join(parts)
