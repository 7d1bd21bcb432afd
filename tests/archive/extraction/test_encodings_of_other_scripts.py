"""Pages in Greek, Hebrew and Arabic encodings, in cp855, and in UTF-16 and UTF-32 that nothing declares."""

from __future__ import annotations

import pytest

from archive.extraction.page.encoding import decode

GREEK = "Η κυβέρνηση ανακοίνωσε νέα μέτρα για τη στήριξη των αγροτών μετά τις πλημμύρες του Σεπτεμβρίου."
HEBREW = "הממשלה הודיעה על צעדים חדשים לתמיכה בחקלאים לאחר השיטפונות שפקדו את הצפון בסוף השבוע האחרון."
ARABIC = "أعلنت الحكومة عن تدابير جديدة لدعم المزارعين بعد الفيضانات التي ضربت شمال البلاد في نهاية الأسبوع."
THAI = "รัฐบาลประกาศมาตรการใหม่เพื่อช่วยเหลือเกษตรกรหลังน้ำท่วม"
RUSSIAN = "Правительство объявило о новых мерах поддержки фермеров после наводнения на севере страны."
UKRAINIAN = "Уряд оголосив про нові заходи підтримки фермерів після повені, яка сталася на півночі країни."
ENGLISH = "The government announced new measures after the flood in the north of the country."


def page(text: str) -> str:
    return f"<html><head><title>{text[:30]}</title></head><body>{f'<p>{text}</p>' * 3}</body></html>"


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        (GREEK, "iso8859-7", "ISO-8859-7"),
        (GREEK, "cp1253", "windows-1253"),
        (HEBREW, "cp1255", "windows-1255"),
        (HEBREW, "iso8859-8", "iso-8859-8"),
        (HEBREW, "iso8859-8", "iso-8859-8-i"),
        (ARABIC, "cp1256", "windows-1256"),
        (ARABIC, "iso8859-6", "iso-8859-6"),
        (THAI, "cp874", "windows-874"),
    ],
)
def test_a_declared_encoding_of_another_script_is_used(text: str, encoding: str, declared: str) -> None:
    assert decode(page(text).encode(encoding), declared).text == page(text)


@pytest.mark.parametrize("declared", ["windows-1253", "iso-8859-7", "windows-1255", "windows-1256", "utf-8"])
@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866", "iso8859-5", "mac-cyrillic", "cp855"])
def test_russian_is_recognized_under_a_wrong_declaration(encoding: str, declared: str) -> None:
    assert decode(page(RUSSIAN).encode(encoding), declared).text == page(RUSSIAN)


@pytest.mark.parametrize("text", [RUSSIAN, UKRAINIAN])
@pytest.mark.parametrize("declared", [None, "ibm855", "windows-1251"])
def test_cp855_is_recognized(text: str, declared: str | None) -> None:
    found = decode(page(text).encode("cp855"), declared)
    assert (found.text, found.encoding) == (page(text), "cp855")


