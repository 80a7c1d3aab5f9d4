"""hours.toml as people write it: slips are told with their cure, and nothing is lost on the way."""

import tomllib

import pytest
from pydantic import ValidationError

from foundation.hours import (
    Hours,
)
from tests.foundation.example_hours import shipped


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ('zone = "Asia/Jakata"\nweek = {}', "did you mean 'Asia/Jakarta'"),
        ('zone = "UTC"\nweek.mon = ["08:00-12:00", "11:00-13:00"]', "08:00-12:00 and 11:00-13:00 overlap"),
        ('zone = "UTC"\nweek.mon = ["08:00-24:00", "22:00-23:00"]', "08:00-24:00 and 22:00-23:00 overlap"),
        ('zone = "UTC"\nweek.mon = ["12:00-08:00"]', "closes before it opens"),
        ('zone = "UTC"\nweek.mon = ["12:00-00:00"]', "closes before it opens"),
        ('zone = "UTC"\nweek.mon = ["8 to 12"]', "is no span of time"),
        ('zone = "UTC"\nweek.mon = [8]', "is no span of time"),
        ('zone = "UTC"\nweek.mon = ["25:00-26:00"]', "is no time of day"),
        ('zone = "UTC"\nweek.monday = []', "Extra inputs"),
        ('zone = "UTC"\nweek = {}\ncountry_holidays = "Indonesia"', "two letters"),
        (
            'zone = "UTC"\nweek={}\nclosures=[{from = 2026-11-24T13:00:00Z, to = 2026-11-25, reason = ""}]',
            "without an offset",
        ),
        (
            'zone = "UTC"\nweek = {}\nclosures = [{from = 2026-11-24, to = 2026-11-24, reason = "drill"}]',
            "before it starts",
        ),
    ],
)
def test_a_slip_in_the_file_is_told_with_its_cure(wrong: str, told: str) -> None:
    with pytest.raises(ValidationError) as fault:
        Hours.model_validate(tomllib.loads(wrong))
    assert told in str(fault.value)


def test_hours_survive_being_written_and_read() -> None:
    hours = shipped()
    assert Hours.model_validate_json(hours.model_dump_json()) == hours
    assert Hours.model_validate_json(hours.model_dump_json(by_alias=True)) == hours


def test_hours_have_a_schema_for_editors() -> None:
    schema = Hours.model_json_schema()
    assert schema["$defs"]["Week"]["properties"]["mon"]["items"]["type"] == "string"
