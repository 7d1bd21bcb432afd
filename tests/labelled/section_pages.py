"""Section pages with much text of their own, as large sites set them: topics, hubs, companies, people, stories, days."""

# ruff: noqa: E501  (the pages are set as they were sent)
from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.labelled.hubs import EXCERPTS, TEXT, headline, repeated
from tests.labelled.site import TONGUES, Labelled

_TEXTS = {
    "ru": EXCERPTS,
    "uk": (
        "Міст відкрили на місяць раніше строку: першими ним проїхали вантажівки з піском, які будівельники вишикували ще звечора, щоб перевірити опори.",
        "Пекарні пояснюють зростання цін дорожчим борошном і світлом, а чиновники обіцяють перевірити кожну третю крамницю до кінця місяця.",
        "Підрядник зірвав два строки поспіль, і тепер ремонт набережної завершать аж наступного літа, визнав голова обласної ради на зустрічі з мешканцями.",
        "Вогонь спалахнув на веранді, коли господарі вже спали. Сусіди викликали рятувальників, і ті вивели крізь вікно двох дітей та їхню бабусю.",
        "Переможний гол забив захисник, який повернувся до складу після травми: шайбу він кинув від синьої лінії за вісім секунд до сирени.",
        "Листи лежали в скрині на горищі, доки хату не купив шкільний учитель. Він упізнав почерк, який бачив у краєзнавчому альманасі.",
        "Холодний фронт прийде з півночі в ніч на суботу. Дороги почнуть посипати заздалегідь, водіїв просять змінити шини до п’ятниці.",
    ),
    "en": (
        "The bridge opened a month early, and the first to cross it were lorries full of sand that the builders had lined up overnight to test the piers.",
        "Bakers blame dearer flour and power for the second rise this autumn, while officials promise to inspect every third shop before the month is out.",
        "The contractor missed two deadlines in a row, and the works on the embankment will not end before next summer, the governor told residents.",
        "The fire began on a porch when the family was asleep. Neighbours called for help, and two children and their grandmother were led out by a window.",
        "The winning goal came from a defender who was back from an injury: he shot from the blue line eight seconds before the final whistle.",
        "The letters lay in a chest in the attic until a teacher bought the house. He knew the hand, which he had seen in an almanac of local history.",
        "A cold front arrives from the north on Friday night. Roads will be gritted early, and drivers are asked to change their tyres in time.",
    ),
}
# What a page says about its own subject, at length.
_ABOUT = {
    "ru": (
        "Волга — крупнейшая река Европы и одна из крупнейших рек на Земле. Длина реки составляет 3530 километров, площадь водосборного бассейна — 1,36 млн квадратных километров, на берегах стоят четыре города-миллионера.",
        "На реке построены восемь гидроэлектростанций, которые вместе дают стране около пяти процентов электроэнергии. Судоходство открывается в апреле и закрывается в ноябре, самые оживлённые пристани — в Нижнем Новгороде, Казани и Самаре.",
        "В этом разделе собраны все материалы редакции о реке: новости, репортажи, карты и фотографии.",
    ),
    "uk": (
        "Дніпро — найбільша річка України та третя за площею басейну в Європі. Довжина річки становить 2201 кілометр, у межах країни — 981 кілометр, на берегах стоять п’ять обласних центрів.",
        "На річці збудовано каскад гідроелектростанцій, які разом дають країні близько шести відсотків електроенергії. Судноплавство відкривається навесні й закривається пізно восени.",
        "У цьому розділі зібрано всі матеріали редакції про річку: новини, репортажі, мапи та світлини.",
    ),
    "en": (
        "The Severn is the longest river in Great Britain. It rises in the Cambrian Mountains, at an altitude of 610 metres, and runs for 354 kilometres through three English counties before it meets the sea.",
        "Its tidal range is among the highest in the world, and a bore runs up the estuary on about sixty days a year, which draws surfers and holds up shipping. Four bridges and a railway tunnel cross the lower river.",
        "All our reporting on the river is collected here: news, features, maps and photographs.",
    ),
}
_NAME = {"ru": "Волга", "uk": "Дніпро", "en": "River Severn"}
_SITE = {"ru": "Волжские новости", "uk": "Вісник Дніпра", "en": "The Severn Herald"}
_MORE = {"ru": "Читать далее", "uk": "Читати далі", "en": "Read more"}
_DAY = {"ru": "ноября", "uk": "листопада", "en": "November"}
_PERSON = {"ru": "Вера Лапина", "uk": "Олена Гайова", "en": "Vera Mayhew"}
_BIO = {
    "ru": "Обозреватель отдела общества, пишет о судах и школах с 2014 года. Родилась в Саратове, окончила журфак, работала в областной газете и на радио. Лауреат премии за репортаж о закрытых сельских школах, ведёт курс расследований в университете.",
    "uk": "Оглядачка відділу суспільства, пише про суди та школи з 2014 року. Народилася в Каневі, закінчила факультет журналістики, працювала в обласній газеті та на радіо. Лауреатка премії за репортаж про закриті сільські школи, веде курс розслідувань в університеті.",
    "en": "Vera Mayhew writes about courts and schools and has been with the paper since 2014. Born in Ludlow, she read history at Leeds, and worked for a county weekly and on local radio. She won an award for her series on closed village schools, and teaches investigative reporting.",
}


