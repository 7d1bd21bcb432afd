"""Boilerplate phrases around an article: data, in Russian, Ukrainian, Belarusian, Kazakh and English.

Each list holds patterns for a whole line of text, normalized by `fold`; a line that starts with a space continues
the one above.
"""

from __future__ import annotations

import re
from functools import lru_cache

from archive.extraction.normalize import clean
from archive.extraction.vocabulary import date_patterns
from archive.extraction.vocabulary.given_names import opens_with_given_name

AD_LABELS = r"""
реклама|на правах рекламы|реклама партн[её]ров?|рекламный блок|рекламное место|ваша реклама
здесь могла быть ваша реклама
реклама на сайте|разместить рекламу|рекламодател(ям|ь)|продолжение после рекламы|продовження після реклами
реклама от партн[её]ров|партн[её]рский материал|спонсор(ский материал)?|промо|r
на правах реклами|реклама партнерів|рэклама|жарнама|жарнама орнату
(.{0,250}\W)?erid\s*[:=]?\s*[\w-]{6,}.{0,100}|реклама[.:] ?(\d+\+ ?)?(ооо|ао|зао|пао|оао|ип|нко|тов|тоо)\W.{0,250}
(.{0,200}\W)?рекламодател[ья]\W.{0,60}(ооо|ао|зао|пао|ип|инн).{0,120}
advertis(e)?ment|advertising|ad|ads|sponsored( content)?|promoted( content)?|sponsor|paid content
story continues below( advertisement)?
article continues (below|after)( this)?( advertisement| ad)?|continue reading( the main story)?
advertise with us|ads by .{2,20}
"""

READ_ALSO = r"""
(читайте|читать|смотрите|слушайте|см\.?) (также|ещ[её]|по теме|далее|дальше|больше|подробнее)( .{0,40})?
(также|ещ[её]) по теме|по теме|материалы? по теме|новости по теме|статьи по теме
похожие (новости|материалы|статьи|публикации)
(другие|последние|главные|свежие|важные|самые читаемые|популярные|интересные|топ|лучшие) (новости
  |материалы|статьи|публикации)( .{0,30})?
еще новости
новости (дня|часа|партн[её]ров|сми2?|рубрики|раздела|региона|компаний|mail|рамблер|smi2)( .{0,20})?
партн[её]рские новости|материалы партн[её]ров|от партн[её]ров
следующ(ий|ая|ее) (материал|новость|статья|запись)|предыдущ(ий|ая|ее) (материал|новость|статья|запись)
лента новостей|все новости( .{0,30})?|в тему|что почитать|ранее по теме
вам (может|будет) (быть )?интересно|это (может быть )?интересно|интересное|популярное|самое читаемое
читаемое|обсуждаемое|самое обсуждаемое|главное( за (день|сутки|неделю))?|рекомендуем( .{0,30})?
рекомендованное|выбор редакции|связанные (новости|материалы)|сюжет(ы)?|подробнее( по теме)?|смотрите видео
топ(-| )?\d* новостей|загрузка\.*|новости( \d+)?|еще|далее|читать далее|к другим новостям
архив( новостей)?|справка по теме|другие материалы.*|еще на эту тему|еще по теме
ещ[её] в (рубрике|разделе).*|смежные темы|(читай|смотри) (также|ещ[её]).{0,80}
оцените (новость|статью|материал).*|доклад(ы)? по теме|прокомментировать.*
читайте (також|ще|більше)( .{0,40})?|(дивіться|слухайте) також( .{0,40})?|також за темою
(новини|матеріали|статті) (за темою|по темі)|за темою|по темі|схожі (новини|матеріали|статті)
(останні|головні|популярні|інші|найпопулярніші) (новини|матеріали|статті)( .{0,30})?
новини (дня|партнерів|години)|наступн(ий|а) (матеріал|новина|стаття|публікація)
попередн(ій|я) (матеріал|новина|стаття)|стрічка новин|усі новини|всі новини|вибір редакції|рекомендуємо
цікаве|популярне|найпопулярніше
чытайце (таксама|яшчэ)( .{0,40})?|па тэме|навіны па тэме|апошнія навіны|яшчэ па тэме|навіны партн[её]раў
наступны матэрыял|папулярнае
(тағы|тағы да) оқыңыз(дар)?( .{0,40})?|тақырып бойынша|ұқсас жаңалықтар|соңғы жаңалықтар
басқа да жаңалықтар|оқи отырыңыз|сондай-ақ оқыңыз
(read|see|watch) (also|more|next|this next)( .{0,60})?
related( (articles|stories|news|content|posts|topics|links|coverage|tags))?
more (on this( story)?|from .{2,40}|stories|news|like this|coverage|in .{2,30})
(most|editors?'?s?) (popular|read|viewed|picks?|shared)( .{0,20})?|trending( now)?|recommended( for you)?
you (may|might) (also )?(like|be interested in).*|latest( news| stories)?|top stories
next (article|story|up)|previous (article|story)|up next|don'?t miss|popular( now)?|see also
from our partners|around the web|more to read|what to read next|must reads?|in this article|keep reading
in case you missed it.*
"""

