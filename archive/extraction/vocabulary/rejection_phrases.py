"""Phrases of pages shown in place of an article: data, in Russian, Ukrainian, Belarusian, Kazakh and English.

Patterns are matched in lower case against headings (by the share of one that they cover) and against the beginnings
of sentences; news about captchas or paywalls has these words in other places. A line that starts with spaces
continues the one above.
"""

from __future__ import annotations

import re
from functools import cached_property

from archive.extraction.vocabulary import parked_phrases

CAPTCHA = r"""
sorry, you have been blocked|why have i been blocked\??|you are unable to access .{1,40}
what can i do to resolve this\??|(?:пожалуйста, )?подтвердите,? что вы человек.{0,20}
(?:вы|ви) не робот|я не робот|ты не робот|сіз робот емес\w*(?: бе)?|мен робот емеспін
(?:подтвердите|докажите|убедимся)[, ]+(?:пожалуйста, )?что вы (?:не робот|человек|не бот)
(?:подтвердите|убедимся|проверьте),? что (?:запросы )?(?:отправляли|отправили|отправляете) (?:их
   |запросы )?вы, а не робот
(?:підтвердіть|підтвердьте|доведіть)[, ]+що ви (?:не робот|людина|не бот)
(?:пацвердзіце|дакажыце)[, ]+што вы (?:не робат|чалавек)
(?:сұрауларды|сіздің) .{0,20}робот емес.{0,40}(?:растаңыз|дәлелдеңіз)|.{0,20}робот еместігіңізді растаңыз
(?:нам очень жаль, но )?запросы с вашего устройства похожи на автоматические
құрылғыңыздан келген сұраулар автоматты|.{0,20}сұраулар автоматты сұрауларға ұқсайды
(?:please )?(?:verify|confirm|prove)(?: that)? you are (?:a )?(?:human|not a robot)|are you (?:a )?(?:human
  |robot)
(?:our systems have detected )?unusual traffic(?: from your (?:computer )?network)?
i['’]?m not a robot|making sure you['’]?re not a bot!?|press (?:&|and) hold to confirm
(?:checking|verifying)(?: if)? (?:your browser|the site connection
  |you are human)(?: before accessing .{1,60})?
just a moment|один момент|зачекайте|хвилинку|адзін момант|please wait while we verify
проверка (?:вашего )?браузера(?: перед .{1,60})?|проверяем ваш браузер|перевіряємо ваш браузер
перевірка (?:вашого )?(?:браузера|безпеки вашого підключення)|праверка браўзера|проверка безопасности
.{1,60} должен проверить безопасность вашего подключения.{0,30}
enable javascript and cookies to continue|please enable js and disable any ad ?blocker
(?:one more step|attention required!?)|please complete the security check.{0,80}
why do i have to complete a captcha|completing the captcha|(?:ddos-guard|ddos protection by .{1,30})
access to this page has been denied.{0,40}|request unsuccessful|incapsula incident id
in order to continue, we need to verify that you['’]?re not a robot
введите (?:код|символы|текст|цифры)(?: с | на |, из)[ ,]?(?:картинк|изображ)\w*|введіть (?:код
  |символи) з (?:картинки|зображення)
увядзіце (?:код|сімвалы) з малюнка|enter the (?:code|characters)(?: you see| shown)?.{0,30}
(?:мы (?:зафиксировали|обнаружили|заметили) )?подозрительн(?:ый|ая|ую) (?:трафик|активност[ьи])
(?:ми (?:помітили|виявили) )?підозріл(?:ий|у|а) (?:трафік|активність)
(?:с вашего адреса|з вашої адреси|з вашага адраса) .{0,30}(?:много|багато|запыт|запрос)\w*.{0,30}
(?:слишком|надто|занадта|забагато) (?:много|багато|шмат) (?:запросов|запитів|запытаў).{0,30}
  |too many requests
you are seeing this because the administrator .{0,80}|anubis (?:is a|uses a) .{0,80}
  |checking your connection
(?:проверяем|убедимся|проверка),? что вы (?:не бот|не робот|человек|реальный).{0,20}|проверка (?:посещения
  |на робота|пользователя)
(?:human|bot|robot) (?:verification|check|or human).{0,10}|robot or human\??
  |activate and hold the button.{0,60}|pardon our interruption
as you were browsing.{0,30}something about your browser.{0,60}|.{0,60}made us think (?:that )?you (?:are
  |were) a bot.{0,20}
(?:вероятно, |похоже, )?вы — ?(?:бот|робот)|вы бот\??|(?:ваш браузер|браузер) (?:проверяется|перевіряється
  |правяраецца).{0,60}
(?:с|з) (?:вашего|вашей|вашої|вашага) (?:ip|адрес|сет|мереж|ip-адрес)\w*(?: зафиксирован\w*| зафіксован\w*
  | поступа\w*| надход\w*)?.{0,60}
отметьте (?:галочку|флажок).{0,40}|это займ[её]т (?:всего )?несколько секунд
  |страница откроется автоматически|це займе (?:лише )?кілька секунд
.{0,60}needs to review the security of your connection.{0,40}|performing security verification
  |this website is using a security service.{0,80}
(?:let['’]s )?confirm (?:that )?you are human|let us know you are not a robot
  |sucuri website firewall.{0,30}|(?:anti-?)?bot protection
защита от (?:ботов|роботов|ddos).{0,30}|захист від (?:ботів|роботів|ddos).{0,30}|suspicious (?:activity
  |traffic).{0,40}|automated access.{0,60}
введите капчу|пройдите (?:капчу|проверку)|решите капчу|security (?:check|verification)
"""

