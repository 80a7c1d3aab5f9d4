"""The files in deploy/ are what the programs that read them take them for, and name what there is."""

import configparser
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from foundation.settings import NAMES, SECRETS, Settings, SettingsFault, load
from processes.chores.chore import LONGEST_CHORE
from speech.server import DRAINS, PATH
from tests.house.plan import ROOT
from tests.servers import program

DEPLOY = ROOT / "deploy"
UNITS = sorted(
    one.name for one in DEPLOY.iterdir() if one.suffix in {".service", ".socket", ".timer", ".target"}
)
SERVICES = [name for name in UNITS if name.endswith(".service")]
EXAMPLE = (DEPLOY / "hotline.env.example").read_text("utf-8")
LIMIT = 60.0  # seconds for a program


def unit(name: str) -> configparser.ConfigParser:
    read = configparser.ConfigParser(strict=False, interpolation=None, comment_prefixes=("#",))
    read.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's names have capitals
    read.read_string((DEPLOY / name).read_text("utf-8"))
    return read


def test_the_units_are_those_that_the_document_names() -> None:
    told = (ROOT / "docs/deploy.md").read_text("utf-8")
    assert UNITS
    assert [one.name for one in DEPLOY.iterdir() if one.name not in told] == []


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    verify = program("systemd-analyze", "systemd")
    for name in UNITS:
        # As they will stand, on a machine where the house and its programs are where they are here.
        text = (DEPLOY / name).read_text("utf-8")
        text = text.replace("/srv/hotline/.venv/bin", str(Path(sys.executable).parent))
        (tmp_path / name).write_text(text.replace("/srv/hotline", str(ROOT)), "utf-8")
    asked = [verify, "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)]
    # Without the units of this machine, whose faults are not ours.
    environ = {**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:/usr/lib/systemd/system:/lib/systemd/system"}
    said = subprocess.run(asked, capture_output=True, text=True, timeout=LIMIT, check=False, env=environ)
    ours = [line for line in said.stderr.splitlines() if "hotline" in line]
    assert (said.returncode, ours) == (0, [])


@pytest.mark.parametrize("name", SERVICES)
def test_no_unit_has_more_rights_than_it_needs(name: str) -> None:
    service = unit(name)["Service"]
    assert service["User"] == "hotline"
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert service["UMask"] == "0077"
    assert service["EnvironmentFile"] == "/etc/hotline/hotline.env"


def test_the_web_unit_starts_what_the_procfile_starts_and_waits_for_its_end() -> None:
    service = unit("hotline-web.service")["Service"]
    procfile = (ROOT / "Procfile").read_text("utf-8")
    started = service["ExecStart"].removeprefix("/srv/hotline/.venv/bin/")
    # The proxy stands in front: nobody else may reach it.
    assert f"web: {started.replace(' --bind 127.0.0.1:5000', '')}\n" in procfile
    assert service["Restart"] == "always"
    # Read, not imported: gunicorn's file asks for settings at once.
    grace = re.search(r"^GRACE = (\d+)", (ROOT / "processes/web_server.py").read_text("utf-8"), re.MULTILINE)
    assert grace
    assert int(service["TimeoutStopSec"]) >= 2 * int(grace[1])


def test_the_worker_unit_starts_what_the_procfile_starts_and_waits_for_the_longest_chore() -> None:
    service = unit("hotline-worker.service")["Service"]
    procfile = (ROOT / "Procfile").read_text("utf-8")
    assert f"worker: {service['ExecStart'].removeprefix('/srv/hotline/.venv/bin/')}\n" in procfile
    assert service["Restart"] == "always"
    assert int(service["TimeoutStopSec"]) >= 2 * LONGEST_CHORE


def test_the_speech_unit_starts_what_the_procfile_starts_and_waits_for_those_who_are_heard() -> None:
    service = unit("hotline-speech.service")["Service"]
    procfile = (ROOT / "Procfile").read_text("utf-8")
    assert f"speech: {service['ExecStart'].removeprefix('/srv/hotline/.venv/bin/')}\n" in procfile
    assert (service["Restart"], service["KillMode"]) == ("always", "mixed")
    assert int(service["TimeoutStopSec"]) > DRAINS
    site = (DEPLOY / "nginx-hotline.conf").read_text("utf-8")
    port = Settings.model_fields["speech_port"].default
    assert f"server 127.0.0.1:{port};" in site
    assert f"location = {PATH} {{" in site


def test_the_socket_stays_while_processes_come_and_go() -> None:
    listens = unit("hotline-web.socket")["Socket"]["ListenStream"]
    web, standby = unit("hotline-web.service"), unit("hotline-web-standby.service")
    assert f" --bind {listens} " in web["Service"]["ExecStart"]
    assert f"server {listens};" in (DEPLOY / "nginx-hotline.conf").read_text("utf-8")
    for one in (web, standby):
        assert one["Unit"]["Requires"] == "hotline-web.socket"
        # A worker tells that it answers, not the first process.
        assert (one["Service"]["Type"], one["Service"]["NotifyAccess"]) == ("notify", "all")
    assert standby["Service"]["Sockets"] == "hotline-web.socket"
    differing = {"Restart", "RestartSec", "Sockets"}
    same = [
        {name: told for name, told in one["Service"].items() if name not in differing}
        for one in (web, standby)
    ]
    assert same[0] == same[1]


def test_the_exchange_begins_the_new_ones_before_it_ends_the_old() -> None:
    script = (DEPLOY / "exchange-web").read_text("utf-8")
    deeds = re.findall(r"^systemctl (\w+) (\S+)$", script, re.MULTILINE)
    standby = "hotline-web-standby.service"
    assert deeds == [("start", standby), ("restart", "hotline-web.service"), ("stop", standby)]
    assert "set -eu" in script
    assert os.access(DEPLOY / "exchange-web", os.X_OK)


@pytest.mark.parametrize("name", ["hotline-web.service", "hotline-worker.service"])
def test_the_tables_are_brought_up_to_date_before_a_process_starts(name: str) -> None:
    release, process = unit("hotline-release.service"), unit(name)
    assert name in release["Unit"]["Before"].split()
    assert "hotline-release.service" in process["Unit"]["Wants"].split()
    assert "hotline-release.service" in process["Unit"]["After"].split()
    # A database that is late must not end the answering of calls.
    assert process["Unit"].get("Requires", "") in {"", "hotline-web.socket"}
    assert name in unit("hotline.target")["Unit"]["Wants"].split()


def test_secrets_as_files_are_settings_that_may_be_files() -> None:
    text = (DEPLOY / "hotline-web.service").read_text("utf-8")
    named = re.findall(r"^#Environment=([A-Z_]+)_FILE=%d/(\w+)$", text, re.MULTILINE)
    credentials = re.findall(r"^#LoadCredential=(\w+):", text, re.MULTILINE)
    assert [credential for _, credential in named] == credentials
    assert {name for name, _ in named} <= set(SECRETS)


def test_the_example_of_the_environment_has_every_setting_with_a_word_about_it_and_no_secret() -> None:
    named = re.findall(r"^#?([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE)
    assert [name for name, _ in named] == list(NAMES)
    assert [name for name, value in named if name in SECRETS and value] == []
    for block in EXAMPLE.split("\n\n")[1:]:
        assert block.startswith("# "), block


def test_the_example_as_it_is_names_all_that_must_be_filled_in() -> None:
    told = dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))
    with pytest.raises(SettingsFault) as found:
        load(told)
    faulty = {fault.partition(":")[0] for fault in found.value.faults}
    assert faulty == {name for name, value in told.items() if not value} - {"TWILIO_ACCOUNT_SID"}