SUBSCRIBE = r"""
(читайте|читай|ищите|следите за|смотрите|присоединяйтесь к|вступайте в|добавляйте) (нас|нам|нами
  |нашими? новостями|нашим?и? \w+|«?.{2,30}»?) (в|на|у) (facebook|фейсбуке?|twitter|твиттере?|telegram
  |телеграмм?е?|вконтакте|instagram|viber|google|яндекс|дзене?|одноклассниках|соцсетях|social|vk|whatsapp
  |max|х|x).*
.{0,60}(читайте|следите|смотрите|подписывайтесь|підписуйтесь|присоединяйтесь
  |приєднуйтесь).{0,60}(telegram|телеграм|viber|facebook|фейсбук|instagram|twitter|твиттер|youtube
  |whatsapp|яндекс|дзен|google (новост|news)|вконтакте|одноклассник|соцсет).{0,80}
.{4,120}(подпишись|подпишитесь|подписывайся|подписывайтесь|підпишись|підпишіться|підписуйтесь|підписуйся)
(подпис(ывай(те|ся|тесь)|аться|ка|ывайся|ывайтесь|шитесь)|оформи(те|ть) подписку|подпишись
  |подпишитесь)( .{0,140})?
.{0,90}(ознаком\w+|ознайом\w+|узна\w+|дізна\w+|получ\w+|отрим\w+).{0,60}(подписавшись|передплативши
  |підписавшись) .{0,80}
.{0,140}(решени\w+|рішення|вынужден\w+|змушен\w+) .{0,40}(отключ\w+|закры\w+|вимкн\w+|відключ\w+) .{0,40}(коммент
  |комент)\w+.{0,60}
(комментарии|коментарі) (к|до) .{0,60} (закрыты|отключены|закрито|вимкнено|відключено)
подписаться на .{0,80}|рассылка( .{0,40})?
(підпис(уйте|уйся|уйтесь|атися|ка)|підпишіться|підпишись|слідкуйте за|стежте за)( .{0,140})?
(падпіс(вай|ацца|ка)\w*|падпішыцеся)( .{0,140})?|(жазылыңыз|жазылу|telegram-каналымызға).{0,120}
(subscribe|sign up|follow us|join us|like us|get the|newsletter|subscribe now|sign up for).{0,140}
(вступайте|вступи|присоединяйтесь|приєднуйтесь|далучайцеся|добавьте|додайте) .{0,140}
(наш|наша|мы|ми|мы в|наш канал) (в|у|на) .{2,40}|хотите (быть в курсе|получать).{0,140}
(.{0,80}\W)?(у нас|наш\w*) (канал\w* )?(в |у )?(telegram|телеграм|viber|вайбер|whatsapp)\w*(\W?канал\w*)?.{0,60}
(.{0,120}\W)?(подпис|підпис|падпіс)\w+ на (наш\w*|телеграм\w*|telegram)\b.{0,100}
больше новостей (в|на).{0,100}|більше новин (в|у|на).{0,100}|узнавайте (первыми|новости).{0,100}
поддержите? .{0,80}(редакцию|нас|проект|журналистику).{0,80}|(підтримайте|падтрымайце).{0,120}
support (our|us|independent).{0,120}
"""

SHARE = r"""
поделиться( .{0,40})?|поделись( .{0,40})?|поделитесь( .{0,60})?|рассказать друзьям
отправить( другу| ссылку)?|распечатать|печать|версия для печати|печатная версия|на печать|для печати
в закладки|добавить в (закладки|избранное)|послать другу|ссылка скопирована|скопировать ссылку
копировать ссылку|нравится|не нравится|лайк(и|нуть)?|tweet|твитнуть|класс!?|мне нравится
опубликовать( .{0,30})?|код для (блога|вставки)( .{0,40})?
(facebook|twitter|vkontakte|вконтакте|vk|вк|telegram|viber|whatsapp|ok|одноклассники|livejournal|жж
  |pinterest|linkedin|email|e-mail|google\+?|reddit|instagram|youtube|x|messenger|skype|print|pocket
  |flipboard|мой мир|rss|pdf|дзен|max)([ ,|/]+(и )?(facebook|twitter|vkontakte|вконтакте|vk|вк|telegram
  |viber|whatsapp|ok|одноклассники|livejournal|жж|pinterest|linkedin|email|e-mail|google\+?|reddit
  |instagram|youtube|x|messenger|skype|print|pocket|мой мир))*
поділитися( .{0,40})?|поділись( .{0,40})?|друкувати|роздрукувати|версія для друку|надіслати другу
скопіювати посилання|падзяліцца( .{0,40})?|бөлісу|share( .{0,40})?|print( this)?( article| page)?
email( this)?( article| story)?|copy link|send|comment|save( article)?|facebook share.*|click to share.*
like( this)?
"""