CONSENT = r"""
privacy notice|datenschutz|мы и \d+ партн[её]р\w+.{0,100}|please accept or manage .{0,60}
(?:мы|сайт|этот сайт|наш сайт) (?:и наши партн[её]ры )?использу(?:ем|ет) (?:файлы )?(?:cookies?|куки)
(?:ми|сайт|цей сайт) (?:та наші партнери )?використову(?:ємо|є) (?:файли )?(?:cookies?|куки)
(?:мы|сайт|гэты сайт) выкарыстоўва(?:ем|е) (?:файлы )?(?:cookies?|кукі)
(?:біз )?cookie(?:s| файлдарын)? (?:қолданамыз|пайдаланамыз)|біз cookie файлдарын қолданамыз
(?:we|this site|this website|our site)(?: and our (?:\d+ )?(?:partners|vendors))?(?: also)? uses? cookies?
with your (?:agreement|consent), we and our (?:\d+ )?partners.{0,120}|.{0,60}this site uses cookies.{0,60}
we and our (?:\d+ )?(?:partners|vendors)(?: store| process| use| data).{0,120}
before you continue(?: to .{1,40})?|(?:прежде чем|перед тем как) (?:продолжить|перейти
  |вы продолжите)(?: .{1,40})?
перш ніж (?:продовжити|перейти)(?: .{1,40})?|перад тым як (?:працягнуць|перайсці)(?: .{1,40})?
  |жалғастырмас бұрын
we (?:value|respect|care about) your privacy|your privacy(?: choices| matters)?|privacy (?:settings
  |preferences|gate)
(?:мы|ми) (?:ценим|уважаем|цінуємо|поважаємо) ваш[уе]? (?:приватность|конфиденциальность|приватність
  |конфіденційність)
(?:ваше )?согласие(?: на .{1,80})?|(?:ваша )?згода(?: на .{1,80})?
настройки (?:файлов )?cookies?|налаштування (?:файлів )?cookies?|(?:файлы|файли
  |файлдары)? ?cookies?(?: файлдары)?
(?:чтобы|для) .{0,60}(?:согласи(?:ться|тесь)|примите) .{0,60}(?:обработк|cookie|услови).{0,100}
.{0,60}дайце згоду на .{0,60}|.{0,60}өңдеуге келісім беріңіз|continue with advertising(?: or subscribe)?
(?:if you (?:click|choose)|when you (?:click|choose)) .{0,20}(?:accept|agree|reject).{0,140}
(?:если вы нажмёте|если нажать|якщо натиснути) .{0,10}(?:принять|прийняти).{0,140}
your consent to cookies .{0,100}|accept all(?: cookies)?|you can (?:change your choices
  |withdraw your consent).{0,120}
by (?:clicking|continuing|using) .{0,80}cookies?.{0,60}|(?:use|store and/or access) .{0,60}(?:geolocation
  |on a device).{0,80}
we and our partners (?:need|want|ask for) your consent|we (?:need|require|ask for) your consent.{0,60}
  |(?:manage|cookie) consent|consent (?:required|needed)
.{0,40}(?:вы )?(?:даёте|даете|выражаете) (?:сво[её] )?согласие на .{0,120}|продолжая (?:работу|использовать
  |пользоваться).{0,60}(?:согла|cookie).{0,80}
(?:управління|управление|керування) (?:згодою|согласием)(?: .{1,30})?|ваша згода на .{1,60}
  |ми та наші (?:\d+ )?партнер\w+.{0,100}|мы и наши (?:\d+ )?партн[её]р\w+.{0,100}
we use cookies.{0,100}|accept (?:them|cookies|and continue).{0,60}|(?:использование|використання
  |выкарыстанне) (?:файлов |файлів |файлаў )?(?:cookies?|куки)
when you use our sites and apps, we use cookies.{0,160}|read with advertising
  |you may accept or manage your choices.{0,120}
"""