def section_pages() -> Iterator[Labelled]:
    """Return all section pages in three languages."""
    for language in _TEXTS:
        for name, kind, path, title, head, main in _Pages(language).all():
            site = _SITE[language]
            menu = " ".join(
                f'<a href="/s{n}/">{label}</a>' for n, label in enumerate(TONGUES[language].sections)
            )
            html = f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body><header><a href="/">{site}</a><nav>{menu}</nav></header>{main}<footer>© 2012–2026 «{site}»</footer></body></html>'
            yield Labelled(f"section page: {name}, {language}", kind, f"https://news.example{path}", html)
    for name, path, main, card in _articles():
        html = f"<!DOCTYPE html><title>{headline(4)}</title><main><h1>{headline(4)}</h1>{main}</main>{repeated(card, 8)}"
        yield Labelled(f"undated article: {name}", None, f"https://news.example{path}", html, TEXT[0][:30])


def _articles() -> Iterator[tuple[str, str, str, Callable[[int], str]]]:
    """Yield articles that resemble these pages: name, address, text and a card of another article."""
    text = "".join(f"<p>{line}</p>" for line in TEXT)

    def card(number: int) -> str:
        return f'<div><a href="/news/2026/11/{10 + number}/{4777 + number}/">{headline(number + 5)}</a></div>'

    yield "number", "/society/4713.html", text, card
    yield "long slug", "/society/zhiteli-prosyat-klyuch-ot-bashni/", text, card
    yield "date before the text", "/bashnya/", f"<div>17 апреля 2026, 11:02</div>{text}", card
    yield "date after the text", "/bashnya/", f"{text}<p>17 апреля 2026</p>", card
    yield "long text", "/special/bashnya/", text * 6, card
    yield "slug of an author", "/authors/lapina/klyuch-4411", text, card
    yield (
        "folder of the others",
        "/news/bashnya",
        text,
        lambda n: f'<div><a href="/news/{4777 + n}">{headline(n)}</a></div>',
    )
    yield "folder of a day", "/2026/11/22/bashnya.html", text, card