TYPO_REPORT = r"""
(изменить|увеличить|уменьшить) (размер )?(текста?|шрифта?).{0,30}|размер (текста|шрифта).{0,20}
(материал|статья|новость)? ?(размещен|опубликован|добавлен)[ао]? .{0,60}\d.{0,40}
.{0,40}(заметили|нашли|увидели|обнаружили|если вы (заметили|нашли|обнаружили)|знайшли|помітили|побачили
  |заўважылі|знайшлі|нашел|заметил) .{0,40}(ошибк|опечатк|помилк|одрук|неточност|памылк).{0,160}
.{0,90}(выделите|виділіть|вылучыце|выдели) .{0,60}(ctrl|enter|мыш).{0,80}
(сообщить|сообщите|повідомити|повідомте|паведаміць) (об|про|аб) (ошибке|опечатке|помилку|памылку
  |ошибках).{0,60}
нажмите ctrl ?\+ ?enter.{0,60}|қатені? (байқасаңыз|таптыңыз ба).{0,100}|введите вашу жалобу
введіть вашу скаргу|пожаловаться|(spotted|found|see|noticed) an? (error|typo|mistake).{0,80}
report (a |an )?(typo|error|mistake)
"""

COUNTERS = r"""
(просмотр(ы|ов|ено|а)?|прочитано|прочитали|прочтений|показов|показы|прочитан[ао]|переглядів|перегляди
  |перегляд(ів)?|прочитали|праглядаў|прагляды|қаралды|қаралым|көрілім|көрілген|views?|reads|hits
  |кол-во просмотров|количество просмотров|число просмотров|всего просмотров|хитов|посмотрели
  |просмотров всего|👁)[\s:—–-]*\d[\d\s.,]*( ?(тыс\.?|млн\.?|k|m|раз(а)?|тис\.?))*
\d[\d\s.,]*( ?(тыс\.?|млн\.?|тис\.?|k|m|тысяч[аи]?))? ?(просмотр(ов|а|ы)?|прочтени[йяе]|показов
  |переглядів|перегляди|перегляд|прагляд(аў|ы)?|қаралым|көрілім|views?|reads|раз|shares?|likes?)
(комментари(и|ев|й|я)|комментов|коментарі|коментарів|каментары|пікірлер|comments?|отзыв(ы|ов)|обсудить
  |обсуждение( на форуме)?|обговорити|обговорення|обсудили)[\s:—–(-]*\d*[)\s]*
\(?\d+\)? ?(комментари(и|ев|й|я)|коментар(і|ів|ь)?|каментар(ы|оў|ый)|пікір|comments?|отзыв(ов|а)?)
(оставить|добавить|написать|смотреть|читать|показать|скрыть|все|посмотреть|ваш|новый
  |добавление) (свой |все )?комментари\w*( .{0,30})?
(залишити|додати|написати|показати) коментар\w*|пакінуць каментар|пікір қалдыру
(leave|post|add|write) a (comment|reply)|(show|view|hide|load) (all )?comments( .{0,20})?
нет комментариев.*|комментариев (пока )?нет.*|комментариев нет.*|no comments.*|будьте первым.*
прочитано[\s:]*\d+ раза?( последнее изменение.{0,40})?|последнее (изменение|обновление):?.{0,40}
(добавил|разместил|опубликовал|додав|розмістив|дадаў)(а|ла|и)?:? .{2,30}
(теги|тэги|метки|ключевые (слова|теги)|мітки|тегтер|tags):? .{1,120}
\d+ ?мин(ут[аы]?)?\.?( чтения| на чтение)?|время (на чтение|чтения):? .{1,20}|\d+ min(utes?)?( read)?
чтобы оставить комментарий.*|комментировать( .{0,40})?
(рейтинг|оценка|голосов|голосование|рейтинг статьи|rating|проголосовало
  |баллы?)[\s:—–-]*[\d.,/ ()]*(голос\w*)?
скачать|голосовать|проголосуйте.*|перейти к обсуждению.*|обсудить( .{0,30})?
"""