LOGIN = r"""
материал (?:только )?для зарегистрированных.{0,30}|войдите или создайте .{0,60}
авторизаци[яі]|вход|вхід|уваход|кіру|log ?in|sign ?in|login|авторизуйтесь|увайдзіце|войдите|увійдіть
вход (?:в|на|через) (?:личный кабинет|сайт|соцсети|систему|аккаунт|профиль)|уваход на сайт|вхід (?:до|на
  |в) .{1,20}
.{0,20}жеке кабинетке кіру|войдите (?:на сайт|в аккаунт|с .{1,20}|или зарегистрируйтесь).{0,60}
войдите,? чтобы .{1,60}|увійдіть,? щоб .{1,60}|увайдзіце,? каб .{1,60}|.{0,40}сайтқа кіріңіз
(?:sign|log) ?in (?:to (?:your|continue|read|see|view|access|the)|with (?:your|google|facebook|apple
  |e-?mail)|or (?:register|sign up|create)).{0,40}|you (?:need|must have) an account.{0,60}|members only
  |please (?:log|sign) ?in.{0,60}
(?:пожалуйста, )?(?:авторизуйтесь|войдите|зарегистрируйтесь).{0,80}
для просмотра .{1,60}(?:нужно|необходимо) (?:войти|авторизоваться|зарегистрироваться).{0,60}
чтобы (?:просматривать|прочитать|читать|увидеть) .{1,40},? (?:вы должны быть|войдите|нужно войти).{0,80}
щоб (?:переглянути|прочитати|читати) .{1,40},? (?:увійдіть|авторизуйтесь).{0,60}
  |каб чытаць .{1,40}увайдзіце.{0,40}
(?:этот |эта |данный )?(?:раздел|материал|страница|перегляд матеріалу|перегляд)(?: матеріалу)? доступ(?:ен
  |на|ний) (?:только |лише )?зарегистрированным.{0,60}
.{0,40}доступний лише зареєстрованим.{0,60}|this page is for registered.{0,60}|powered by wordpress|форум
(?:зарегистрируйтесь|зареєструйтеся|зарэгіструйцеся|войдите или зарегистрируйтесь),? (?:чтобы|щоб
  |каб) .{1,60}|welcome back|особистий кабінет|личный кабинет
(?:введите|введіть|увядзіце) (?:логин|логін|лагін|имя пользователя|свой e-?mail).{0,60}|(?:sign up|register
  |create an account) (?:to|and) (?:continue|read|keep).{0,40}
log in to (?:your account|continue|read).{0,40}|нужна регистрация|потрібна реєстрація
  |требуется (?:авторизация|регистрация|вход)|только для зарегистрированных.{0,30}
(?:username|e-?mail)(?: or email address)?|имя пользователя:?.{0,40}|забыли пароль|забули пароль
  |lost your password.{0,10}
"""

