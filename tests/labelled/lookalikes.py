"""Articles that look like walls or errors: about captchas, walls and errors, or very short."""

# ruff: noqa: E501  (the pages are set as they were sent)
from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import cycle

from tests.labelled.site import BUILDS, TONGUES, Labelled, page, paragraphs

# Language, headline, first paragraph (which must be extracted).
ABOUT: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("captcha-ru", "ru", "Google откажется от капчи: вместо «Я не робот» появится невидимая проверка", (
        "Google объявил, что откажется от капчи с галочкой «Я не робот» на большинстве сайтов до конца года.",
        "Вместо неё страница сама решит, человек ли перед экраном. Подтвердите, что вы не робот, — эту просьбу "
        "пользователи видели двадцать лет.",
    )),
    ("captcha-short-ru", "ru", "Минцифры: капча на «Госуслугах» станет обязательной", (
        "Капча при входе на «Госуслуги» станет обязательной с 1 декабря, сообщили в Минцифры.",
    )),
    ("captcha-uk", "uk", "Капча більше не потрібна: боти навчилися її проходити", (
        "Дослідники з Києва показали, що капчу «Я не робот» програми проходять швидше за людей.",
        "Перевірка, чи ви не робот, забирає в людства п’ятсот років щодня.",
    )),
    ("captcha-be", "be", "Капча на беларускіх сайтах: што кажуць карыстальнікі", (
        "Карыстальнікі скардзяцца, што капча «Я не робат» на сайтах паліклінік не працуе з тэлефонаў.",
    )),
    ("captcha-kk", "kk", "Капча ескірді: сайттар жаңа тексерісті енгізеді", (
        "Қазақстандық банктер «Мен робот емеспін» деген капчадан бас тартады, деп хабарлады агенттік.",
    )),
    ("captcha-en", "en", "Are you a robot? How the captcha lost its war with machines", (
        "Verify you are human, says the box, and for two decades people have obediently clicked on traffic lights.",
        "Now a study finds that bots pass the captcha faster than people do.",
    )),
    ("ddos-guard-ru", "ru", "DDoS-Guard отразил крупнейшую атаку на сайты СМИ", (
        "Компания DDoS-Guard сообщила об атаке мощностью 1,2 терабита в секунду на сайты региональных СМИ.",
    )),
    ("cloudflare-en", "en", "Cloudflare outage takes down news sites across Europe", (
        "A Cloudflare outage on Tuesday left readers of dozens of news sites looking at “500 Internal Server Error”.",
        "The company said that a bot management file had grown beyond its limit.",
    )),
    ("cloudflare-ru", "ru", "Сбой в Cloudflare: сайты показывали «Just a moment...»", (
        "Во вторник посетители сотен сайтов видели надпись «Just a moment...» вместо новостей из-за сбоя в Cloudflare.",
    )),
    ("cloudflare-uk", "uk", "Через збій Cloudflare українські сайти не відкривалися", (
        "Вранці у вівторок читачі бачили «Checking your browser» замість новин: стався збій у Cloudflare.",
    )),
    ("robots-ru", "ru", "Подозрительный трафик: боты составили половину посетителей сети", (
        "Больше половины трафика в российском интернете создают боты, подсчитали в Qrator Labs.",
    )),
    ("paywall-ru", "ru", "Газета закрыла сайт платной подпиской и потеряла половину читателей", (
        "Доступ только для подписчиков: с такой надписью сайт газеты прожил полгода и потерял половину аудитории.",
        "Главный редактор говорит, что подписку оформили 1200 человек вместо ожидаемых десяти тысяч.",
    )),
    ("paywall-short-ru", "ru", "«Ведомости» повысят цену подписки", (
        "С января подписка на сайт газеты «Ведомости» подорожает на 15%, сообщила пресс-служба издания.",
    )),
    ("paywall-en", "en", "Subscribe to continue reading: why local papers build walls", (
        "“Subscribe to continue reading” is the sentence that local newspapers hope will save them.",
        "Of forty papers that put up a paywall in 2019, twenty-six have since taken it down.",
    )),
    ("paywall-uk", "uk", "Матеріал лише для передплатників: чи готові українці платити за новини", (
        "Лише сім відсотків українців платять за новини, показало опитування центру «Детектор».",
    )),
    ("paywall-be", "be", "Доступ толькі для падпісчыкаў: як газеты шукаюць грошы", (
        "Раённыя газеты ўводзяць платны доступ да архіваў, каб перажыць год без рэкламы.",
    )),
    ("paywall-kk", "kk", "Газеттер ақылы жазылымға көшеді", (
        "Облыстық газеттер жаңа жылдан бастап сайттарын ақылы жазылымға көшіреді, деді редакторлар.",
    )),
    ("404-ru", "ru", "Ошибка 404: почему исчезают страницы государственных сайтов", (
        "Каждая пятая ссылка на сайты министерств ведёт на страницу «404: страница не найдена», подсчитали исследователи.",
        "За год с сайтов исчезло больше 40 тысяч документов.",
    )),
    ("404-short-ru", "ru", "Страница губернатора в соцсети удалена", (
        "Страница губернатора Саратовской области во «ВКонтакте» удалена, сообщила его пресс-служба.",
    )),
    ("not-found-ru", "ru", "Пропавший самолёт не найден: поиски приостановлены до утра", (
        "Самолёт Ан-2, пропавший накануне в тайге, не найден, поиски приостановили до утра.",
    )),
    ("not-found-2-ru", "ru", "Документы не найдены: в архиве потеряли дело о застройке парка", (
        "В районном архиве не нашли дело о застройке парка, которое запрашивали жители.",
    )),
    ("404-uk", "uk", "Сторінку не знайдено: з сайту мінстерства зник реєстр", (
        "З сайту міністерства зник реєстр закупівель: на його місці напис «Сторінку не знайдено».",
    )),
    ("404-be", "be", "Старонка не знойдзена: хто выдаляе архівы газет", (
        "На месцы архіва газеты чытачы бачаць надпіс «Старонка не знойдзена», расказаў гісторык.",
    )),
    ("404-kk", "kk", "Бет табылмады: сайттардың үштен бірі жұмыс істемейді", (
        "Әкімдік сайттарындағы сілтемелердің үштен бірі «Бет табылмады» деген жазуға апарады.",
    )),
    ("404-en", "en", "404: the town that does not exist", (
        "There is a town in Sweden that does not exist, and its website answers every visitor with “404 Not Found”.",
    )),
    ("material-deleted-ru", "ru", "Роскомнадзор потребовал удалить материал о чиновнике", (
        "Роскомнадзор потребовал от издания удалить материал о даче чиновника: статья удалена, но осталась в архиве.",
    )),
    ("geo-ru", "ru", "Netflix ограничил доступ для жителей России", (
        "Доступ ограничен для вашего региона — такое сообщение увидели российские зрители Netflix в среду утром.",
    )),
    ("geo-2-ru", "ru", "Сервис недоступен в вашей стране: чем заменить ушедшие программы", (
        "«Сервис недоступен в вашей стране» — эту надпись дизайнеры видят всё чаще и ищут замену.",
        "Мы собрали десять программ, которые работают без обхода блокировок.",
    )),
    ("geo-uk", "uk", "Доступ обмежено: які сайти заблокували за тиждень", (
        "За тиждень провайдери обмежили доступ до двадцяти сайтів за розпорядженням центру безпеки.",
    )),
    ("geo-en", "en", "Not available in your country: Europe tests an end to geo-blocking", (
        "“This content is not available in your country” may become a sentence of the past in the European Union.",
    )),
    ("geo-kk", "kk", "Сайтқа қолжетімділік шектелді", (
        "Ақпарат министрлігі құмар ойын сайттарына қолжетімділікті шектеді.",
    )),
    ("block-ru", "ru", "Сайт заблокирован: суд признал законной блокировку библиотеки", (
        "Сайт библиотеки заблокирован по решению Мосгорсуда, апелляция оставила решение в силе.",
    )),
    ("forbidden-ru", "ru", "Доступ запрещён: лес закрыли из-за пожаров", (
        "Доступ в леса области запрещён до 15 октября из-за высокой пожарной опасности.",
    )),
    ("forbidden-2-ru", "ru", "Доступ к озеру закрыт до весны", (
        "Доступ к озеру Эльтон закрыт до весны, сообщила дирекция природного парка.",
    )),
    ("access-denied-en", "en", "Access denied: reporters turned away from the courthouse", (
        "Reporters were turned away from the courthouse on Monday with the words “access denied”.",
    )),
    ("forbidden-be", "be", "Доступ у лясы забаронены ў пятнаццаці раёнах", (
        "Наведваць лясы забаронена ў пятнаццаці раёнах вобласці, паведаміла міністэрства.",
    )),
    ("service-ru", "ru", "Технические работы на водопроводе: где отключат воду", (
        "Технические работы на водопроводе пройдут 25 ноября, воду отключат на шести улицах.",
    )),
    ("service-2-ru", "ru", "Мобильный интернет временно недоступен в трёх районах", (
        "Мобильный интернет временно недоступен в трёх районах области, сообщил оператор.",
    )),
    ("service-3-ru", "ru", "Ошибка сервера сорвала электронное голосование", (
        "Внутренняя ошибка сервера сорвала первый час электронного голосования, признали в избиркоме.",
    )),
    ("service-uk", "uk", "Технічні роботи: «Дія» тимчасово недоступна", (
        "Застосунок «Дія» тимчасово недоступний через технічні роботи, повідомило міністерство.",
    )),
    ("service-en", "en", "Service unavailable: the day the trains stopped", (
        "Every screen at the station said “service unavailable” and for six hours nothing moved.",
    )),
    ("500-ru", "ru", "Error 500: выставка о сбоях открылась в Казани", (
        "Выставка «Error 500» о компьютерных сбоях открылась в казанской галерее.",
    )),
    ("cookies-ru", "ru", "Согласие на обработку cookie: за что будут штрафовать сайты", (
        "Сайты, которые собирают cookie без согласия, начнут штрафовать с 1 сентября на сумму до 700 тысяч рублей.",
        "Надписи «Мы используем файлы cookie» для этого мало, объясняют юристы.",
    )),
    ("cookies-en", "en", "We value your privacy, they say: inside the consent industry", (
        "“We and our partners use cookies” is read by nobody and accepted by nearly everyone, a study has found.",
    )),
    ("cookies-uk", "uk", "Файли cookie: що змінить новий закон про персональні дані", (
        "Рада ухвалила в першому читанні закон, за яким сайти питатимуть згоду на файли cookie.",
    )),
    ("login-ru", "ru", "Войти через «Госуслуги»: как изменится авторизация на сайтах", (
        "Авторизация через иностранные почтовые сервисы на российских сайтах запрещена, напомнил регулятор.",
        "Войдите с паролем «Госуслуг», советуют теперь магазины и библиотеки.",
    )),
    ("login-uk", "uk", "Вхід за паролем відходить у минуле", (
        "Українські банки відмовляються від паролів: увійти можна буде за відбитком пальця.",
    )),
    ("login-en", "en", "Sign in with a face: airports drop the password", (
        "Travellers will sign in with their faces, not a password, at four airports from March.",
    )),
    ("login-kk", "kk", "Жеке кабинетке кіру тәртібі өзгереді", (
        "Электрондық үкімет порталына құпиясөзсіз кіруге болады, деп хабарлады министрлік.",
    )),
    ("flash-ru", "ru", "Землетрясение магнитудой 5,1 произошло у берегов Камчатки", (
        "Землетрясение магнитудой 5,1 произошло у берегов Камчатки, сообщает Геофизическая служба РАН.",
    )),
    ("flash-2-ru", "ru", "Курс евро превысил 105 рублей", ("Курс евро на Мосбирже превысил 105 рублей.",)),
    ("flash-uk", "uk", "У Харкові пролунали вибухи", ("У Харкові пролунали вибухи, повідомив міський голова.",)),
    ("flash-be", "be", "Прэзідэнт прызначыў новага міністра", (
        "Прэзідэнт прызначыў міністрам культуры Марыю Кавальчук.",
    )),
    ("flash-kk", "kk", "Алматыда жер сілкінді", ("Алматыда магнитудасы 3,8 жер сілкінісі болды.",)),
    ("flash-en", "en", "Central bank holds rate at 16 percent", (
        "The central bank held its key rate at 16 percent on Friday.",
    )),
    ("removed-ru", "ru", "Запись с камер удалена: что известно о деле вокзала", (
        "Запись с камер вокзала удалена, заявил адвокат на заседании в четверг.",
    )),
    ("video-ru", "ru", "Видео: медведь зашёл на заправку под Томском", (
        "Медведь зашёл на заправку под Томском и ушёл, когда ему посигналили. Видео снял водитель грузовика.",
    )),
    ("gallery-ru", "ru", "Фоторепортаж: как город встретил первый снег", (
        "Первый снег лёг в городе ночью и к полудню растаял. Наш фотограф прошёл по набережной в семь утра.",
    )),
    ("list-ru", "ru", "Главные новости недели: мост, хлеб и мамонт", (
        "Мост открыли, хлеб подорожал, а в пещере нашли мамонта: вспоминаем, чем жила область эту неделю.",
        "Во вторник по новому мосту прошли первые машины, хотя сдать его обещали к Новому году.",
        "В четверг учёные показали кости, которые пролежали под землёй тридцать тысяч лет.",
    )),
    ("javascript-en", "en", "Please enable JavaScript: the web that forgot how to be text", (
        "“Please enable JavaScript to run this app” is all that a third of government pages say to a plain browser.",
    )),
    ("javascript-ru", "ru", "Включите JavaScript: слепые читатели остались без новостей", (
        "Половина новостных сайтов не открывается без JavaScript, пожаловалось общество слепых.",
    )),
    ("front-ru", "ru", "Главная страница: чем живут районные газеты", (
        "Главная страница районной газеты до сих пор делается в среду ночью, а читают её в пятницу в автобусе.",
    )),
)  # fmt: skip
DATES = {
    "ru": "22 ноября 2026, 11:40",
    "uk": "22 листопада 2026, 11:40",
    "be": "22 лістапада 2026, 11:40",
    "kk": "22 қараша 2026, 11:40",
    "en": "22 November 2026, 11:40",
}
CAPTCHA_IN_COMMENTS = (
    '<div class="comments"><h3>{comment}</h3><form action="/comment"><textarea name="text"></textarea>'
    '<div class="g-recaptcha" data-sitekey="6Lc"></div><input type="submit"></form></div>'
)
LOGIN_POPUP = (
    '<div class="modal" id="login"><form action="/login"><h2>{log_in}</h2><input name="login">'
    '<input type="password" name="password"><button>{log_in}</button></form></div>'
)
CONSENT_POPUP = (
    '<div id="CybotCookiebotDialog" role="dialog"><h2>{cookies}</h2><p>{cookies} {cookies}</p>'
    "<button>{accept}</button></div>"
)
SMART_CAPTCHA = '<div id="captcha-container" class="smart-captcha" data-sitekey="ysc1_x"></div>'
EXTRAS = (
    "",
    CAPTCHA_IN_COMMENTS,
    LOGIN_POPUP,
    CONSENT_POPUP,
    SMART_CAPTCHA,
    CAPTCHA_IN_COMMENTS + LOGIN_POPUP,
)