COPYRIGHT = r"""
(©|\(c\)|\(с\)|copyright).{0,200}|.{0,20}все права (защищены|сохранены).{0,120}
.{0,20}усі права (захищені|застережено).{0,120}|.{0,20}all rights reserved.{0,120}
.{0,60}(перепечатк|копировани|использовани|передрук|копіюванн|використанн|цитировани)\w* (материал|любых
  |всіх|информаци|матеріал|тексто|статей|новост).{0,300}
(при (полном|использовании|копировании|перепечатке|цитировании)).{0,200}(ссылк|гиперссылк).{0,120}
(адрес|адреса|постоянный адрес|ссылка на) (статьи|материала|матеріалу|новости|страницы|новость
  |статью).{0,200}
(источник|джерело|крыніца|дереккөз|по материалам|по информации|по сообщению|source)( новости| информации
  | фото)?\s*[:—–-]\s*.{1,60}
(опубликован[ао]|добавлен[ао]?|размещен[ао]?)\s*:?\s*\d.{0,40}|(спасибо|дякуємо)!.{0,60}
.{0,40}оцените,? (пожалуйста,? )?(статью|новость|материал).{0,60}|(читают|обсуждают) ?\(\d+\).{0,40}
.{0,30}(зарегистрируйтесь|авторизуйтесь|войдите).{0,80}(комментар|сообщени).{0,80}
администрация сайта не несет.{0,200}|(предыдущая|следующая)( \||$).{0,80}
материалы? (предоставлен|публикуется|опубликован).{0,60}на правах.{0,40}
"""

NAVIGATION = r"""
главная( страница)?|на главную|в начало|наверх|вверх|к началу( страницы)?|назад|вперед
вернуться( .{0,40})?|все (статьи|материалы|публикации|рубрики)( .{0,30})?|поиск|найти|войти|вход
регистрация|зарегистрироваться|выйти|контакты|о (нас|проекте|компании|сайте)|редакция|меню|карта сайта
теги:?|тэги:?|метки:?|ключевые слова:?.{0,100}|темы:?|рубрик[аи]:?.{0,40}|раздел:.{0,40}
категори[яи]:.{0,60}|источник:?|автор:?|дата:?|фото:?|видео:?|на фото:?
написать (автору|письмо|в редакцию)|полная версия( .{0,20})?|мобильная версия( .{0,20})?|головна
на головну|пошук|увійти|вгору|назад до .{0,30}|теги.{0,3}|skip to (main )?content|menu|search|home
back to (top|home).{0,20}|close|log ?in|sign in|register|tags:?|topics:?|filed under:?.{0,60}|закрыть
развернуть|свернуть|показать (ещ[её]|больше)|увеличить( .{0,20})?|источник фото.{0,60}
\[?закрыть( окно)?\]?
(пропустить|пропустити|skip) .{1,60} (и|і|and) (продолжить чтение|продовжити( читання)?|continue reading)
(конец истории|кінець історії|end of (podcast|story|content)).{0,60}
купить фото|перейти в (медиабанк|фотобанк)
"""

COOKIES = r"""
(мы( и наши партн[её]ры)?|(этот |наш |данный )?сайт|на (этом |нашем )?сайте) использу(ем|ет
  |ются) .{0,20}(cookies?|куки).{0,300}
(ми( та наші партнери)?|(цей |наш )?сайт) використову(ємо|є) .{0,20}(cookies?|куки).{0,300}
(мы|(гэты |наш )?сайт) выкарыстоўва(ем|е) .{0,20}(cookies?|кукі).{0,300}
(біз|сайт).{0,40}cookie.{0,20}(қолдана|пайдалана).{0,200}
(we( and our (\d+ )?partners)?|this (web)?site|our (web)?site) uses? .{0,20}cookies?.{0,300}
(продолжая|используя|оставаясь на).{0,40}сайт.{0,60}(cookies?|куки|согла).{0,200}
by (using|continuing).{0,60}cookies?.{0,200}
"""