PAYWALL = r"""
this is a premium (?:article|story)|sign up for a plan.{0,40}|[$£€]\d+ (?:a|per) month|вступить в клуб.{0,40}
этот текст открыт только для подписчиков.{0,40}
.{0,60}(?:материал|стать[яю]|текст|публикаци[яю]|продолжение|контент)[^.!?]{0,40}(?:доступ(?:ен|на|но)
  |открыт[ао]?|для)[^.!?]{0,12} (?:только |лишь |исключительно )?(?:для |по |за )?(?:подписчик|подписке
  |плат)\w*.{0,40}
(?:этот |данный )?материал —? ?(?:только )?(?:для|доступен) (?:наших )?подписчик\w+.{0,40}
  |доступ только для подписчиков
доступ к (?:этой |этому |полной |полному )?(?:статье|материалу|тексту|версии)[^.!?]{0,30}(?:по подписке
  |подписчик|платн)\w*.{0,40}
.{0,40}(?:чтобы|для того чтобы) (?:прочитать|дочитать|читать|продолжить чтение
  |получить доступ)[^.!?]{0,60}(?:подпис|оплат|купите)\w*.{0,60}
(?:оформите|купите|приобретите|оплатите) (?:платную )?(?:подписку|доступ|статью)(?:[^.!?]{0,30}(?:чтобы
  |и (?:читайте|получите|прочитайте)|на |за |от )| *$).{0,120}
(?:оформить|купить) (?:подписку|статью|доступ|номер)(?: (?:за|от|на) .{1,60})?|читать (?:далее|дальше
  |полностью) (?:по|за|в) (?:подписк|плат)\w*
(?:полный текст|полная версия|текст полностью)[^.!?]{0,60}(?:подпис|плат)\w*.{0,40}
  |подписк[аи] (?:на (?:месяц|год|неделю|3 месяца|6 месяцев))? ?[—–-] .{0,10}\d.{0,30}
(?:уже )?(?:есть подписка|подписаны|подписчик|вы подписчик)\??,?.{0,5}(?:войдите|войти
  |авторизуйтесь)?.{0,10}|\d+ ?(?:₽|руб\w*) (?:в|за) месяц.{0,30}
(?:матеріал|стаття|текст|продовження|доступ)[^.!?]{0,40}(?:доступн\w+|лише|тільки
  |для)[^.!?]{0,12} ?(?:лише |тільки )?(?:для )?(?:передплатник|підписник|передплат)\w*.{0,40}
(?:оформіть|купіть|придбайте) (?:передплату|підписку|доступ)(?:,? щоб .{1,60}| на .{1,30})?
  |.{0,40}щоб (?:дочитати|читати далі|прочитати повністю).{0,60}(?:передплат|підпис)\w*.{0,40}
(?:вже )?(?:передплатили|підписані|маєте передплату)\??.{0,30}|(?:місяць|рік) [—–-] \d.{0,30}
(?:матэрыял|артыкул|доступ)[^.!?]{0,30}(?:даступн\w+|толькі
  |для)[^.!?]{0,12} ?(?:толькі )?(?:для )?падпісчык\w*.{0,40}
(?:аформіце|купіце) (?:падпіску|доступ)(?:,? каб .{1,60})?|(?:ужо )?ёсць падпіска\??.{0,30}|(?:месяц
  |год) [—–-] \d.{0,30}
(?:материал|мақала)[^.!?]{0,30}(?:тек |тек қана )?жазылушылар\w*.{0,30}|толық оқу үшін жазылыңыз.{0,40}
  |жазылғансыз ба\??.{0,20}|(?:айына|жылына) \d.{0,30}
(?:this|the) (?:article|story|content|post|piece) is (?:available )?(?:exclusively |only )?(?:for
  |to) (?:our )?(?:paid |paying )?(?:subscribers|members).{0,30}
.{0,30}(?:for|to) subscribers only|subscriber[- ]only|subscribe (?:now )?(?:to|and) (?:continue|keep|read
  |finish|unlock|get).{0,80}
(?:to )?(?:continue|keep|finish) reading(?:,| this).{0,60}(?:subscri|sign up|log ?in|register)\w*.{0,40}
(?:you have|you['’]?ve) (?:reached|used|read) (?:your|all your|all of your|the) (?:limit|free|monthly|last
  |maximum).{0,60}
.{0,30}(?:закрыт[ао]?|закрито|открыт[ао]?|доступ(?:ен|на|но)?) (?:платной )?(?:подпиской|для неподписчиков
  |за передплатою|по подписке).{0,30}
(?:чтобы|щоб|каб) (?:читать|прочитать|читати|прочитати|чытаць)[^.!?]{0,60},? (?:оформите|купите|войдите
  |подпишитесь|оформіть|передплатіть|аформіце)\w*.{0,60}
полная версия (?:материала|статьи)[^.!?]{0,60}(?:подписчик|печатн)\w*.{0,40}|(?:первый|перший) (?:месяц
  |місяць) [—–-] .{0,20}|купить доступ.{0,40}
(?:ця|дана) (?:стаття|публікація) [—–-] (?:лише )?для передплатників|читайте без (?:обмежень
  |ограничений).{0,30}|передплатити|(?:want to|to) (?:read on|keep reading|read more)\??
subscribe (?:today|now)? ?(?:for|to get) (?:full|unlimited|complete) access.{0,60}|from [$£€]\d.{0,30}
  |(?:from )?[$£€]\d[\d.,]* (?:a|per) (?:week|month|year).{0,30}
(?:already|are you) a subscriber\??.{0,20}|(?:get )?unlimited (?:digital )?access.{0,80}|(?:monthly|yearly
  |annual) [—–-] .{0,2}\d.{0,20}
(?:чтобы|щоб|каб) (?:до|про)?(?:читать|читати|чытаць)(?: (?:полностью|целиком|дальше|далее|до конца|весь|этот
  |эту|материал|текст|статью|без ограничений|продолжение|повністю|далі|до кінця|матеріал|статтю|цалкам|далей
  |матэрыял))*, (?:станьте|стань|вступите|вступайте|присоединитесь|присоединяйтесь|поддержите|приєднуйтесь
  |приєднайтеся|долучайтеся|підтримайте|станьце|далучайцеся|падтрымайце) .{1,80}
cancel (?:at )?any ?time.{0,20}|отменить можно в любой момент.{0,10}|unlock this (?:article|story).{0,40}
  |subscribe now
"""

