"""What a caller hears whose call is not taken: honest, short, and with a way to what cannot wait."""

from dataclasses import dataclass

from ivr.flow.instructions import Say
from ivr.handlers.apology_words import WORDS as APOLOGY_WORDS


@dataclass(frozen=True, slots=True)
class OverflowWords:
    """One language. `{key}` is the key that leads there."""

    full: str
    often: str
    urgent: str
    message: str
    person: str
    speak: str
    later: str
    blocked: str


WORDS = {
    "en": OverflowWords(
        full="Very many people are calling just now, so we cannot go through the menu with you.",
        often="Many calls have come from your number in the last minutes, so we are not taking this one.",
        urgent="If your money is in danger, press {key}.",
        message="To leave us a message in English, press {key}.",
        person="For a person, press {key}.",
        speak=(
            "After the tone, please say your name, the number we should call, and what has happened. Then "
            "hang up, or press the hash key."
        ),
        later="Please call again in a few minutes. Goodbye.",
        blocked=(
            "Calls from this number are not taken at the moment. If you need us, please call from another "
            "telephone. Goodbye."
        ),
    ),
    "zh": OverflowWords(
        full="现在来电非常多，暂时无法为您提供完整的菜单服务。",
        often="您的号码在几分钟内多次来电，这一次我们暂时不能接入。",
        urgent="如果您的资金有危险，请按{key}。",
        message="如需用中文留言，请按{key}。",
        person="需要人工服务，请按{key}。",
        speak=(
            "请在提示音之后，说出您的姓名、我们可以回拨的电话号码，以及发生了什么事。说完之后请挂机，"
            "或者按井号键。"
        ),
        later="请您过几分钟再拨。再见。",
        blocked="目前我们不接听这个号码的来电。如果您需要帮助，请换一部电话拨打。再见。",
    ),
    "id": OverflowWords(
        full="Saat ini sangat banyak yang menelepon, jadi kami belum bisa melayani Anda lewat menu.",
        often=(
            "Dalam beberapa menit terakhir banyak panggilan masuk dari nomor Anda, jadi yang ini belum bisa "
            "kami layani."
        ),
        urgent="Jika uang Anda dalam bahaya, tekan {key}.",
        message="Untuk meninggalkan pesan dalam bahasa Indonesia, tekan {key}.",
        person="Untuk berbicara dengan petugas, tekan {key}.",
        speak=(
            "Setelah nada, sebutkan nama Anda, nomor yang dapat kami hubungi, dan apa yang terjadi. Lalu "
            "tutup telepon, atau tekan tombol pagar."
        ),
        later="Silakan telepon lagi beberapa menit lagi. Sampai jumpa.",
        blocked=(
            "Saat ini panggilan dari nomor ini tidak kami terima. Jika Anda membutuhkan kami, silakan "
            "menelepon dari nomor lain. Sampai jumpa."
        ),
    ),
}
LAST_RESORT = "en"


def said(language: str, stage: str, text: str) -> Say:
    """These words in the voice of that language; `stage` names them on the tape and in logs."""
    return Say(f"overflow.{stage}", language, APOLOGY_WORDS[language].voice, (text,))