CREDIT = r"""
(фото|фотография|фотографии|фотографія|изображение|иллюстрация|снимок|скриншот|скріншот|кадр|коллаж
  |колаж|инфографика|графика|здымак|сурет|фота|сүрет|фотo)( (с|из|от|со|взято с|з|із|з сайту|з архіву
  |предоставлен[оаы]?|пресс-службы|пресс-служба|прес-служби|архив|архіву?|из архива|из открытых источников
  |автора?|редакции|flickr|getty)(?:[\s:]+.{1,80}|$)|\s*[:/|—–-]\s*.{1,80}|\s*©.{1,80})
(фото|изображение|источник фото|джерело фото|автор фото|фотограф|photo|image|picture|credit|photograph
  |photo credit|image credit|pic)s?( by| courtesy( of)?| source)?\s*[:/|©—–-]\s*.{1,100}
(photo|photograph|image|picture)s? (by|courtesy( of)?|from) .{2,80}
(©|\(c\)) ?(фото|photo|reuters|ap|afp|getty|риа|тасс|unian|унiан|shutterstock|depositphotos).{0,80}
.{2,60} ?/ ?(reuters|ap|afp|getty images|риа новости|тасс|унiан|уніан|коммерсантъ?|рбк|shutterstock|epa
  |ap photo|итар-тасс|ria novosti|global look press|укринформ|укрінформ|belta|белта)\.?
(reuters|afp|getty images|shutterstock|depositphotos|риа новости|тасс|global look press
  |ap photo)( ?/ ?.{2,60})?
.{2,40} (via|for) (getty images|reuters|ap|shutterstock)
"""

COMMENTS_HEAD = r"""
(ваши |все |последние |читать |новые )?(комментари[иийя]|комментариев|коментарі|каментары|пікірлер
  |отзывы|мнения читателей|обсуждение|обговорення|comments?|discussion|ваше мнение|ваши отзывы)( читателей
  | пользователей| к (статье|новости|материалу|записи)| facebook| вконтакте)?[\s:—–-]*(\(?\d*\)?)?( .{0,12})?
\d+ (комментари\w+|коментар\w*|comments?)( .{0,60})?
(оставить|добавить|написать|оставьте|добавьте|напишите)( свой| ваш| новый)? (комментарий|отзыв
  |сообщение)( .{0,40})?
(залишити|додати) коментар|leave a (comment|reply)|join the (discussion|conversation)
(комментари|отзыв)\w* (нашего |наших |от )?(читател|посетител|пользовател)\w*.*|have your say|ваше имя:?
имя:?|ваш комментарий:?|правила комментирования.*|добавление комментария.*
обсудить (на форуме|новость|статью|материал)|форум
"""


def _compile(*lists: str, anywhere: bool | None = None) -> re.Pattern[str]:
    """Compile the patterns of some lists into one.

    `within`: True for only the patterns that match anywhere in a line, False for only the others, None for all.
    """
    patterns = "\n".join(lists).replace("\n  |", "|").splitlines()
    chosen = [each for each in patterns if each and anywhere in (None, each.startswith((".", "(.")))]
    return re.compile("(?:" + "|".join(f"(?:{pattern})" for pattern in chosen) + ")")


