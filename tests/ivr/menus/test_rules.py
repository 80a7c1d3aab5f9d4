"""Every rule of the lint finds the book that breaks it, and nothing else in it."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from ivr.menus.faults import MenuFault
from ivr.menus.loader import judge
from ivr.menus.model import BREATH_SECONDS, KINDS
from tests.makers import Change, book_files, write_book

TICKET_WORDS = """
[prompts.desk]
[prompts.desk.parts]
opened = "{ticket:digits}"
joined = "{ticket:digits}"
already = "{ticket:digits}"
failed = "Nothing was kept."
"""
TICKET = """
[nodes.desk]
kind = "ticket"
number = "never"
next = "goodbye"
failed = "person"
"""
TOPIC = '[topics.refund]\nanswer_within_minutes = 60\n[nodes.main.choices]\ndesk = { key = "3", to = "desk", set = { topic = "refund" } }\n'
TOPIC_WORDS = '[topics]\nrefund = "a refund"\n[prompts.main.choices]\ndesk = "Press {key}."\n'
YES_NO = '[nodes.main.choices]\nmore = { key = "3", to = "more" }\n[nodes.more]\nkind = "yes-no"\nyes = "main"\nno = "goodbye"\n'
YES_NO_WORDS = '[prompts.main.choices]\nmore = "Press {key}."\n[prompts.more]\nsay = "More?"\n'
NUMBER = """
[nodes.main.choices]
number = { key = "3", to = "number" }
[nodes.number]
kind = "digits"
fact = "account"
shortest = 4
longest = 6
read_back = false
next = "main"
"""
NUMBER_WORDS = """
[prompts.main.choices]
number = "Press {key}."
[prompts.number]
say = "Type it."
[prompts.number.parts]
mixed = "Again."
"""
CHECKS = """
[nodes.main.choices]
try = { key = "3", to = "try" }
[nodes.try]
kind = "diagnose"
checks = [{ name = "one", seconds = 10 }, { name = "two", seconds = 10 }]
solved = "goodbye"
unsolved = "main"
"""
CHECKS_WORDS = """
[prompts.main.choices]
try = "Press {key}."
[prompts.try.choices]
one = "Try this."
two = "Try that."
[prompts.try.parts]
try = "Press 1 or 2."
helped = "Did it help?"
"""
VERIFY_WORDS = """
[prompts.proof]
say = "Account?"
[prompts.proof.parts]
pin = "PIN?"
verified = "Yes."
refused = "No."
slowed = "Later."
failed = "Not now."
"""


@dataclass(frozen=True)
class Broken:
    """A sentence, the rule it breaks, the change that breaks it, and words that the fault says."""

    sentence: str
    rule: str
    said: str
    book: Change | list[Change] = ""
    words: Change | list[Change] = ""
    hours: Change = ""
    also: tuple[str, ...] = ()


BROKEN = [
    Broken("a choice leads to no node", "unknown-target", "leads to 'adress'", ('to = "address"', 'to = "adress"')),
    Broken("the book starts nowhere", "unknown-target", "leads to 'mian'", ('start = "main"', 'start = "mian"')),
    Broken("the way to give up leads nowhere", "unknown-target", "'goodby'", ('give_up = "goodbye"', 'give_up = "goodby"')),
    Broken("a key of everywhere leads nowhere", "unknown-target", "'persn'", ('person = { key = "0", to = "person" }', 'person = { key = "0", to = "persn" }')),
    Broken("the verification leads nowhere", "unknown-target", "'verify'", ('verification = "goodbye"', 'verification = "verify"')),
    Broken("a node of its own gives up to nowhere", "unknown-target", "'gone'", ('kind = "menu"', 'kind = "menu"\nsilence_give_up = "gone"')),
    Broken("a choice sets an unknown topic", "unknown-topic", "'refnd'", ('key = "2", to = "goodbye"', 'key = "2", to = "goodbye", set = { topic = "refnd" }')),
    Broken("an answer sets an unknown topic", "unknown-topic", "'refnd'", YES_NO + 'yes_sets = { topic = "refnd" }\n', YES_NO_WORDS),
    Broken("a ticket names an unknown topic", "unknown-topic", "'refnd'", TOPIC + TICKET + 'topic = "refnd"\n', TOPIC_WORDS + TICKET_WORDS),
    Broken("a node needs a proof that nobody asks for", "no-verification", "no node of kind verify", ('kind = "message"', 'kind = "message"\nneeds = "verified"')),
    Broken("the verification needs itself", "no-verification", "asks for itself", [('verification = "goodbye"', 'verification = "proof"'), '[nodes.main.choices]\nproof = { key = "3", to = "proof" }\n[nodes.proof]\nkind = "verify"\nneeds = "verified"\nnext = "main"\nfailed = "person"\n'], '[prompts.main.choices]\nproof = "Press {key}."\n' + VERIFY_WORDS),
    Broken("the key for a person asks for a proof", "door-needs-proof", "'person'", ('kind = "transfer"', 'kind = "transfer"\nneeds = "verified"'), also=("no-verification",)),
    Broken("a node is never reached", "unreachable", "no caller can come here", '[nodes.attic]\nkind = "goodbye"\n', '[prompts.attic]\nsay = "Hello?"\n'),
    Broken("a verification that nobody needs is never reached", "unreachable", "no caller", '[nodes.proof]\nkind = "verify"\nnext = "main"\nfailed = "person"\n', VERIFY_WORDS),
    Broken("no choice leads to an end", "dead-end", "no choice here", ('key = "2", to = "goodbye"', 'key = "2", to = "main"')),
    Broken("messages lead round and round", "loop", "address -> more -> address", ('next = "main"', 'next = "more"\n[nodes.more]\nkind = "message"\nnext = "address"'), '[prompts.more]\nsay = "More."\n', also=("dead-end",)),
    Broken("a language that is remembered is asked in a circle", "loop", "address -> tongue -> address", ('next = "main"', 'next = "tongue"\n[nodes.tongue]\nkind = "language"\nnext = "address"'), '[prompts.tongue]\nsay = "English: {key}."\n', also=("dead-end",)),
    Broken("the key for a person leads to nobody", "no-person", "while people are there", ('person = { key = "0", to = "person" }', 'person = { key = "0", to = "address" }'), ),
    Broken("the key for a person leads to nobody at night", "no-person", "while people are away", [('person = { key = "0", to = "person" }', 'person = { key = "0", to = "hours" }'), '[nodes.hours]\nkind = "hours"\nopen = "person"\nclosed = "address"\n']),
    Broken("a ticket may come before its topic", "no-topic", "before a topic is known", TOPIC.replace(', set = { topic = "refund" }', "") + TICKET, TOPIC_WORDS + TICKET_WORDS),
    Broken("two choices have one key", "clashing-keys", "'address' and 'bye'", ('key = "2"', 'key = "1"')),
    Broken("a choice has a key of everywhere", "clashing-keys", "means person everywhere", ('key = "2"', 'key = "0"')),
    Broken("two keys of everywhere are one", "clashing-keys", "both person and stop_my_money", ('key = "9"', 'key = "0"')),
    Broken("back and again are one key", "clashing-keys", "both back and again", ("stop_my_money =", 'again = "*"\nstop_my_money =')),
    Broken("yes is a key of everywhere", "clashing-keys", "means yes here", [YES_NO, ('person = { key = "0"', 'person = { key = "1"')], YES_NO_WORDS),
    Broken("a skip has a key of everywhere", "clashing-keys", "means skip here", NUMBER + 'skip = { key = "9", to = "main" }\n', NUMBER_WORDS),
    Broken("a menu has no choices", "no-choices", "without choices", ('address = { key = "1", to = "address" }\nbye = { key = "2", to = "goodbye" }\n', ""), ('address = "For our address, press {key}."\nbye = "To end this call, press {key}."\n', ""), also=("unreachable", "dead-end")),
    Broken("a menu has six choices", "too-many-choices", "6 choices", "[nodes.main.choices]\n" + "".join(f'c{n} = {{ key = "{n}", to = "goodbye" }}\n' for n in range(3, 7)), "[prompts.main.choices]\n" + "".join(f'c{n} = "{{key}}."\n' for n in range(3, 7))),
    Broken("a number has one digit", "one-digit-entry", "an entry of one key", NUMBER.replace("shortest = 4", "shortest = 1"), NUMBER_WORDS),
    Broken("a number cannot be typed", "impossible-entry", "nothing can be typed", NUMBER.replace("shortest = 4", "shortest = 7"), NUMBER_WORDS),
    Broken("two checks have one name", "double-check", "'one'", CHECKS.replace('"two"', '"one"'), CHECKS_WORDS.replace('two = "Try that."\n', "")),
    Broken("the default language is not spoken", "unknown-language", "'id'", ('default_language = "en"', 'default_language = "id"')),
    Broken("a number begins in a language not spoken", "unknown-language", "'id'", '[numbers]\n"+622150001010" = "id"\n'),
    Broken("a wording file says another language", "unknown-language", "says 'fr'", words=('language = "en"', 'language = "fr"')),
    Broken("a language is named twice", "double-language", "twice", ('languages = ["en"]', 'languages = ["en", "en"]')),
    Broken("a language has no file", "no-wording-file", "'id'", ('languages = ["en"]', 'languages = ["en", "id"]')),
    Broken("a dialled number is not E.164", "bad-number", "021", '[numbers]\n"02150001010" = "en"\n'),
    Broken("a country to call does not exist", "unknown-country", "'QQ'", ('countries = ["ID"]', 'countries = ["ID", "QQ"]')),
    Broken("the region does not exist", "unknown-country", "'QQ'", ('region = "ID"', 'region = "QQ"')),
    Broken("a locale does not exist", "unknown-locale", "'en_QQQ'", words=('"en_GB"', '"en_QQQ"')),
    Broken("a voice does not exist", "unknown-voice", "Polly.Ami-Neural", words=("Polly.Amy-Neural", "Polly.Ami-Neural")),
    Broken("a voice speaks another language", "voice-locale", "does not speak id-ID", words=('say_locale = "en-GB"', 'say_locale = "id-ID"')),
    Broken("Polly speaks no Indonesian", "unknown-voice", "Polly.Gadis", words=("Polly.Amy-Neural", "Polly.Gadis")),
    Broken("nobody hears a locale", "unknown-gather-locale", "'en'", words=('gather_locale = "en-GB"', 'gather_locale = "en"')),
    Broken("a node has no words", "missing-wording", "no words in 'en'", words=('say = "I am ringing a person for you."', "")),
    Broken("a choice has no words", "missing-wording", "the choice 'bye'", words=('bye = "To end this call, press {key}."', "")),
    Broken("a part has no words", "missing-wording", "its part 'unanswered'", words=('unanswered = "Nobody could come to the telephone."', "")),
    Broken("the book has no words for going back", "missing-wording", "'no_way_back'", words=('no_way_back = "We cannot go back further."', "")),
    Broken("the second miss has no words", "missing-wording", "the second silence", words=('    "I still hear no key. For a person, press {person_key}.",\n', "")),
    Broken("a topic has no name", "missing-wording", "'refund' of topics", TOPIC + TICKET, TOPIC_WORDS.replace('refund = "a refund"\n', "") + TICKET_WORDS),
    Broken("a key has no name", "missing-wording", "'*' of keys", words=('"*" = "star"\n', "")),
    Broken("a digit has no word", "missing-wording", "the digit 1", words=('"one", ', '"", ')),
    Broken("a prompt belongs to no node", "unused-wording", "'attic'", words='[prompts.attic]\nsay = "Hello?"\n'),
    Broken("a choice was renamed", "unused-wording", "'adress'", words='[prompts.main.choices]\nadress = "Press {key}."\n'),
    Broken("a part is never said", "unused-wording", "'helpd'", words='[common.parts]\nhelpd = "Did it?"\n'),
    Broken("a topic is not in the book", "unused-wording", "'refnd'", words='[topics]\nrefnd = "a refund"\n'),
    Broken("a state does not exist", "unused-wording", "'solvd'", words='[states]\nsolvd = "It is solved."\n'),
    Broken("nothing fills a slot", "unfilled-placeholder", "{brnd}", words=('say = "Welcome."', 'say = "Welcome to {brnd}."')),
    Broken("a key is only known in its choice", "unfilled-placeholder", "{key}", words=('say = "Welcome."', 'say = "Press {key}."')),
    Broken("an amount is said without amount", "unfilled-placeholder", "currency", words=('"{amount} rupiah"', '"rupiah"')),
    Broken("a format does not exist", "unknown-format", "'digit'", words=("{person_key}.", "{person_key:digit}.")),
    Broken("braces do not pair", "bad-braces", "cannot be read", words=('say = "Welcome."', 'say = "Welcome {."')),
    Broken("a bell is in the words", "unspeakable", "no telephone", words=('say = "Welcome."', 'say = "Welcome \\u0007."')),
    Broken("a prompt takes half a minute", "too-long", "seconds", words=('say = "Welcome."', f'say = "{"Welcome to our service. " * 16}"')),
    Broken("a field is misspelt", "unknown-field", "'unanswerd'", ('unanswered = "goodbye"', 'unanswered = "goodbye"\nunanswerd = "goodbye"')),
    Broken("a field is missing", "schema", "unanswered is missing", ('unanswered = "goodbye"', "")),
    Broken("a number is a text", "schema", "the text '5'", ('[calling]', '[timing]\nmenu = "5"\n[calling]')),
    Broken("a kind does not exist", "schema", "'massage' is no kind", ('kind = "message"', 'kind = "massage"')),
    Broken("the hours close before they open", "schema", "closes before it opens", hours=('"08:00-12:00"', '"12:00-08:00"')),
    Broken("a zone does not exist", "schema", "'Asia/Jakart'", hours=("Asia/Jakarta", "Asia/Jakart")),
]  # fmt: skip


def faults_of(folder: Path, broken: Broken) -> tuple[MenuFault, ...]:
    changes = {"book": broken.book, "words": broken.words, "hours": broken.hours}
    files = book_files(**{name: change for name, change in changes.items() if change})
    return judge(write_book(folder, files)).faults


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.sentence)
def test_a_broken_book_is_told_by_its_rule(broken: Broken, tmp_path: Path) -> None:
    faults = faults_of(tmp_path, broken)
    assert {fault.rule for fault in faults} == {broken.rule, *broken.also}, [str(fault) for fault in faults]
    assert any(broken.said in str(fault) for fault in faults if fault.rule == broken.rule)
    assert all(fault.line >= 1 and fault.cure for fault in faults)
