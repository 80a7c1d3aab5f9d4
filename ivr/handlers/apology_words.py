"""What a caller hears when everything else has failed: words that need no book, no store and no network."""

from dataclasses import dataclass

from ivr.flow.instructions import Break, Say
from ivr.menus.wording import Voice

GROUP = 3  # digits in one breath
GROUP_PAUSE = Break(600)


@dataclass(frozen=True, slots=True)
class ApologyWords:
    """One language; `ticket` is said before its digits, `spooled` of a promise that has no number yet."""

    voice: Voice
    sorry: str
    ticket: str
    spooled: str
    person: str
    unanswered: str
    kept: str
    not_kept: str


WORDS = {
    "en": ApologyWords(
        Voice(name="Polly.Amy-Neural", say_locale="en-GB", gather_locale="en-GB"),
        sorry="We are sorry: something went wrong on our side.",
        ticket="Your request is kept. Its number is",
        spooled="Your request is kept. It has no number yet.",
        person="We are connecting you to a person now.",
        unanswered=(
            "Nobody could take your call just now. After the tone, please say your name, the number we "
            "should call, and what has happened. Then hang up, or press the hash key."
        ),
        kept="Thank you. Your message is kept and will be listened to. Goodbye.",
        not_kept="We are sorry, we could not keep a message. Please call again a little later. Goodbye.",
    ),
    "zh": ApologyWords(
        Voice(name="Polly.Zhiyu-Neural", say_locale="cmn-CN", gather_locale="cmn-Hans-CN"),
        sorry="非常抱歉，我们的系统出了问题。",
        ticket="您的请求已经保存，编号是",
        spooled="您的请求已经保存，现在还没有编号。",
        person="现在为您转接人工服务。",
        unanswered=(
            "暂时没有人能接听您的电话。请在提示音之后，说出您的姓名、我们可以回拨的电话号码，以及发生了"
            "什么事。说完之后请挂机，或者按井号键。"
        ),
        kept="谢谢您。您的留言已经保存，我们会有人收听。再见。",
        not_kept="非常抱歉，我们没能保存您的留言。请您稍后再拨。再见。",
    ),
    "id": ApologyWords(
        Voice(name="Google.id-ID-Wavenet-A", say_locale="id-ID", gather_locale="id-ID"),
        sorry="Mohon maaf, terjadi gangguan di sistem kami.",
        ticket="Permintaan Anda sudah tersimpan. Nomornya",
        spooled="Permintaan Anda sudah tersimpan. Nomornya belum ada.",
        person="Sekarang kami sambungkan Anda dengan petugas.",
        unanswered=(
            "Saat ini belum ada petugas yang dapat menerima telepon Anda. Setelah nada, sebutkan nama Anda, "
            "nomor yang dapat kami hubungi, dan apa yang terjadi. Lalu tutup telepon, atau tekan tombol "
            "pagar."
        ),
        kept="Terima kasih. Pesan Anda sudah tersimpan dan akan didengarkan. Sampai jumpa.",
        not_kept=(
            "Mohon maaf, pesan Anda tidak dapat kami simpan. Silakan hubungi kami lagi sebentar lagi. "
            "Sampai jumpa."
        ),
    ),
}
LAST_RESORT = "en"


def said(language: str, stage: str, *words: str | Break) -> Say:
    """These words in the voice of that language; `stage` names them on the tape and in logs."""
    return Say(f"apology.{stage}", language, WORDS[language].voice, words)


def spoken_digits(number: str) -> tuple[str | Break, ...]:
    """`123456789` in groups of three, each digit for itself, with a pause before and between them."""
    groups = [number[start : start + GROUP] for start in range(0, len(number), GROUP)]
    return tuple(part for group in groups for part in (GROUP_PAUSE, " ".join(group)))