# Matched against every line of a page. In one pattern, those that match anywhere would double the time of the rest.
_BOILERPLATE = (AD_LABELS, READ_ALSO, SUBSCRIBE, SHARE, TYPO_REPORT, COUNTERS, COPYRIGHT, NAVIGATION, COOKIES)
BOILERPLATE_LINE, BOILERPLATE_ANYWHERE = (
    _compile(*_BOILERPLATE, anywhere=False),
    _compile(*_BOILERPLATE, anywhere=True),
)
# Words before numbers that identify something and count nothing (phones, accounts, registrations); in lower case.
IDENTIFIER_LABEL = re.compile(
    r"(?:тел|моб)\.|\b(?:тел|моб)\b|телефон|\bphone|\btel\b|whatsapp|viber|звон(?:и|ок)|дзвон"
    r"|\b(?:банковск\w+ |номер\w* )?карт(?:а|ы|е|у|ка|ки|ке|ку|ці|ою)\b|\bcard\b|\bvisa\b|mastercard|приват(?:банк)?\b"
    r"|монобанк|monobank|\bсбер|рахун(?:ок|ку|ка)|расч[её]тн|сч[её]т\w{0,2}\b|\bр/[сp]\b|\baccount\b|\biban\b|\bua\d{2}"
    r"|реквизит|реквізит|\bмфо\b|\bбик\b|\bкпп\b|[єе]дрпоу|\bокпо\b|\bогрн|\bинн\b|\b[іи]пн\b|рнокпп|\bунп\b|\bбин\b"
    r"|\bиин\b|паспорт|лиценз|ліценз|свидетельств|свідоцтв|договор|\bid\b|\bcode\b|\bкод\b|индекс|індекс|пожертв|донат"
    r"|[№#]\s*$"
)
READ_ALSO_START = re.compile(
    r"(?:(?:читайте|читай|читать|смотрите|смотри|дивіться|чытайце) (?:также|ещ[её]|по теме"
    r"|також|ще|таксама|яшчэ|больше|більше)(?: (?:по теме|на .{2,30}|у .{2,20}|в .{2,20}))?"
    r"|по теме|материалы? по теме|за темою|по темі|па тэме|(?:тағы|сондай-ақ) оқыңыз(?:дар)?"
    r"|read (?:also|more)|see also|related(?: story)?|also read)\s*[:—–-]"
)
NEXT_ARTICLE_LABEL = re.compile(
    r"(?:следующ(?:ий|ая|ее)|наступн(?:ий|а)|наступны|келесі|next) (?:материал|новость|статья"
    r"|публикация|публікація|матеріал|новина|стаття|матэрыял|article|story|post)"
    r"|(?:последние|другие|новые|свежие|останні|інші|апошнія|latest|other) (?:публикации|материалы|статьи|новости"
    r"|публікації|матеріали|статті|новини|публікацыі|навіны|articles|stories|posts)"
    r"(?: (?:на|нашего|нашого|автора|раздела|рубрики|from|on)\b.{0,30})?"
)
DONATION_APPEAL = re.compile(  # asks readers to pay for the outlet's work
    r"(?:поддерж(?:ите|и)|підтрима(?:йте|й)|падтрыма(?:йце|й)|қолдаңыз(?:дар)?|support|donate to)\b.{0,60}"
    r"(?:редакци|редакці|рэдакцы|журналист(?:ик|ов)|журналіст(?:ик|ів)|журналістык"
    r"|our (?:journalis|newsroom|work|report))"
    r"|(?:независим|незалежн)\w* (?:сми|змі|медиа|медіа|журналист|журналіст|прес).{0,60}(?:поддерж|підтрим|падтрым)"
    r"|\b(?:мы|ми) (?:работаем|существуем|працюємо|існуємо|працуем|існуем) (?:только |лише )?"
    r"(?:благодаря|на|завдяки|дзякуючы) .{0,30}(?:пожертв|донат|взнос|внеск|ахвяраван|читател|читач|чытач|спільнот)"
    r"|(?:спасибо|дякуємо|дзякуй|thank).{0,30}(?:поддержива|підтриму|падтрымлів|support).{0,12}(?:нас|us\b)",
)
QUOTED_SPEECH = re.compile(
    r"[«\"“„—–-]\s?(?:мы|ми|we)\b|.*[»\"”],? [—–-] ", re.I
)  # a quotation: the person quoted speaks of their own work
MAX_APPEAL_CHARS = 320  # characters
COMMENTS_LINE = _compile(COMMENTS_HEAD)
CREDIT_LINE = _compile(CREDIT)
LEGAL_USE = re.compile(
    r"(?:перепечатк|копирован|цитирован|воспроизведен|использован|передрук|копіюван|використан"
    r"|републикац)\w* .{0,80}(?:материал|стат|информац|новост|текст|матеріал|публикац)"
)
LEGAL_TERMS = re.compile("ссылк|посилан|разрешен|дозвол|письменн|указани")  # within 300 characters of it
LEGAL_LINE = re.compile(
    r"(?:свидетельство о регистрации"
    r"|зарегистрировано (?:федеральной|роскомнадзор)).{0,200}(?:сми|средств|эл №|пи №)"
    r"|all rights reserved|все права (?:на материалы )?(?:защищены|принадлежат)"
)
# about cookies, consent, copyright, or the site itself; an article may have such words, its place decides
SITE_NOTICE = re.compile(
    r"\bcookies?\b|файл\w* куки|куки-файл|файл\w* cookie|персональн\w+ данн|персональних даних"
    r"|политик\w+ конфиденциальности|авторск\w+ прав\w* (?:на|охраня)|охраняются в соответствии"
    r"|не несёт ответственности"
    r"|не несет ответственности|мнение редакции может"
    r"|політик\w+ конфіденційності|privacy policy|terms of (?:use|service)|all rights reserved|все права защищены"
    r"|всі права захищені|усе правы|правообладател|свидетельств\w+ о регистрации|средств\w+ массовой информации"
    r"|пользовательск\w+ соглашени|datenschutz|nutzungsbedingungen|politique de confidentialité|mentions légales"
    r"|privacidad|informativa sulla privacy|гиперссылк\w+ (?:на|обязательн)|перепечатк|гіперпосилання"
    r"|включите javascript|enable javascript|увімкніть javascript|your browser|ваш браузер",
    re.I,
)
LEGAL_NOTICE = re.compile(
    r"[«\"(\[]?(?:настоящ(?:ий|ее)|данн(?:ый|ое)) (?:материал|сообщение)\b.{0,200}иностранн\w+ (?:агент|средств)"
    r"|[(\[]?\*{1,4}+\)?+\s?+.{0,300}(?:вн[её]с[её]н|признан|включ[её]н|объявлен|запрещ[её]н)\w*\b.{0,200}"
    r"(?:минюст|реестр|иноагент|иностранн\w+ агент|экстремист|террорист|нежелательн)"
    r"|[(\[]?\*{1,4}+\)?+\s?+.{0,300}(?:иноагент|иностранн\w+ агент|(?:экстремистск|нежелательн)\w+ организаци)"
)
_NAME = r"[А-ЯЁІЇЄҐЎӘҒҚҢӨҰҮҺA-Z][\w'’ʼ.-]+(?: [А-ЯЁІЇЄҐЎӘҒҚҢӨҰҮҺA-Z][\w'’ʼ.-]+){1,2}"
SIGNED_LINE = re.compile(
    r"(?:Авторы?|Текст|Беседовал[аи]?|Подготовил[аи]?|Записал[аи]?|Підготув(?:ав|ала|али)|Розмовля(?:в|ла)|Аўтар"
    r"|Падрыхтава[ўл][аі]?|Гутары[ўл][аі]?|Мәтін)\s*[:,]?\s+"
    rf"{_NAME}(?:(?:, | и | та | і ){_NAME}){{0,3}}"
)  # only a byline
JOB_TITLE_LINE = re.compile(
    rf"{_NAME},? [(—–-]{{0,2}}\s?(?:(?:специальный|собственный|спеціальний|власний|старший) )?"
    rf"(?i:корр?\.|корреспондент|кореспондент"
    r"|карэспандэнт|спецкор|собкор|обозреватель|оглядач|аглядальнік|журналист|журналіст|редактор|тілші|correspondent"
    r"|reporter)(?:ка)?(?: [«\"A-ZА-ЯЁІЇЄҐЎ][^.!?]{0,40})?\)?"
)  # a name and a job title: «Анна Ветрова, корреспондент»; only counts if it starts with a given name
SIGNED_WITH_PHOTO = re.compile(
    rf"(?P<author>{_NAME})(?:,| ?[/|—–-])\s*(?P<credit>(?:фото|фота|світлин[аи]|сурет)\s*(?:автора|:?\s*{_NAME}))\.?",
    re.I,
)  # «Анна Ветрова, фото Романа Шульца»
SEPARATOR = re.compile(r"\s*[|·•∙]\s*|\s/\s")
MAX_INFO_LINE_CHARS = 200  # characters
MAX_LINE_CHARS = 400  # characters; a longer paragraph is never boilerplate by its words alone

