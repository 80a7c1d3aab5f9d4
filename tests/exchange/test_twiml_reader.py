"""A document is read strictly: what Twilio's pages do not allow is the carrier's error, with its number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.faults import CarrierFault
from exchange.twiml.reader import LARGEST_DOCUMENT, read_document
from exchange.twiml.verbs import Dial, Gather, Hangup, Pause, Play, Record, Redirect, Reject, Say


def read(inside: str) -> object:
    return read_document(f"<Response>{inside}</Response>".encode()).verbs


def only(inside: str) -> object:
    verbs = read_document(f"<Response>{inside}</Response>".encode()).verbs
    assert len(verbs) == 1
    return verbs[0]


def test_each_verb_is_read_with_the_defaults_of_its_page() -> None:
    assert only("<Gather/>") == Gather(
        action="", method="POST", timeout=5, num_digits=None, finish_on_key="#", prompts=()
    )
    assert only("<Record/>") == Record(
        timeout=5, finish_on_key="1234567890*#", max_length=3600, play_beep=True, trims_silence=True
    )
    assert only("<Pause/>") == Pause(1)
    assert only("<Play>/a.wav</Play>") == Play("/a.wav", "", 1)
    assert only("<Redirect>/next?a=1&amp;b=2</Redirect>") == Redirect("/next?a=1&b=2", "POST")
    assert only("<Hangup/>") == Hangup()
    assert only("<Reject/>") == Reject("rejected")
    assert only("<Dial>+622150009000</Dial>") == Dial(("+622150009000",), None, "POST", 30, 14_400)


def test_a_say_without_a_voice_is_spoken_by_a_man_in_english() -> None:
    said = only("<Say>Hello</Say>")
    assert isinstance(said, Say)
    assert (said.text, said.voice, said.language, said.loop) == ("Hello", "man", "en-US", 1)


def test_a_say_keeps_what_the_ear_gets_and_counts_the_breaks() -> None:
    plain = only('<Say voice="Polly.Joanna">Ticket one two</Say>')
    marked = only(
        '<Say voice="Polly.Joanna"><s>Ticket</s><break time="600ms"/>'
        '<say-as interpret-as="digits">one</say-as> <prosody rate="85%">two</prosody></Say>'
    )
    assert isinstance(plain, Say)
    assert isinstance(marked, Say)
    assert marked.text == plain.text == "Ticket one two"
    assert marked.seconds == pytest.approx(plain.seconds + 0.6)


def test_chinese_takes_a_quarter_of_a_second_a_character() -> None:
    said = only('<Say voice="Polly.Zhiyu" language="cmn-CN">您好欢迎</Say>')
    assert isinstance(said, Say)
    assert said.seconds == pytest.approx(1.0)


def test_a_substitute_is_heard_instead_of_what_is_written() -> None:
    said = only('<Say voice="Polly.Joanna">Call <sub alias="the bank">BI</sub> now</Say>')
    assert isinstance(said, Say)
    assert said.text == "Call the bank now"


def test_prompts_are_nested_in_a_gather_in_their_order() -> None:
    gather = only(
        '<Gather numDigits="1" finishOnKey=""><Say>a</Say><Pause length="2"/><Play>/b</Play></Gather>'
    )
    assert isinstance(gather, Gather)
    assert [type(one) for one in gather.prompts] == [Say, Pause, Play]
    assert (gather.num_digits, gather.finish_on_key) == (1, "")


def test_ten_numbers_ring_and_digits_of_the_united_states_get_their_code() -> None:
    dial = only("<Dial><Number>+622150009000</Number><Number>(415) 555-1212</Number></Dial>")
    assert isinstance(dial, Dial)
    assert dial.numbers == ("+622150009000", "+14155551212")


@pytest.mark.parametrize(
    ("voice", "language"),
    [
        ("Polly.Joanna-Neural", "en-US"),
        ("Polly.Matthew", "en-US"),
        ("Polly.Zhiyu-Neural", "cmn-CN"),
        ("Google.id-ID-Standard-A", "id-ID"),
        ("Google.id-ID-Wavenet-D", "id-ID"),
        ("Google.id-ID-Chirp3-HD-Kore", "id-ID"),
        ("Google.cmn-CN-Standard-A", "cmn-CN"),
        ("woman", "en-GB"),
        ("alice", "zh-CN"),
    ],
)
def test_a_voice_speaks_its_own_language(voice: str, language: str) -> None:
    said = only(f'<Say voice="{voice}" language="{language}">x</Say>')
    assert isinstance(said, Say)
    assert said.language == language


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ('<Say voice="Polly.Joanna" language="id-ID">x</Say>', 13511),
        ('<Say voice="Google.id-ID-Standard-A" language="en-US">x</Say>', 13511),
        ('<Say voice="Polly.Zhiyu" language="zh-CN">x</Say>', 13511),
        ('<Say language="id-ID">x</Say>', 13511),
        ('<Say voice="Polly.Andika">x</Say>', 13511),
        ('<Say voice="Google.id-ID-Standard-Z">x</Say>', 13511),
        ('<Say voice="Google.id-ID-Neural2-A">x</Say>', 13511),
        ('<Say voice="Google.xx-XX-Standard-A">x</Say>', 13511),
        ("<Say></Say>", 13520),
        ('<Say>With <break time="1s"/> a basic voice</Say>', 13520),
        ('<Say voice="Polly.Joanna"><break time="11s"/>x</Say>', 12200),
        ('<Say voice="Polly.Joanna"><break time="soon"/>x</Say>', 12200),
        ('<Say voice="Polly.Joanna"><say-as>1</say-as></Say>', 12200),
        ('<Say voice="Polly.Joanna"><say-as interpret-as="song">1</say-as></Say>', 12200),
        ('<Say voice="Polly.Joanna"><blink>x</blink></Say>', 12200),
        ('<Say voice="Polly.Joanna"><s><p>x</p></s></Say>', 12200),
        ('<Say voice="Polly.Joanna"><emphasis colour="red">x</emphasis></Say>', 12200),
        ('<Say loop="-1">x</Say>', 12200),
        ('<Say colour="red">x</Say>', 12200),
        ("<say>x</say>", 12200),
        ("<Sing>x</Sing>", 12200),
        ("<Enqueue>support</Enqueue>", 12200),
        ("text between", 12200),
        ("<Say>a</Say> and <Say>b</Say>", 12200),
        ("<Gather><Gather/></Gather>", 12200),
        ("<Gather><Record/></Gather>", 12200),
        ("<Gather>press one</Gather>", 12200),
        ('<Gather timeout="0"/>', 12200),
        ('<Gather timeout="soon"/>', 12200),
        ('<Gather numDigits="0"/>', 12200),
        ('<Gather numDigits="one"/>', 12200),
        ('<Gather input="keys"/>', 12200),
        ('<Gather finishOnKey="##"/>', 13310),
        ('<Gather finishOnKey="A"/>', 13310),
        ('<Gather actionOnEmptyResult="yes"/>', 13338),
        ('<Gather language="Indonesian"/>', 13331),
        ('<Gather method="PUT"/>', 12200),
        ('<Gather action="ftp://x/"/>', 11100),
        ('<Gather action="/a b"/>', 11100),
        ('<Record maxLength="1"/>', 12200),
        ('<Record finishOnKey="A"/>', 12200),
        ('<Record playBeep="loud"/>', 12200),
        ('<Record trim="both"/>', 12200),
        ('<Record transcribe="true"/>', 12200),
        ('<Record recordingStatusCallback="/r" recordingStatusCallbackEvent="begun"/>', 12200),
        ("<Record><Say>x</Say></Record>", 12200),
        ("<Redirect/>", 11100),
        ('<Redirect voice="man">/x</Redirect>', 12200),
        ("<Hangup>now</Hangup>", 12200),
        ('<Hangup after="5"/>', 12200),
        ('<Reject reason="tired"/>', 12200),
        ('<Pause length="0"/>', 12200),
        ("<Pause>x</Pause>", 12200),
        ("<Play/>", 12200),
        ('<Play digits="12x"/>', 12200),
        ("<Dial/>", 13223),
        ("<Dial>the office</Dial>", 13223),
        ("<Dial><Number>12</Number></Dial>", 13223),
        ("<Dial>+622150009000<Number>+622150009001</Number></Dial>", 12200),
        ("<Dial><Conference>room</Conference></Dial>", 12200),
        ("<Dial><Say>x</Say></Dial>", 12200),
        ('<Dial timeout="601">+622150009000</Dial>', 13212),
        ('<Dial timeLimit="0">+622150009000</Dial>', 12200),
        ('<Dial record="record-from-answer">+622150009000</Dial>', 12200),
        ("<Dial>" + "<Number>+622150009000</Number>" * 11 + "</Dial>", 12200),
    ],
)
def test_what_the_pages_do_not_allow_is_refused_with_its_number(inside: str, code: int) -> None:
    with pytest.raises(CarrierFault) as caught:
        read(inside)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 12100),
        (b"hello", 12100),
        (b"<Response><Say>a & b</Say></Response>", 12100),
        (b"<Response><Say>\x00</Say></Response>", 12100),
        (b"<Response><Say>\x1f</Say></Response>", 12100),
        (b"<Response><Say>\xff\xfe</Say></Response>", 12100),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><Response><Say>&a;</Say></Response>', 12100),
        (b'<?xml version="1.0" encoding="klingon"?><Response/>', 12100),
        (b"<response/>", 12200),
        (b'<Response version="2"/>', 12200),
        (b"<Response>" + b"<Pause/>" * 1001 + b"</Response>", 12200),
    ],
)
def test_a_body_that_is_no_document_is_refused(body: bytes, code: int) -> None:
    with pytest.raises(CarrierFault) as caught:
        read_document(body)
    assert caught.value.code == code


def test_sixty_four_kilobytes_pass_and_one_byte_more_does_not() -> None:
    frame = b"<Response><Say>%s</Say></Response>"
    full = frame % (b"x" * (LARGEST_DOCUMENT - len(frame) + 2))
    assert len(full) == LARGEST_DOCUMENT
    read_document(full)
    with pytest.raises(CarrierFault) as caught:
        read_document(full + b"\n")
    assert caught.value.code == 11750


def test_a_fault_says_what_was_meant() -> None:
    with pytest.raises(CarrierFault, match="did you mean <Say>"):
        read("<say>x</say>")
    with pytest.raises(CarrierFault, match="does not carry the verb <Enqueue> yet"):
        read("<Enqueue>x</Enqueue>")
    with pytest.raises(CarrierFault, match="speaks en-US, not 'id-ID'"):
        read('<Say voice="Polly.Joanna" language="id-ID">x</Say>')


def test_comments_and_white_space_are_no_content() -> None:
    assert read("\n  <!-- greeting --> <Hangup/>\n") == (Hangup(),)


def test_a_document_nested_without_end_is_refused() -> None:
    with pytest.raises(CarrierFault, match="inside one another"):
        read('<Say voice="Polly.Joanna">' + "<lang xml:lang='en'>" * 900 + "x" + "</lang>" * 900 + "</Say>")


PIECES = st.sampled_from(
    [
        *("<Say>", "</Say>", "<Gather>", "</Gather>", '<Gather timeout="', '"/>', "<Record/>", "<Dial>"),
        *("</Dial>", "<Number>", "</Number>", "+622150009000", '<break time="1s"/>', "&amp;", "&", "\x00"),
        *('<Say voice="Polly.Joanna">', "<Play>", "</Play>", "/a.wav", "<Response>", "</Response>", "]]>"),
        *("您好", "<!--", "-->", " "),
    ]
)
SOUP = st.lists(PIECES, max_size=12).map(lambda pieces: "".join(pieces).encode())


def code_of(body: bytes) -> int | None:
    try:
        read_document(body)
    except CarrierFault as fault:
        return fault.code
    return None


@given(st.one_of(st.binary(max_size=200), SOUP))
def test_whatever_comes_is_a_document_or_the_carriers_error(inside: bytes) -> None:
    for body in (inside, b"<Response>" + inside + b"</Response>"):
        assert code_of(body) in {None, 11100, 12100, 12200, 13223, 13511, 13520}
