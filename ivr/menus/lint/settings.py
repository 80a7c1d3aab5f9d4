"""What a book says about itself: its languages, the numbers that are dialled, the countries it calls."""

from __future__ import annotations

import phonenumbers
from babel import Locale, UnknownLocaleError

from foundation.phone_numbers import parse
from ivr.menus.faults import did_you_mean
from ivr.menus.lint.found import Found, in_book, in_wording
from ivr.menus.lint.keys import KEYS_OF_LANGUAGES
from ivr.menus.model import MenuBook
from ivr.menus.nodes import Asking
from ivr.menus.voices import hearing_locales, nearest_voice, speaking_locales


def languages(book: MenuBook) -> Found:
    """A language is named that the book does not speak, or the book speaks more than there are keys."""
    for place, language in (
        (("default_language",), book.default_language),
        *((("numbers", number), language) for number, language in book.numbers.items()),
    ):
        if language not in book.languages:
            cure = did_you_mean(language, book.languages, "add it to languages, or name another")
            at = in_book(book, *place)
            yield at.fault("unknown-language", f"{language!r} is not in languages", cure)
    for number, language in enumerate(book.languages):
        if language in book.languages[:number]:
            at = in_book(book, "languages", number)
            yield at.fault("double-language", f"{language!r} is named twice", "keep one of them")
    if len(book.languages) > len(KEYS_OF_LANGUAGES):
        what = f"{len(book.languages)} languages and {len(KEYS_OF_LANGUAGES)} keys to choose them by"
        yield in_book(book, "languages").fault("too-many-languages", what, "keep the most wanted")


def wording_files(book: MenuBook) -> Found:
    """A language has no wording, a wording no language, or a file says another language than its name."""
    for number, language in enumerate(book.languages):
        if language not in book.wordings:
            cure = f"write {book.name}.{language}.toml, or take the language away"
            at = in_book(book, "languages", number)
            yield at.fault("no-wording-file", f"{language!r} has no wording file", cure)
    for language, wording in book.wordings.items():
        if language not in book.languages:
            at = in_wording(book, language, "language")
            cure = f"add {language!r} to languages in {book.name}.toml, or take the file away"
            yield at.warning("unused-wording", "this language is not in the book's languages", cure)
        if wording.language != language:
            at = in_wording(book, language, "language")
            what = f"the file is called .{language} and says {wording.language!r}"
            yield at.fault("unknown-language", what, f'write language = "{language}"')


def dialled_numbers(book: MenuBook) -> Found:
    """A dialled number that no carrier would ever report: only E.164 compares."""
    for number in book.numbers:
        read = parse(number, "ZZ")
        if read is None or read.e164 != number:
            at = in_book(book, "numbers", number)
            cure = "write it with + and country code, without blanks: +6221..."
            yield at.fault("bad-number", f"{number!r} is no telephone number in E.164", cure)


def calling(book: MenuBook) -> Found:
    """A region or a country to call that no telephone knows."""
    known = phonenumbers.SUPPORTED_REGIONS
    if book.calling.region not in known:
        at = in_book(book, "calling", "region")
        cure = "write a country in two letters, such as ID"
        yield at.fault("unknown-country", f"{book.calling.region!r} has no telephone numbers", cure)
    for number, country in enumerate(book.calling.countries):
        if country not in known:
            at = in_book(book, "calling", "countries", number)
            cure = "write a country in two letters, such as ID"
            yield at.fault("unknown-country", f"{country!r} has no telephone numbers", cure)


def sureness(book: MenuBook) -> Found:
    """What is asked about would be believed before it is asked about: `accept` lies below `confirm`."""
    usual = book.speech
    places = [(in_book(book, "speech", "confirm"), usual.accept, usual.confirm)]
    for name, node in book.nodes.items():
        if isinstance(node, Asking) and not (node.accept is None and node.confirm is None):
            accept = usual.accept if node.accept is None else node.accept
            confirm = usual.confirm if node.confirm is None else node.confirm
            field = "accept" if node.confirm is None else "confirm"
            places.append((in_book(book, "nodes", name, field), accept, confirm))
    for at, accept, confirm in places:
        if accept < confirm:
            what = f"believed from {accept} on, and asked about from {confirm} on: nobody is ever asked"
            yield at.fault("sureness", what, "make accept larger than confirm")


def locales(book: MenuBook) -> Found:
    """A wording whose dates and amounts nobody knows how to write."""
    for language, wording in book.wordings.items():
        try:
            Locale.parse(wording.locale)
        except (ValueError, TypeError, UnknownLocaleError):
            at = in_wording(book, language, "locale")
            cure = "write language and country, such as en_GB, zh_Hans_CN, id_ID"
            yield at.fault("unknown-locale", f"{wording.locale!r} is no known locale", cure)


def voices(book: MenuBook) -> Found:
    """A voice the carrier does not know, or that does not speak the locale: callers would be cut off."""
    for language, wording in book.wordings.items():
        voice = wording.voice
        spoken = speaking_locales(voice.name)
        if not spoken:
            near = nearest_voice(voice.name, voice.say_locale)
            at = in_wording(book, language, "voice", "name")
            cure = f"did you mean {near!r}?" if near else "see the carrier's list of voices"
            yield at.fault("unknown-voice", f"{voice.name!r} is no voice of the carrier", cure)
        elif voice.say_locale not in spoken:
            near = nearest_voice("", voice.say_locale)
            at = in_wording(book, language, "voice", "say_locale")
            what = f"{voice.name} does not speak {voice.say_locale}"
            cure = f"write {' or '.join(sorted(spoken))}" + (f", or take {near!r}" if near else "")
            yield at.fault("voice-locale", what, cure)
        if voice.gather_locale not in hearing_locales():
            at = in_wording(book, language, "voice", "gather_locale")
            cure = did_you_mean(voice.gather_locale, hearing_locales(), "such as en-GB, cmn-Hans-CN, id-ID")
            yield at.fault(
                "unknown-gather-locale", f"{voice.gather_locale!r} is not heard by the carrier", cure
            )