def lookalikes() -> Iterator[Labelled]:
    """Return articles that must be extracted, whatever they are about and whatever is around them."""
    for place, (name, lang, headline, texts) in enumerate(ABOUT):
        build, extra = BUILDS[place % 4], EXTRAS[place % 6].format(**_words(lang))
        yield _article(name, lang, headline, texts, build, extra, place)
    # The shortest of them again in every page design, without metadata and with every kind of boilerplate.
    short = [one for one in ABOUT if len(one[3]) == 1]
    around = cycle(EXTRAS)
    for place, (name, lang, headline, texts) in enumerate(short):
        extra = next(around).format(**_words(lang))
        yield _article(f"{name}-bare", lang, headline, texts, BUILDS[(place + 2) % 4], extra, None)


def _words(lang: str) -> dict[str, str]:
    tongue = TONGUES[lang]
    return {
        "comment": tongue.comment,
        "log_in": tongue.log_in,
        "cookies": tongue.cookies,
        "accept": tongue.accept,
    }


def _article(
    name: str, lang: str, headline: str, texts: tuple[str, ...], build: str, extra: str, place: int | None
) -> Labelled:
    url = f"https://news.example/2026/11/22/{name}.html"
    head = ""
    if place is not None and place % 3 == 0:
        head = (
            '<meta property="og:type" content="article">'
            f'<meta property="og:title" content="{escape(headline)}">'
            f'<link rel="canonical" href="{url}">'
        )
    elif place is not None and place % 3 == 1:
        head = (
            '<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",'
            '"datePublished":"2026-11-22T11:40:00+03:00"}</script>'
        )
    main = (
        f'<h1>{headline}</h1><div class="date">{DATES[lang]}</div><div class="text">{paragraphs(texts)}</div>'
    )
    title = f"{headline} — {TONGUES[lang].site}"
    return Labelled(
        name, None, url, page(lang, title, main, head=head, build=build, extra=extra), says=texts[0][:60]
    )