REGION = r"""
доступ (?:до|да) (?:цього |гэтага |даного )?(?:сайту|сайта|ресурсу|рэсурсу|вебсайту|інтэрнэт-рэсурсу
  |інтернет-ресурсу)
   (?:заблоковано|заблакаваны|обмежено|абмежаваны|заборонено).{0,240}
доступ (?:к|на) (?:этому |данному |запрашиваемому )?(?:сайту|ресурсу|странице) (?:заблокирован|ограничен
  |запрещ[её]н)
  .{0,240}|причины (?:внесения|блокировки|ограничения).{0,160}|(?:сайт|ресурс|адрес) (?:находится|внес[её]н
  |включ[её]н|добавлен)
   в (?:единый )?(?:реестр|федеральный список).{0,200}|(?:сайт|ресурс) заблокирован по (?:решению
  |требованию).{0,200}
.{0,30}недоступ(?:ен|на|но) на вашей территории.{0,20}|из-за ограничений правообладателя.{0,80}
(?:access|viewing) from your (?:country|region|location) is (?:not allowed|blocked|restricted|prohibited)
your ip address belongs to .{0,60}|відповідно до рішення рнбо.{0,100}|.{0,60}обмежено вашим провайдером
.{0,40}(?:недоступ(?:ен|на|но|ний|на)|ограничен[аоы]?|обмежен[аоий]*|закрыт[ао]?) (?:для |в |на территории
   |у )(?:вашего|вашей|вашій|вашому|твоей) (?:регион|стран|країн|регіон)\w*.{0,60}
(?:доступ к (?:материалу|сайту|странице|ресурсу) )?ограничен для вашего региона
  |.{0,60}посетителям из вашей страны
.{0,30}(?:сайт|материал|страница|сервис) доступ(?:ен|на) только (?:с территории|в|из|на территории
  |с российских).{0,60}
(?:похоже, )?вы используете vpn|если вы используете vpn.{0,40}|отключите vpn.{0,40}|вимкніть vpn.{0,40}
  |turn off your vpn.{0,40}
(?:sorry,? )?(?:this |our |the )?(?:site|content|page|service|video|article|website|story)(?: is
  | are)?(?: currently)? (?:not available|unavailable|cannot (?:currently )?be (?:viewed|shown
  |accessed)) (?:in|from) your (?:country|region|location|area)
.{0,40}(?:cannot|can['’]?t) (?:currently )?be (?:viewed|shown|accessed) (?:in|from) your (?:country|region
  |location).{0,20}
(?:451:? )?unavailable (?:due to|for) legal reasons|.{0,20}country belonging to the european economic area.{
  0,200}
(?:we recognize )?you are attempting to access this website from a country.{0,240}|due to (?:licensing
  |legal|gdpr) restrictions.{0,100}
the owner of this website .{0,80}has banned the (?:country|region|autonomous).{0,100}|error 1009
  |not available(?: in your (?:country|region))?
доступ (?:к|до|да) (?:информационному ресурсу|ресурсу|этому ресурсу|сайту|сайта|цього ресурсу
  |гэтага рэсурсу|інтэрнэт-рэсурсу) (?:ограничен|обмежено|абмежаваны|заблокирован|заблоковано
  |запрещ[её]н).{0,240}
(?:данный |этот |запрашиваемый )?(?:ресурс|сайт|интернет-ресурс) (?:за)?блокирован (?:по решению
  |на основании|по требованию|в соответствии).{0,200}
сайт внес[её]н в (?:единый )?реестр.{0,240}|ресурс заблокирован|доступ абмежаваны(?: па рашэнні.{0,200})?
  |доступ обмежено
(?:цей |даний )?(?:матеріал|сайт|контент|ресурс)(?: є)? недоступн\w+ (?:у|в|для) .{0,30}
  |правовласник обмежив.{0,60}|правообладатель (?:ограничил|запретил).{0,60}
.{0,30}(?:сіздің )?(?:аймағыңызда|еліңізде|елде) қолжетімсіз|қолжетім(?:сіз|ділік .{0,60}шектел(?:ген|ді))
(?:гэты )?(?:матэрыял|сайт|рэсурс) недаступн\w+ (?:у|ў) вашай (?:краіне|рэгіёне)|уважаемый абонент!?
  |шановний абоненте!?
к сожалению, мы не можем показать эту страницу.{0,80}|недоступно у вашій країні|недоступно в вашей стране
просмотр (?:в вашей стране|в вашем регионе) (?:невозможен|запрещ[её]н|ограничен|недоступен)
  |.{0,30}нельзя (?:посмотреть|просмотреть|прочитать|открыть) (?:за пределами|в вашей|вне).{0,30}
our european visitors.{0,60}|.{0,60}(?:currently )?unavailable (?:to visitors |to users
   |to readers )?(?:from|in) (?:the |most )?(?:european|eu\b|eea|your).{0,120}
доступ (?:к|до|да) (?:запрашиваемому|данному|указанному|этому|веб-?)? ?(?:интернет-)?(?:ресурсу|сайту
  |странице) (?:закрыт|ограничен|заблокирован|заблоковано|обмежено|запрещ[её]н)\w*.{0,200}
доступ к (?:ресурсу|сайту) (?:заблокирован|ограничен|закрыт)|сайт заблоковано|заблоковано
  |not available in the (?:eu|european union|eea)
(?:трансляция|видео|контент|материал|эфир) недоступ(?:ен|на|но) (?:в|для) (?:вашем|вашей|вашего) (?:регион
  |стран)\w*.{0,40}|.{0,40}(?:у|в) вашому регіоні.{0,30}
доступ ограничен(?: для вашего региона)?
"""

