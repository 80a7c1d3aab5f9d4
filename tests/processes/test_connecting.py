"""What has to change so that a number leads here: decided without asking anybody."""

import pytest

from ivr.channels.addresses import OVERRIDES
from processes.connect.connecting import (
    Addresses,
    Change,
    addresses,
    changes,
    fallback_hint,
    is_near,
    is_this_machine,
    leads_here,
    unfit,
)
from telephony.numbers import SETTINGS, CarrierNumber

URL = "https://hotline.example.org"
FALLBACK = "https://handler.example.com/bins/fallback"
TRUNK = "TK" + "7" * 32
NEW = dict.fromkeys(SETTINGS, "") | {
    "VoiceMethod": "POST",
    "VoiceFallbackMethod": "POST",
    "StatusCallbackMethod": "POST",
}


def number(**settings: str) -> CarrierNumber:
    return CarrierNumber("PN1", "+622150001000", takes_calls=True, settings=NEW | settings)


def after(one: CarrierNumber, wanted: Addresses) -> CarrierNumber:
    return number(**dict(one.settings) | {change.name: change.new for change in changes(one, wanted)})


def test_a_new_number_gets_both_addresses_and_keeps_what_is_right() -> None:
    planned = changes(number(), addresses(URL, ""))
    assert planned == (
        Change("VoiceUrl", "", f"{URL}/voice/answer{OVERRIDES}"),
        Change("StatusCallback", "", f"{URL}/voice/status{OVERRIDES}"),
    )
    assert str(planned[0]) == f"VoiceUrl: (none) -> {URL}/voice/answer{OVERRIDES}"


@pytest.mark.parametrize("fallback", ["", FALLBACK])
@pytest.mark.parametrize(
    "before",
    [
        {},
        {"VoiceUrl": "https://other.example.org/", "VoiceMethod": "GET", "StatusCallbackMethod": "GET"},
        {"TrunkSid": TRUNK},
        {"VoiceApplicationSid": "AP1", "VoiceFallbackUrl": "https://old.example.org/"},
    ],
)
def test_done_once_there_is_nothing_left_to_do(before: dict[str, str], fallback: str) -> None:
    wanted = addresses(URL, fallback)
    now = after(number(**before), wanted)
    assert changes(now, wanted) == ()
    assert leads_here(now, URL) is None


def test_a_fallback_is_set_when_it_is_given_and_otherwise_left() -> None:
    old = number(VoiceFallbackUrl="https://old.example.org/", VoiceFallbackMethod="GET")
    named = {change.name for change in changes(old, addresses(URL, ""))}
    assert named.isdisjoint({"VoiceFallbackUrl", "VoiceFallbackMethod"})
    now = after(old, addresses(URL, FALLBACK)).settings
    assert (now["VoiceFallbackUrl"], now["VoiceFallbackMethod"]) == (FALLBACK, "POST")


def test_what_would_overrule_the_address_is_taken_away_and_told() -> None:
    planned = changes(number(TrunkSid=TRUNK), addresses(URL, ""))
    assert planned[-1] == Change("TrunkSid", TRUNK, "")
    assert str(planned[-1]).endswith("-> (none)")


def test_the_overrides_are_as_the_carriers_page_allows_and_fit_our_budget() -> None:
    told = dict(part.split("=") for part in OVERRIDES.removeprefix("#").split("&"))
    assert 100 <= int(told["ct"]) <= 10_000
    assert 1_800 < int(told["rt"]) <= 15_000
    assert int(told["tt"]) < 15_000
    assert (1 + int(told["rc"])) * (int(told["ct"]) + int(told["rt"])) <= int(told["tt"])
    assert set(told["rp"].split(",")) <= {"4xx", "5xx", "ct", "rt", "all"}


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({}, "its voice URL is (none)"),
        ({"VoiceUrl": f"{URL}.evil.example/voice/answer"}, "its voice URL is"),
        ({"VoiceUrl": f"{URL}/voice/answer", "TrunkSid": TRUNK}, TRUNK),
        ({"VoiceUrl": f"{URL}/voice/answer", "VoiceMethod": "GET"}, "GET"),
    ],
)
def test_a_number_that_leads_elsewhere_says_where(settings: dict[str, str], why: str) -> None:
    assert why in (leads_here(number(**settings), URL) or "")


def test_the_overrides_behind_an_address_change_nothing_of_where_it_leads() -> None:
    assert leads_here(number(VoiceUrl=f"{URL}/voice/answer#rc=3"), URL) is None


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "127.0.0.1", "::1", "10.1.2.3", "192.168.1.4", "172.16.0.1", "169.254.1.1", "fe80::1"),
        *("0.0.0.0", "hotline", "hotline.local", "web.internal", "box.localhost"),  # noqa: S104
    ],
)
def test_a_host_of_this_machine_or_network_is_near(host: str) -> None:
    assert is_near(host)
    assert unfit(f"https://[{host}]" if ":" in host else f"https://{host}")


@pytest.mark.parametrize(
    "host", ["hotline.example.org", "8.8.8.8", "2606:4700::1111", "a-b.trycloudflare.com"]
)
def test_a_host_of_the_internet_is_not(host: str) -> None:
    assert not is_near(host)
    assert unfit(f"https://[{host}]" if ":" in host else f"https://{host}") is None


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_is_known_by_each_of_its_names(host: str) -> None:
    assert is_this_machine(host)


@pytest.mark.parametrize("host", ["", "10.1.2.3", "api.twilio.com", "localhost.example.org"])
def test_a_neighbour_is_not_this_machine(host: str) -> None:
    assert not is_this_machine(host)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (
            "https://us:s3cret@example.org:8443/voice?a=b#ct=1",
            "https://us:****@example.org:8443/voice?a=b#ct=1",
        ),
        ("https://:s3cret@example.org", "https://:****@example.org"),
        ("https://us@example.org/voice", "https://us@example.org/voice"),
        ("https://example.org/\x1b[2Jvoice", "https://example.org/ [2Jvoice"),
        ("http://us:s3cret@[::1/voice", "(an address that cannot be read)"),
        ("", "(none)"),
    ],
)
def test_a_password_in_an_address_is_not_shown(address: str, shown: str) -> None:
    assert str(Change("VoiceUrl", address, "")) == f"VoiceUrl: {shown} -> (none)"


def test_what_is_no_address_is_refused_in_words() -> None:
    assert unfit("https://[::1/voice") == "https://[::1/voice is no address"


def test_http_is_refused_with_the_reason() -> None:
    assert "not https" in (unfit("http://hotline.example.org") or "")


def test_whoever_has_no_fallback_or_one_on_the_same_host_is_told_loudly() -> None:
    assert "NO FALLBACK URL" in (fallback_hint(number(), addresses(URL, ""), URL) or "")
    same = addresses(URL, f"{URL}/fallback.xml")
    assert "own host" in (fallback_hint(number(), same, URL) or "")
    assert fallback_hint(number(), addresses(URL, FALLBACK), URL) is None
    assert fallback_hint(number(VoiceFallbackUrl=FALLBACK), addresses(URL, ""), URL) is None