NAMED_CREDIT = re.compile(
    r"(?:Фото|Снимок|Світлина|Здымак|Photo) [A-ZА-ЯЁІЇЄҐЎ«\"][^.!?]{1,50}\.?"
)  # «Фото Монцамэ»
VIEWS = re.compile(
    r"(?:просмотр(?:ы|ов|ено|а)?|прочитано|прочтений|прочитали|показов|переглядів|перегляди"
    r"|перегляд|праглядаў|прагляды"
    r"|қаралды|қаралым|көрілім|views?|reads|hits|просмотров всего|👁)[\s:—–-]*"
    r"(?P<after>\d[\d\s]*(?:[.,]\d+)?)\s*(?P<scale_after>тыс"
    r"|тис|млн|k|m|мың)?\b"
    r"|(?<![\d.,])(?P<before>\d[\d\s]*(?:[.,]\d+)?)\s*(?P<scale_before>тыс|тис|млн|k|m|мың|тысяч[аи]?)?\.? ?"
    r"(?:просмотр(?:ов|а|ы)?|прочтени[йяе]|переглядів|перегляди|перегляд|прагляд(?:аў|ы)?|қаралым"
    r"|көрілім|views?|reads)\b"
)
# More views than any article has: the most read have about ten million. Larger numbers are phones, accounts or cards,
# and SQLite cannot store integers of 2**63 and more.
MAX_VIEWS = 1_000_000_000
# Digits in groups of three or ungrouped: cards are printed in groups of four, phone numbers in groups of two.
GROUPED_NUMBER = re.compile(r"\d{1,3}(?:\s\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?")
SCALES = {
    "тыс": 1_000,
    "т": 1_000,
    "тис": 1_000,
    "k": 1_000,
    "мың": 1_000,
    "тысяч": 1_000,
    "тысячи": 1_000,
    "тысяча": 1_000,
    "млн": 1_000_000,
    "m": 1_000_000,
}


def fold(line: str) -> str:
    """Return a line normalized for matching: lower case, without punctuation and arrows at its ends."""
    return clean(line).casefold().strip(" \t.:;,!?…>»«<|→←▼▲►↓↑▪■●◆★•·*-—–[](){}\"'#/\\")


def is_boilerplate(line: str) -> bool:
    """Return whether a line is boilerplate, judged by its words alone."""
    return len(line) <= MAX_LINE_CHARS and _is_boilerplate(line)