NOT_FOUND = r"""
this page (?:has gone missing|is missing|is gone)|the link (?:may|might) be broken.{0,60}
кажется,? вы заблудились|такого материала (?:на сайте )?нет|проверьте (?:ссылку|адрес).{0,30}
мұндай бет жоқ|басты бетке оралыңыз
(?:ошибка|помилка|памылка|error|қате)?[ :№]*\b404\b(?: (?:қате|error|ошибка|not found|page not found))?
  |404[ .,:—–-]{1,4}.{0,10}(?:страница|сторінку|page).{0,16}
(?:к сожалению,? |на жаль,? |извините,? |кешіріңіз,? )?(?:запрашиваемая |запрошенная |запрашиваемый |такая
   |такой |данная |эта |искомая |такої |ця |такая )?(?:вами )?(?:страниц[аы]|материал|статья|новость
  |новости|документ|запись|публикация|публікація|стран[іи]цы|сторінк[аиу]|сторінки|матеріал|новину?|стаття
  |запис|старонк[аіу]|страницу|статью|материала|статьи|записи)(?: вами|,? котор(?:ую|ый|ая|ое) (?:вы
  |ви) (?:ищете|запросили|запрашиваете|хотели найти)|,? як[ау] ви шукаєте|,? якую вы шукаеце)?,?(?: была
  | был| было| була| було| на сайте)? (?:не (?:найден|существует|знайден|існує|знойдзен|існуе|сущ|обнаруж)
  |удал[её]н|снят[аы]? с публикации|видален|выдален|больше не (?:доступ|существ)|отсутству|нет\b
  |отсутствует|больше нет)\w*(?: (?:или|або|либо|по решению|на сайте|и).{0,80})?
(?:материал|статья|новость) (?:снят[ао]? с публикации|удал[её]н[ао]?).{0,40}|нет такой (?:страницы|новости
  |статьи)|такой (?:страницы|новости|статьи)(?: у нас)? нет.{0,20}|ничего не найдено
(?:на жаль,? )?такої (?:сторінки|новини|статті) (?:не існує|немає|у нас немає).{0,20}|(?:сторінку|матеріал
  |новину) не знайдено|нічого не знайдено|старонка не знойдзена
.{0,30}(?:бет|парақ|парақша|материал|мақала) (?:табылмады|жоқ|өшірілген)|(?:oops!? )?(?:that |this
   |the )?(?:page|article|story) (?:you (?:are|were) looking for )?(?:can['’]?t|cannot|could not
  |couldn['’]?t) be found
(?:sorry,? )?(?:we )?(?:couldn['’]?t|could not|can['’]?t|cannot) find (?:that|the|this|what) .{0,40}
  |(?:page|article|story|content|file) not found|not found
(?:the )?page (?:you (?:are|were) looking for|you requested|requested) (?:.{0,20})?(?:doesn['’]?t exist
  |does not exist|may have been|has been|no longer|was not found|cannot|might have).{0,60}
(?:it looks like )?nothing was found(?: at this location)?|the requested url .{0,80}was not found.{0,30}
  |this page (?:doesn['’]?t|does not|no longer) exists?.{0,20}
(?:возможно|наверное|вероятно|можливо|магчыма|мүмкін),? (?:она|он|её|его|её|ее|її|його|яна)? ?(?:была |был
   |було |була )?(?:удал|перемещ|перенес|видалил|видален|переех|устарел|выдал)\w*.{0,80}
.{0,20}по данному адресу публикаций на сайте не найдено.{0,120}|(?:упс|ой|oops|whoops)!?|запись не найдена
  |запрошенная статья .{0,80}
.{0,40}іздеген бет.{0,30}
здесь (?:ничего|пока ничего) нет|(?:увы,? )?страница (?:потерялась|пропала|переехала)|(?:её
  |ее) больше нет по этому адресу|вы ошиблись (?:в адресе|адресом).{0,40}
.{0,20}(?:we )?(?:can['’]?t|cannot|couldn['’]?t) find the (?:page|article|story).{0,40}|page (?:unavailable
  |missing)|(?:it|this page) may have (?:expired|moved|been removed).{0,60}
(?:новину|матеріал|статтю|сторінку) видалено|(?:цей |дана )?(?:матеріал|сторінка
  |новина) більше не (?:доступн|існу)\w*.{0,40}|(?:этот )?материал больше не доступен.{0,40}
"""