class _Pages:
    """The pages in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.name, self.site, self.more = _NAME[language], _SITE[language], _MORE[language]
        self.day, self.person, self.bio = _DAY[language], _PERSON[language], _BIO[language]
        self.about = "".join(f"<p>{line}</p>" for line in _ABOUT[language])
        self.short = _ABOUT[language][0]

    def headline(self, number: int) -> str:
        """Return the headline of another page."""
        headlines = TONGUES[self.language].headlines
        return headlines[number % len(headlines)]

    def text(self, number: int) -> str:
        """Return the summary of another page."""
        return _TEXTS[self.language][number % len(_TEXTS[self.language])]

    def cards(self, card: Callable[[int], str], count: int = 12) -> str:
        """Return as many cards."""
        return repeated(card, count)

    def all(self) -> Iterator[tuple[str, str, str, str, str, str]]:
        """Return every page: name, kind, path, title, head and main part."""
        yield from self._topics()
        yield from self._communities()
        yield from self._people()
        yield from self._days()
        yield from self._media()
        yield from self._fronts()

    def _topics(self) -> Iterator[tuple[str, str, str, str, str, str]]:
        kind, tongue = "section page", self
        listed = self.cards(
            lambda n: (
                f'<div class="list-item"><div class="list-item__content"><a class="list-item__image" href="/20261121/story-{1900 + n}.html"><img src="/i/{n}.jpg" alt=""></a><a class="list-item__title color-font-hover-only" href="/20261121/story-{1900 + n}.html">{tongue.headline(n)}</a></div><div class="list-item__info"><div class="list-item__date">{20 - n} {tongue.day}, 1{n % 10}:17</div></div><div class="list-item__tags"><a href="/volga/">{tongue.name}</a></div></div>'
            )
        )
        yield (
            "tag with an encyclopedic definition",
            kind,
            "/tag_Volga/",
            f"{self.name} - {self.site}",
            f'<meta property="og:type" content="article"><meta property="og:title" content="{self.name} - {self.site}"><meta name="description" content="{self.short}">',
            f'<div class="tag-input"><h1 class="tag-input__tag-title">{self.name}</h1></div><div class="tag-description">{self.about}</div><div class="rubric-list"><div class="list list-tags">{listed}</div></div>',
        )
        yield (
            "tag with a definition and one headline",
            kind,
            "/product_volga-reka/",
            f"{self.name} - {self.site}",
            "",
            f'<h1>{self.name}</h1><div class="lead"><p>{self.short}</p></div><div class="list"><div class="list-item"><a class="list-item__title" href="/20261121/story-1900.html">{self.headline(0)}</a><div class="list-item__date">20 {self.day}, 11:17</div></div></div>',
        )
        project = self.cards(
            lambda n: (
                f'<div class="cell"><a class="cell-link" href="/20261121/river-{1700 + n}.html"><span class="cell__title">{tongue.headline(n)}</span></a></div>'
            ),
            9,
        )
        yield (
            "special project with a long lead",
            kind,
            "/spec_river2026/",
            f"{self.headline(2)}",
            f'<meta property="og:type" content="website"><meta property="og:title" content="{self.headline(2)}">',
            f'<div class="spec"><h1 class="spec__title">{self.headline(2)}</h1><div class="spec__text">{self.about}</div><div class="spec__grid">{project}</div></div>',
        )
        story = self.cards(
            lambda n: (
                f'<li class="story__item"><span class="story__date">{20 - n}.11.2026</span> <a href="/society/2026/11/{20 - n}/{7400 + n}/">{tongue.headline(n)}</a><div class="story__anons">{tongue.text(n)}</div></li>'
            ),
            9,
        )
        yield (
            "running story with an explanation",
            kind,
            "/story/most-cherez-reku/",
            f"{self.headline(0)}: {self.site}",
            f'<meta property="og:title" content="{self.headline(0)}">',
            f'<main><div class="story__head"><h1>{self.headline(0)}</h1><div class="story__text">{self.about}</div></div><ul class="story__list">{story}</ul></main>',
        )
        theme = self.cards(
            lambda n: (
                f'<article class="teaser"><h3><a href="/news/{5100 + n}-{n}.html">{tongue.headline(n)}</a></h3><p>{tongue.text(n)}</p></article>'
            ),
            8,
        )
        yield (
            "theme with text above undated cards",
            kind,
            "/themes/volga",
            f"{self.name} | {self.site}",
            '<meta property="og:type" content="website">',
            f'<main><h1>{self.name}</h1><div class="intro">{self.about}</div><div class="teasers">{theme}</div></main>',
        )
        below = self.cards(
            lambda n: (
                f'<div class="row"><span class="time">1{n % 10}:0{n % 10}</span><a href="/{n}/novost-{n}">{tongue.headline(n)}</a></div>'
            ),
            15,
        )
        yield (
            "section with a text for search engines below",
            kind,
            "/economics/",
            f"{TONGUES[self.language].sections[1]} — {self.site}",
            "",
            f'<main><h1>{TONGUES[self.language].sections[1]}</h1><div class="rows">{below}</div><div class="seo-text">{self.about}{self.about}</div></main>',
        )
        results = self.cards(
            lambda n: (
                f'<div class="search-result"><h3><a href="/2026/11/{n + 1}/n{n}.html">{tongue.headline(n)}</a></h3><div class="snippet">… {tongue.text(n)} {tongue.text(n + 1)} …</div><small>{n + 1}.11.2026 12:0{n % 10}</small></div>'
            ),
            10,
        )
        yield (
            "search results with long snippets",
            kind,
            "/search?text=%D0%BC%D0%BE%D1%81%D1%82",
            f"{self.name} — {self.site}",
            "",
            f'<div class="search"><h1>«{self.name}»</h1><div class="found">214</div>{results}</div>',
        )

    def _communities(self) -> Iterator[tuple[str, str, str, str, str, str]]:
        kind, tongue = "section page", self

        def snippet(n: int) -> str:
            return f'<article class="tm-articles-list__item" id="{86000 + n}"><div class="tm-article-snippet"><div class="tm-article-snippet__meta"><a class="tm-user-info__username" href="/ru/users/user{n}/">user{n}</a> <a href="/ru/articles/{86000 + n}/" class="tm-article-datetime-published"><time datetime="2026-11-21T1{n % 10}:00:17.000Z" title="2026-11-21, 1{n % 10}:00">{n + 1} {tongue.day}</time></a></div><h2 class="tm-title"><a href="/ru/articles/{86000 + n}/" class="tm-title__link"><span>{tongue.headline(n)}</span></a></h2><div class="tm-article-snippet__stats"><span>7 min</span> <span>2.1K</span></div><div class="tm-article-body tm-article-snippet__lead"><div class="article-formatted-body"><p>{tongue.text(n)} {tongue.text(n + 1)}</p><p>{tongue.text(n + 2)}</p><p>{tongue.text(n + 4)} {tongue.text(n + 5)}</p></div><a href="/ru/articles/{86000 + n}/" class="tm-article-snippet__readmore"><span>{tongue.more}</span></a></div></div><div class="tm-data-icons"><span>+{n}</span> <a href="/ru/articles/{86000 + n}/comments/">{n + 3}</a></div></article>'

        yield (
            "hub with full first paragraphs",
            kind,
            "/ru/hubs/hi/",
            f"{self.name} / {self.site}",
            '<meta property="og:type" content="website">',
            f'<main><div class="tm-hub-card"><h1>{self.name}</h1><p>{self.short}</p><dl><dt>Rating</dt><dd>118.2</dd></dl></div>{self.cards(snippet, 20)}</main>',
        )
        yield (
            "hub with three posts",
            kind,
            "/ru/hubs/hi/page17/",
            f"{self.name} / {self.site}",
            "",
            f'<main><div class="tm-hub-card"><h1>{self.name}</h1></div>{self.cards(snippet, 3)}</main>',
        )
        yield (
            "blog of a company",
            kind,
            "/ru/companies/rechflot/articles/",
            f"{self.site}: {self.name} / Blog",
            '<meta property="og:type" content="website">',
            f'<main><div class="tm-company-card"><a href="/ru/companies/rechflot/profile/">{self.name}</a><span>96.4</span><div class="tm-company-card__description">{self.short}</div></div><div class="tabs"><a href="/ru/companies/rechflot/articles/">Blog</a> <a href="/ru/companies/rechflot/news/">News</a></div>{self.cards(snippet, 12)}<section class="tm-company-profile"><h2>Info</h2>{self.about}<dl><dt>Site</dt><dd><a href="https://rechflot.example">rechflot.example</a></dd></dl></section></main>',
        )
        yield (
            "feed without a headline",
            "front page",
            "/ru/feed/",
            f"{self.site}",
            "",
            f'<main><div class="tabs"><a href="/ru/feed/">All</a> <a href="/ru/top/">Top</a></div>{self.cards(snippet, 9)}</main>',
        )
        posts = self.cards(
            lambda n: (
                f'<article class="tm-post-snippet"><div><a href="/ru/users/user{n}/">user{n}</a> <time datetime="2026-11-2{n % 2}T11:00:00Z">11:0{n % 10}</time></div><div class="tm-post__content"><p>{tongue.text(n)}</p><p>{tongue.text(n + 1)}</p><p>{tongue.text(n + 3)}</p></div><a href="/ru/posts/{97000 + n}/">{tongue.more}</a> <a href="/ru/posts/{97000 + n}/comments/">{n}</a></article>'
            ),
            9,
        )
        yield (
            "feed of posts without headlines",
            kind,
            "/ru/posts/",
            f"Posts / {self.site}",
            "",
            f"<main><h1>Posts</h1>{posts}</main>",
        )
        yield (
            "profile of a user with posts",
            kind,
            "/ru/users/vlapina/publications/articles/",
            f"{self.person} aka vlapina / {self.site}",
            '<meta property="og:type" content="profile">',
            f'<main><div class="tm-user-card"><span>Karma 17</span><h1>{self.person}</h1><p>@vlapina</p><p>{self.bio}</p></div>{self.cards(snippet, 7)}</main>',
        )
        asked = self.cards(
            lambda n: (
                f'<li class="content-list__item"><div class="question"><ul class="tags"><li><a href="/tag/css">css</a></li><li><a href="/tag/js">js</a></li></ul><h2 class="question__title"><a class="question__title-link" href="/q/13{2000 + n}">{tongue.headline(n)}?</a></h2><div class="question__attrs"><time datetime="2026-11-21">{n} h</time> <span>{10 + n * 3}</span></div></div><div class="mini-counter"><a href="/q/13{2000 + n}#answers">{n % 4}</a></div></li>'
            ),
            20,
        )
        yield (
            "list of questions",
            kind,
            "/questions/latest",
            f"Q&A — {self.site}",
            "",
            f'<main><h1>Q&amp;A</h1><p>{self.short}</p><ul class="content-list">{asked}</ul></main>',
        )
        summary = self.cards(
            lambda n: (
                f'<div class="s-post-summary"><div class="stats"><span>{n}</span><span>{n + 1}</span></div><div class="s-post-summary--content"><h3><a href="/questions/{71000 + n}/how-{n}" class="s-link">{tongue.headline(n)}?</a></h3><div class="excerpt">{tongue.text(n)} {tongue.text(n + 1)} {tongue.text(n + 2)}</div><div class="meta"><a href="/users/{n}">user{n}</a> asked {n + 1} hours ago</div></div></div>'
            ),
            15,
        )
        yield (
            "questions with excerpts",
            kind,
            "/questions/tagged/rivers",
            f"{self.name} — {self.site}",
            "",
            f"<main><h1>{self.name}</h1><p>{self.short}</p>{summary}</main>",
        )

    def _people(self) -> Iterator[tuple[str, str, str, str, str, str]]:
        kind, tongue = "section page", self
        columns = self.cards(
            lambda n: (
                f'<div class="card"><a href="/opinion/2026/11/{n + 1}/kolonka-{n}"><h3>{tongue.headline(n)}</h3></a><p>{tongue.text(n)}</p><time>{n + 1}.11.2026</time></div>'
            ),
            9,
        )
        yield (
            "author with a biography",
            kind,
            "/authors/vera-lapina",
            f"{self.person} — {self.site}",
            f'<meta property="og:type" content="profile"><meta name="description" content="{self.bio}">',
            f'<main><div class="author"><img src="/a.jpg" alt="{self.person}"><h1>{self.person}</h1><div class="author__bio"><p>{self.bio}</p><p>{self.short}</p></div></div><div class="cards">{columns}</div></main>',
        )
        yield (
            "person of the news",
            kind,
            "/person/lapina-vera-petrovna-1971/",
            f"{self.person}: {self.site}",
            "",
            f'<main><h1>{self.person}</h1><div class="person__text"><p>{self.bio}</p><p>{self.bio}</p><p>{self.short}</p></div><h2>News</h2>{columns}</main>',
        )
        sayings = self.cards(
            lambda n: (
                f'<div class="opinion"><div class="who"><a href="/experts/{n}">{tongue.person}</a></div><blockquote><a href="/opinion/{n}.html">{tongue.headline(n)}</a></blockquote><p>{tongue.text(n)} {tongue.text(n + 3)}</p></div>'
            ),
            8,
        )
        yield (
            "opinions",
            kind,
            "/opinions",
            f"Opinions — {self.site}",
            "",
            f"<h1>Opinions</h1>{sayings}",
        )

    def _days(self) -> Iterator[tuple[str, str, str, str, str, str]]:
        kind, tongue = "section page", self
        day = self.cards(
            lambda n: (
                f'<div class="archive-item"><span>{9 + n}:15</span> <a href="/2026/11/21/{7000 + n}.html">{tongue.headline(n)}</a><p>{tongue.text(n)}</p></div>'
            )
        )
        yield (
            "day of an archive",
            kind,
            "/archive/2026-11-21",
            f"21 {self.day} 2026 — {self.site}",
            "",
            f"<main><h1>21 {self.day} 2026</h1><div>{day}</div></main>",
        )
        ticker = self.cards(
            lambda n: (
                f'<div class="ticker-item"><div class="ticker-item__time">{23 - n}:4{n % 10}</div><div class="ticker-item__text"><a href="/flash/{31000 + n}">{tongue.headline(n)}</a><p>{tongue.text(n)}</p></div></div>'
            ),
            16,
        )
        yield (
            "ticker that refreshes itself",
            kind,
            "/live/",
            f"Live — {self.site}",
            '<meta http-equiv="refresh" content="60"><meta property="og:type" content="website">',
            f'<main><h1>Live</h1><div class="ticker">{ticker}</div></main>',
        )
        whole = self.cards(
            lambda n: (
                f'<div class="feed-item"><time datetime="2026-11-21T{23 - n}:40">{23 - n}:40</time><h3><a href="/lenta/2026/11/21/n{n}/">{tongue.headline(n)}</a></h3><p>{tongue.text(n)}</p><p>{tongue.text(n + 1)}</p><p>{tongue.text(n + 2)}</p></div>'
            ),
            10,
        )
        yield (
            "feed of whole news",
            kind,
            "/lenta",
            f"{TONGUES[self.language].sections[2]} — {self.site}",
            "",
            f"<main><h1>{TONGUES[self.language].sections[2]}</h1>{whole}</main>",
        )
        events = self.cards(
            lambda n: (
                f'<div class="event"><div class="event__when">{n + 3} {tongue.day}, 19:00</div><a class="event__name" href="/events/{800 + n}/">{tongue.headline(n)}</a><div class="event__where">Hall {n}</div><div class="event__text">{tongue.text(n)}</div><span class="price">{n + 3}00</span></div>'
            ),
            9,
        )
        yield (
            "events",
            kind,
            "/events/",
            f"Events — {self.site}",
            "",
            f"<main><h1>Events</h1><p>{self.short}</p>{events}</main>",
        )

    def _media(self) -> Iterator[tuple[str, str, str, str, str, str]]:
        kind, tongue = "section page", self
        videos = self.cards(
            lambda n: (
                f'<div class="video-card"><a href="/video/{500 + n}"><img src="/v/{n}.jpg"><span>02:1{n % 10}</span></a><h3><a href="/video/{500 + n}">{tongue.headline(n)}</a></h3><p>{tongue.text(n)}</p></div>'
            ),
            12,
        )
        yield (
            "videos with a player on top",
            kind,
            "/video/",
            f"Video — {self.site}",
            "",
            f'<main><h1>Video</h1><iframe src="https://www.youtube.com/embed/x"></iframe><p>{self.text(5)}</p>{videos}</main>',
        )
        galleries = self.cards(
            lambda n: (
                f'<figure class="gallery-card"><a href="/photo/2026/{600 + n}"><img src="/g/{n}.jpg"></a><figcaption><a href="/photo/2026/{600 + n}">{tongue.headline(n)}</a> <span>{n + 7} {tongue.day}</span><p>{tongue.text(n)}</p></figcaption></figure>'
            ),
            12,
        )
        yield (
            "photo galleries",
            kind,
            "/photo/",
            f"Photo — {self.site}",
            "",
            f"<main><h1>Photo</h1>{galleries}</main>",
        )

    def _fronts(self) -> Iterator[tuple[str, str, str, str, str, str]]:
        kind, tongue = "front page", self
        grid = self.cards(
            lambda n: f'<div class="tile"><a href="/n/{300 + n}.html">{tongue.headline(n)}</a></div>', 14
        )
        big = f'<div class="top-story"><h1><a href="/n/299.html">{self.headline(1)}</a></h1><p>{self.text(1)}</p><p>{self.text(2)}</p><p>{self.text(3)}</p><p>{self.text(4)}</p></div>'
        yield (
            "one big story with its text",
            kind,
            "/",
            f"{self.site}",
            f'<meta property="og:site_name" content="{self.site}">',
            f"<main>{big}<div>{grid}</div></main>",
        )
        rows = self.cards(
            lambda n: (
                f'<tr><td><b><a href="/?id={300 + n}">{tongue.headline(n)}</a></b><br><small>{n + 1}.11.2026</small><br>{tongue.text(n)} {tongue.text(n + 1)} <a href="/?id={300 + n}">{tongue.more}...</a></td></tr>'
            ),
            8,
        )
        yield (
            "table of news",
            kind,
            "/index.php",
            f"{self.site}",
            "",
            f"<table><tr><td width=150>{self.name}</td><td><table>{rows}</table></td></tr></table>",
        )