@pytest.mark.parametrize("text", [RUSSIAN, GREEK, ENGLISH])
@pytest.mark.parametrize("declared", [None, "utf-8", "windows-1251", "utf-16", "utf-32"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_without_a_byte_order_mark_are_recognized(
    encoding: str, declared: str | None, text: str
) -> None:
    assert decode(page(text).encode(encoding), declared).text == page(text)


def test_a_stray_zero_byte_makes_no_wide_encoding() -> None:
    assert decode(b"<html>\x00<p>News</p>", None).encoding == "ascii"


SENTENCES = {
    "Greek": (
        GREEK,
        "Ο πρωθυπουργός συναντήθηκε χθες με τους δημάρχους της περιφέρειας.",
        "ΑΘΗΝΑ: Κλειστοί θα μείνουν αύριο όλοι οι σταθμοί του μετρό.",
        "Σφοδρή κακοκαιρία έπληξε τη Θεσσαλία, με ζημιές σε σπίτια και καλλιέργειες.",
        "Άνοιξε η πλατφόρμα για τις αιτήσεις των δικαιούχων του επιδόματος θέρμανσης",
        "Ένα ακόμη βήμα προς την ειρήνη, δήλωσε ο υπουργός Εξωτερικών.",
    ),
    "Hebrew": (
        HEBREW,
        "ראש העיר הודיע כי הגשר החדש ייפתח לתנועה ביום ראשון בבוקר.",
        "תאונה קשה בכביש החוף: שלושה בני אדם נפצעו",
        "משרד החינוך יקצה תקציב נוסף לבתי הספר בפריפריה.",
        "מזג האוויר: גשם צפוי בצפון הארץ ובמרכזה עד סוף השבוע",
        "בית המשפט העליון דחה את העתירה נגד הרחבת הנמל.",
    ),
    "Arabic": (
        ARABIC,
        "قال رئيس البلدية إن الجسر الجديد سيفتح أمام حركة المرور صباح الأحد.",
        "ارتفاع أسعار القمح في الأسواق العالمية",
        "وزارة التعليم تخصص ميزانية إضافية للمدارس في المناطق الريفية",
        "توقعات بهطول أمطار غزيرة على الساحل حتى نهاية الأسبوع.",
        "المحكمة العليا ترفض الطعن في قرار توسيع الميناء",
    ),
    "Russian": (
        RUSSIAN,
        "Мэр города встретился с жителями и пообещал отремонтировать мост до осени.",
        "ДТП НА ТРАССЕ: ТРОЕ ПОСТРАДАВШИХ ДОСТАВЛЕНЫ В БОЛЬНИЦУ",
        "Цены на пшеницу выросли третий месяц подряд, сообщил Росстат.",
        "«Мы не ожидали такого снегопада», — рассказал начальник службы.",
        "Съезд объявил новую эпоху в истории партии",
    ),
    "Ukrainian": (
        UKRAINIAN,
        "Міський голова зустрівся з мешканцями й пообіцяв відремонтувати міст до осені.",
        "Ціни на пшеницю зростають третій місяць поспіль, повідомив Держстат.",
        "У Києві відкрили виставку народного мистецтва",
        "Її їдальня, ґанок і єдина вулиця вціліли під час пожежі",
    ),
    "Bulgarian": (
        "Правителството обяви нови мерки за подкрепа на земеделците след наводненията.",
        "Кметът на града се срещна с жителите и обеща ремонт на моста до есента.",
        "Цените на пшеницата растат трети пореден месец, съобщи статистиката.",
    ),
}
UNDECLARED = [
    *(("Greek", encoding) for encoding in ("cp1253", "iso8859-7")),
    *(("Hebrew", encoding) for encoding in ("cp1255", "iso8859-8")),
    *(("Arabic", encoding) for encoding in ("cp1256", "iso8859-6")),
    *(
        ("Russian", encoding)
        for encoding in ("cp1251", "koi8-r", "cp866", "iso8859-5", "mac-cyrillic", "cp855")
    ),
    *(("Ukrainian", encoding) for encoding in ("cp1251", "koi8-u", "mac-cyrillic", "cp855")),
    *(("Bulgarian", encoding) for encoding in ("cp1251", "koi8-r", "cp866")),
]


@pytest.mark.parametrize(("language", "encoding"), UNDECLARED)
@pytest.mark.parametrize("declared", [None, "utf-8"])
def test_an_undeclared_encoding_is_recognized_by_one_sentence(
    language: str, encoding: str, declared: str | None
) -> None:
    for sentence in SENTENCES[language]:
        payload = page(sentence).encode(encoding, "ignore")
        assert decode(payload, declared).text == payload.decode(encoding), sentence


@pytest.mark.parametrize(("language", "encoding"), UNDECLARED)
def test_an_undeclared_encoding_is_recognized_beside_english(language: str, encoding: str) -> None:
    text = page(" ".join(SENTENCES[language])) + page(ENGLISH) * 3
    payload = text.encode(encoding, "ignore")
    assert decode(payload, None).text == payload.decode(encoding)