ERROR = r"""
(?:http server )?test page.{0,60}|this page is used to test the proper operation of .{0,160}
  |if you can read this page.{0,200}|internet information services.{0,20}|iis(?: windows server| ?\d[\d.]*)
  |this is the
   default (?:welcome )?(?:page|web ?site).{0,200}|if you are a normal user of this web ?site.{0,240}
  |you should replace
   this file.{0,160}
web server is (?:down|returning an unknown error).{0,40}|the (?:origin )?web server (?:is not returning|timed out
  |reported).{0,80}|as a result, the web page is not displaying.{0,10}|(?:origin is unreachable
  |ssl handshake failed
  |a timeout occurred|host error|invalid ssl certificate|web server is down).{0,40}|cloudflare ray id.{0,60}
  |error (?:code )?5[23]\d.{0,40}
(?:we['’]ll|we will) be (?:right )?back (?:soon|shortly|online).{0,40}|sorry for (?:the
  |any) inconvenience.{0,80}|we(?:['’]re
  | are) (?:currently |just )?(?:performing|doing|undergoing|down for).{0,20}maintenance.{0,60}|(?:scheduled
  |site|server)
   maintenance.{0,20}|it is possible you have reached this page because.{0,60}|the ip address has changed
  |there has been a server misconfiguration|the site may have moved to a different server.{0,20}
(?:вибачте|перепрошуємо) за (?:тимчасові )?незручності.{0,60}|(?:на|ў) сайце (?:праводзяцца|вядуцца) .{0,40}
  |(?:ведутся|идут|проводятся) (?:технические|профилактические|плановые) работы.{0,40}
  |(?:сайт|портал) (?:закрыт|находится) на (?:обслуживани[еи]|техническ\w+ обслуживани[еи]|профилактик[еуи]).{0,40}
произошла ошибка|при загрузке (?:страницы|сайта) (?:произошла|возникла) ошибка|повторите попытку.{0,20}
application error(?:: a (?:server|client)-side exception.{0,120})?|ми скоро повернемося
(?:сайт )?на (?:технічному обслуговуванні|техническом обслуживании|профилактике)
(?:error |ошибка |помилка |памылка |http )?5\d\d(?: (?:қате|error
  |ошибка))?(?:[ :—–-]{1,3})?(?:internal server error|service (?:temporarily )?unavailable|bad gateway
  |gateway time-?out|backend fetch failed|server error)?
(?:http )?(?:error )?40[0137]?(?: [—–-])?(?: forbidden| bad request| unauthorized)?|internal server error
  |service (?:temporarily )?unavailable|bad gateway|gateway time-?out|forbidden|bad request
error establishing a database connection|database (?:connection )?error
  |server error(?: in .{1,10} application)?|runtime error|ошибка (?:сервера|базы данных|подключения)
  |помилка (?:сервера|бази даних)|памылка сервера|сервер қатесі
(?:произошла |сталася )?внутр(?:енняя|ішня) (?:ошибка|помилка)(?: сервера)?.{0,30}|backend fetch failed
  |guru meditation:?|connection timed out(?: error code \d+)?|error code:? \d+|varnish cache server
(?:сайт|сервис|портал|страница|ресурс|сервіс|сторінка)(?: сайта)? (?:временно |тимчасово |часова
   |уақытша )?(?:недоступ(?:ен|на|ний)|недаступн\w+|не работает|не працює|закрыт|на реконструкции
  |отключ[её]н|вимкнено|приостановлен)
(?:на сайте |на сайті )?(?:ведутся|проводятся|проходят|ведуться|проводяться|вядуцца
  |жүргізілуде) .{0,10}(?:технические|технічні|тэхнічныя|профилактические|плановые|профілактичні) (?:работы
  |роботи).{0,30}
(?:технические|технічні|тэхнічныя|техникалық) (?:работы|роботи|жұмыстар)(?: жүргізілуде)?|under maintenance
  |(?:site is )?(?:down|closed) for maintenance.{0,30}|temporarily (?:unavailable|closed)
доступ (?:запрещ[её]н|закрыт|заборонено|забаронены)|access (?:is )?denied
  |you don['’]?t have permission to access.{0,80}|reference #[\d.a-f]+|тыйым салынған
(?:this )?account (?:has been )?suspended|this account has been suspended
  |работа сайта (?:временно )?приостановлена|сайт отключ[её]н.{0,30}|сайт заблокирован (?:хостинг
  |администратор)\w*|contact your hosting provider.{0,60}|владельцу (?:сайта )?необходимо обратиться.{0,60}
(?:oops!? )?something went wrong|что-то пошло не так|щось пішло не так|нешта пайшло не так
  |we are having trouble.{0,60}|welcome to nginx!?|it works!?
  |if you see this page, the .{1,20} web server.{0,80}|further configuration is required
.{0,20}серверде қате.{0,40}|.{0,20}the initial connection between cloudflare.{0,140}
  |(?:as a result, )?the web page can ?not be displayed|what happened\??|what can i do\??
  |description: an application error occurred.{0,80}|the current custom error settings.{0,200}
(?:мы уже чиним|мы скоро верн[её]мся).{0,80}|спробуйте (?:зайти |пізніше).{0,30}|(?:попробуйте
  |зайдите) (?:ещё раз |еще раз |зайти )?(?:позже|через).{0,30}|(?:please )?try again(?: later| in).{0,40}
  |приносим (?:свои )?извинения.{0,40}
сервер (?:перегружен|временно недоступен|не отвечает|перевантажений)|(?:the )?server (?:didn['’]?t|did not
  |is not) respond\w*.{0,40}|web server['’]?s default page.{0,20}|this page is generated by .{0,60}
(?:слишком|забагато|занадта) много посетителей.{0,30}|(?:попробуйте|спробуйте) (?:обновить|оновити).{0,40}
  |ошибка подключения.{0,40}|default web site page|apache2 .{0,20}default page.{0,20}
(?:php )?(?:warning|notice|deprecated):? .{0,240}(?: in .{1,160} on line \d+.{0,80})?
  |.{0,10}fatal error:? .{0,300}|.{0,10}(?:parse|warning|uncaught) error:? .{0,200}|microsoft ole db.{0,60}
  |.{0,60}sql server does not exist or access denied|traceback \(most recent call last\).{0,40}
  |you have an error in your sql syntax.{0,100}
"""

