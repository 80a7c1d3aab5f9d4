"""What somebody on call hears or reads when an urgent ticket waits: no fact of a customer is among it."""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from ivr.flow.instructions import Break, Say
from ivr.flow.reading import moment
from ivr.handlers.apology_words import LAST_RESORT, spoken_digits
from ivr.handlers.apology_words import WORDS as VOICES

JOINED = "{date}, {time}"


@dataclass(frozen=True, slots=True)
class PageWords:
    """One language; `locale` writes the moment in `{since}`."""

    locale: str
    calling: str
    waits: str
    press: str
    another: str
    wrong: str
    taken: str
    again: str
    unpressed: str
    settled: str
    failed: str
    goodbye: str
    text: str


# The number of a ticket is told only after a key: a voicemail that answers keeps nothing worth having.
WORDS = MappingProxyType(
    {
        "en": PageWords(
            locale="en_GB",
            calling="This is the hotline, for the person on call.",
            waits="An urgent request has been waiting since {since}, and nobody has taken it.",
            press="To take it, press 1. You will then hear its number.",
            another="One more urgent request has been waiting since {since}.",
            wrong="There is nothing on that key.",
            taken="Thank you. It is with you now, and nobody else is called about it. Its number is",
            again="Once more: the number is",
            unpressed="You have not pressed 1, so we will try somebody else. Goodbye.",
            settled="This call is no longer needed. Goodbye.",
            failed=(
                "This is the hotline. An urgent request is waiting, and we cannot note at this moment who "
                "takes it. Please take it up at your desk. Goodbye."
            ),
            goodbye="Goodbye.",
            text=(
                "Hotline: an urgent request has been waiting since {since}, and nobody has taken it. Please "
                "take it up at your desk; until somebody does, we go on paging the people on call."
            ),
        ),
        "zh": PageWords(
            locale="zh_Hans_CN",
            calling="您好，这里是服务热线，正在呼叫值班人员。",
            waits="有一件紧急请求从{since}起一直没有人受理。",
            press="受理请按1，之后会为您播报编号。",
            another="还有一件紧急请求，从{since}起一直在等待。",
            wrong="这个键没有对应的选项。",
            taken="谢谢，这件请求现在由您受理，我们不会再呼叫其他人。编号是",
            again="再播报一遍，编号是",
            unpressed="您没有按1，我们会联系其他人。再见。",
            settled="这个电话已经不需要了。再见。",
            failed="您好，这里是服务热线。有一件紧急请求正在等待，但我们现在无法记录由谁受理。请您直接在工作台受理。再见。",
            goodbye="再见。",
            text="服务热线：有一件紧急请求从{since}起一直没有人受理。请尽快在工作台受理；在有人受理之前，我们会继续呼叫值班人员。",
        ),
        "id": PageWords(
            locale="id_ID",
            calling="Ini layanan hotline, untuk petugas siaga.",
            waits="Ada permintaan mendesak yang menunggu sejak {since} dan belum ada yang menanganinya.",
            press="Untuk menanganinya, tekan 1. Setelah itu Anda akan mendengar nomornya.",
            another="Masih ada satu permintaan mendesak lagi, yang menunggu sejak {since}.",
            wrong="Tombol itu tidak ada pilihannya.",
            taken=(
                "Terima kasih. Permintaan ini sekarang Anda tangani, dan petugas lain tidak akan dihubungi "
                "lagi. Nomornya"
            ),
            again="Sekali lagi, nomornya",
            unpressed="Anda belum menekan 1, jadi kami akan menghubungi petugas lain. Sampai jumpa.",
            settled="Panggilan ini sudah tidak diperlukan. Sampai jumpa.",
            failed=(
                "Ini layanan hotline. Ada permintaan mendesak yang menunggu, tetapi saat ini kami tidak "
                "dapat mencatat siapa yang menanganinya. Silakan tangani langsung di meja kerja Anda. "
                "Sampai jumpa."
            ),
            goodbye="Sampai jumpa.",
            text=(
                "Hotline: ada permintaan mendesak yang menunggu sejak {since} dan belum ada yang "
                "menanganinya. Mohon segera ditangani di meja kerja Anda; sebelum ada yang menangani, kami "
                "terus menghubungi petugas siaga."
            ),
        ),
    }
)


def spoken_in(language: str | None) -> str:
    """A language in which pages have words: this one, or the last resort."""
    return language if language and language in WORDS else LAST_RESORT


def waiting_since(language: str, since: datetime, zone: str, *, again: bool = False) -> tuple[Say, ...]:
    """That something waits, and what to press."""
    words = WORDS[language]
    told = words.another if again else f"{words.calling} {words.waits}"
    return (said(language, "waits", told.format(since=_moment(words, since, zone)), " ", words.press),)


def number_of(language: str, ticket: str) -> tuple[Say, ...]:
    """That it is theirs now, and its number in groups, twice."""
    words, digits = WORDS[language], spoken_digits(ticket)
    return (said(language, "taken", words.taken, *digits), said(language, "again", words.again, *digits))


def said(language: str, stage: str, *words: str | Break) -> Say:
    """These words in the voice of that language; `stage` names them on the tape and in logs."""
    return Say(f"page.{stage}", language, VOICES[language].voice, words)


def text_of(language: str, since: datetime, zone: str) -> str:
    """The words of a text."""
    words = WORDS[spoken_in(language)]
    return words.text.format(since=_moment(words, since, zone))


def _moment(words: PageWords, since: datetime, zone: str) -> str:
    return moment(since.isoformat(), words.locale, zone, JOINED)