@lru_cache(maxsize=8192)  # every page of an outlet has the same lines
def _is_boilerplate(line: str) -> bool:
    folded = fold(line)
    if not folded or _matches_phrases(folded) or SIGNED_LINE.fullmatch(line.strip(" .")):
        return True
    is_signed = JOB_TITLE_LINE.fullmatch(line.strip(" .")) or SIGNED_WITH_PHOTO.fullmatch(line)
    if is_signed is not None and opens_with_given_name(line):
        return True
    if (
        len(line) <= MAX_APPEAL_CHARS
        and DONATION_APPEAL.search(folded) is not None
        and QUOTED_SPEECH.match(line) is None
    ):
        return True
    return len(line) <= MAX_INFO_LINE_CHARS and _is_info_line(line)


def _matches_phrases(folded: str) -> bool:
    return (
        BOILERPLATE_LINE.fullmatch(folded) is not None or BOILERPLATE_ANYWHERE.fullmatch(folded) is not None
    )


def _is_info_line(line: str) -> bool:
    """Return whether a line has only dates, counters and names: «10 января 2022 · Роман Шульц · 4 мин»."""
    spans = date_patterns.find_date_spans(line)
    if not spans and SEPARATOR.search(line) is None:
        return False
    text = line
    for start, end in reversed(spans):
        text = text[:start] + " | " + text[end:]
    parts = [part for part in (clean(part).strip(" .,/–—-") for part in SEPARATOR.split(text)) if part]
    matched = sum(_matches_phrases(fold(part)) or is_credit(part) for part in parts)
    signed = sum(
        SIGNED_LINE.fullmatch(part) is not None or (opens_with_given_name(part) and len(part.split()) <= 3)
        for part in parts
    )
    return matched + signed >= len(parts) and matched + len(spans) > 0


@lru_cache(maxsize=1024)  # the lines of a page are checked more than once
def is_legal_notice(line: str) -> bool:
    """Return whether a line of any length holds a site's terms of reprinting or a notice required by law."""
    folded = line[:1500].casefold()
    return (
        any(LEGAL_TERMS.search(folded, use.end(), use.end() + 300) for use in LEGAL_USE.finditer(folded))
        or LEGAL_LINE.search(folded) is not None
        or LEGAL_NOTICE.match(folded) is not None
    )


@lru_cache(maxsize=8192)  # every page of an outlet has the same notices
def is_site_notice(line: str) -> bool:
    """Return whether a line is about cookies, consent, copyright or the site itself."""
    return SITE_NOTICE.search(line) is not None


def is_next_article_label(line: str) -> bool:
    """Return whether a line is the label above the next article."""
    return len(line) <= 60 and NEXT_ARTICLE_LABEL.fullmatch(fold(line)) is not None


@lru_cache(maxsize=1024)
def starts_read_also(line: str) -> bool:
    """Return whether a line starts like a link to another article: «Читайте также: …»."""
    return READ_ALSO_START.match(clean(line).casefold().lstrip("•·*→►>-—– ")) is not None


def is_comments_heading(line: str) -> bool:
    """Return whether a line is the heading of the comments."""
    return len(line) <= 80 and COMMENTS_LINE.fullmatch(fold(line)) is not None


@lru_cache(maxsize=1024)
def is_credit(line: str) -> bool:
    """Return whether a line is a picture credit: «Фото с сайта …», «Фото: …», «… / Reuters»."""
    if len(line) > 140:
        return False
    return (
        CREDIT_LINE.fullmatch(clean(line).casefold().strip(" .()[]")) is not None
        or NAMED_CREDIT.fullmatch(clean(line)) is not None
    )


def parse_views(line: str) -> int | None:
    """Return the view count that a line states in words («Просмотров: 1,2 тыс.»), or None."""
    match = VIEWS.search(clean(line).casefold())
    if match is None:
        return None
    number = (match["after"] or match["before"]).strip()
    if GROUPED_NUMBER.fullmatch(number) is None:
        return None
    scale = (match["scale_after"] or match["scale_before"] or "").rstrip(".")
    return parse_number(number, scale)


def parse_number(number: str, scale: str = "") -> int | None:
    """Return a printed number with its scale word as an integer: «1,2» «тыс» is 1200, «12 345» is 12345.

    Return None if it is not a number, or larger than a view count can be.
    """
    digits = re.sub(r"\s", "", number)
    try:
        if scale:
            counted = round(float(digits.replace(",", ".")) * SCALES.get(scale, 1))
        else:
            counted = int(re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits))
    except (ValueError, OverflowError):
        return None
    return counted if counted <= MAX_VIEWS else None