# A sentence that addresses the visitor, which news rarely does.
ADDRESSES_READER = re.compile(
    r"\b(?:вы|вас|вам|вами|ваш\w{0,3}|ви|вашої|вашій|вашага|сіз\w{0,5}|you|your|yours|please|we|our)\b"
    r"|\b(?:пожалуйста|будь ласка|калі ласка|к сожалению|на жаль|өкінішке қарай|кешіріңіз|sorry)\b"
    r"|\b(?:подтвердите|включите|отключите|обновите|попробуйте|перейдите|нажмите|войдите|введите|оформите"
    r"|проверьте|воспользуйтесь|обратитесь|подождите|вернитесь|зарегистрируйтесь|авторизуйтесь|подпишитесь"
    r"|примите|пройдите|поверніться|спробуйте|перевірте|скористайтеся|зачекайте|увімкніть|оберіть|оформіть"
    r"|натисніть|увайдзіце|праверце|уключыце|пачакайце|аформіце)\b"
    r"|\b\w{3,}(?:ыңыз|іңіз|ңызды|ңізді)\b",
    re.I,
)
# A line that asks to subscribe, pay or comment, or presents an author. On a page without an article text such a
# line is not one either; between the paragraphs of a text these words prove nothing.
CALL_TO_ACTION = re.compile(
    r"посетители, находящиеся в группе|не мо(?:гут|жете) оставлять комментарии|не можуть залишати коментарі"
    r"|(?:чтобы|щоб|каб) (?:оставить|оставлять|залишити|пакінуць) (?:комментари|коментар|каментар)"
    r"|(?:поддержите|поддержи|підтримайте|підтримай|падтрымайце|support) (?:нас|редакци\w+|редакці\w+|наш\w*"
    r"|проект|издание|видання|«|us\b|our\b)|ваш[иі]\w* (?:пожертвовани|внеск|донат)|(?:ежемесячный|регулярный)"
    r" (?:перевод|платёж)|долуча(?:йся|йтеся) до спільноти"
    r"|(?:подпишитесь|подписывайтесь|подпишись|підпишіться|підписуйтесь|підписуйтеся|стежте|следите|падпісвайцеся"
    r"|subscribe|follow) (?:на|за|в|у|to|us\b|for|our\b)"
    r"|^(?:рассылка|розсилка|рассылк[аі]|newsletter)\b|(?:одно|раз) (?:письмо|лист) (?:в|на) (?:день|неделю|тиждень)"
    r"|(?:на|в) (?:вашу |свою )?(?:почту|пошту|e-?mail)\b|(?:оставьте|залиште) (?:заявку|заявк[иу]|e-?mail|почту)"
    r"|^(?:главный |специальный |старший |головн\w+ |спеціальн\w+ )?(?:корреспондент|кореспондент|журналист|журналіст"
    r"|обозреватель|оглядач|редактор|колумнист|автор)(?:ка)? (?:«|издания|видання|редакции|газеты|сайта|портала)",
    re.I,
)
# Messages that PHP prints between the lines of a page it continues to write.
PHP_ERROR = re.compile(
    r"(?:php )?(?:strict standards|warning|notice|deprecated)\s*:.{1,400}\bon line\b", re.I | re.S
)
QUOTED = "«“\"„‘'"
QUOTATION = re.compile(r"«[^»]{1,300}»|“[^”]{1,300}”|„[^“]{1,300}“|\"[^\"]{1,300}\"")
SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[A-ZА-ЯЁІЇЄҐЎӘҒҚҢӨҰҮҺ«“\"])")
NO_SCRIPT = re.compile(
    r"(?:enable|turn on|without|requires?|требу\w*|патрабу\w*|потребу\w*|включ\w*|увімкн\w*|уключ\w*"
    r"|қосыңыз|необходим\w*|нужен|підтрим\w*"
    r"|поддерж\w*).{0,60}javascript|javascript.{0,60}(?:enable|disabled|включ|увімкн|уключ|қосыңыз|отключ|вимкн)"
    r"|не поддерживает фреймы",
    re.I,
)
LOADING = re.compile(
    r"(?:loading|please wait|redirecting|загрузка|подождите|завантаження|зачекайте|загрузка страницы|жүктелуде"
    r"|ладаванне|пачакайце|перенаправление|переход)[\s.…!]*"
    r"|если переход не произош[её]л.{0,80}|(?:click|нажмите) (?:here|сюда|здесь) .{0,60}",
    re.I,
)


class PhraseSet:
    """The phrases of one kind of page, matched against text in lower case."""

    def __init__(self, phrases: str) -> None:
        self._lines = [line for line in phrases.replace("\n  ", "").splitlines() if line]

    @cached_property  # compiling all kinds takes half a second: only processes that extract pages pay for it
    def _any(self) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{line})" for line in self._lines))

    @cached_property
    def _each(self) -> list[re.Pattern[str]]:
        return [re.compile(line) for line in self._lines]

    def opening_length(self, text: str) -> int:
        """Return the length of the longest phrase at the start of a text, in characters; 0 if there is none."""
        if self._any.match(text) is None:
            return 0
        return max(found.end() for each in self._each if (found := each.match(text)) is not None)

    def longest_length(self, text: str) -> int:
        """Return the length of the longest phrase anywhere in a text, in characters; 0 if there is none."""
        if self._any.search(text) is None:
            return 0
        return max(
            found.end() - found.start() for each in self._each for found in [each.search(text)] if found
        )


PHRASES_BY_REASON = {
    "captcha": PhraseSet(CAPTCHA),
    "geo-block": PhraseSet(REGION),
    "soft 404": PhraseSet(NOT_FOUND),
    "consent wall": PhraseSet(CONSENT),
    "login": PhraseSet(LOGIN),
    "error page": PhraseSet(ERROR),
    "parked page": PhraseSet(parked_phrases.PARKED),
}
PAYWALL_OFFER = PhraseSet(PAYWALL)
