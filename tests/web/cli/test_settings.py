"""Settings are shown with their source, and a wrong one stops everything with one line."""

import json

import pytest

from fedparents.settings import Settings
from web.cli import main

# For each setting: what somebody might write, and what the line says is wrong with it.
WRONG = {
    "domain": [
        ("https://parents-issy.fr", "not a host name"),
        ("parents issy.fr", "not a host name"),
        ("parents-issy.fr:http", "not a port"),
        ("parents-issy.fr:70000", "not a port"),
        ("", "not a host name"),
    ],
    "environment": [("prod", "'production'")],
    "database_url": [
        ("mysql://localhost/x", "sqlite:// or postgresql://"),
        ("sqlite:///", "SQLite needs a file"),
        ("postgresql://u:hunter2@localhost:port/x", "port"),
    ],
    "bind": [
        ("8000", "ADDRESS:PORT"),
        ("localhost:http", "ADDRESS:PORT"),
        ("127.0.0.1:99999", "ADDRESS:PORT"),
        ("unix:", "path"),
    ],
    "trusted_proxies": [("10.0.0.0/33", "network"), ("nginx", "network")],
    "allowed_private_networks": [("127.0.0.1/8", "network"), ("everything", "network")],
    "ca_file": [("/nowhere/ca.pem", "no such file")],
    "rate_limits": [("maybe", "'on' or 'off'")],
    "smtp_url": [("mail.example.org", "smtp://"), ("smtp://", "no host")],
    "mail_from": [("Parents d'Issy", "address")],
    "secret_key": [("hunter2", "shorter than 32")],
    "backup_key": [("hunter2", "shorter than 32")],
    "worker": [("yes", "'inside'")],
    "job_lease_seconds": [("a minute", "integer"), ("0", "2"), ("99999", "3600")],
    "database_pool": [("1", "2"), ("many", "integer")],
    "log_format": [("xml", "'json'")],
}
CASES = [(name, value, why) for name, cases in WRONG.items() for value, why in cases]


def test_every_setting_that_can_be_wrong_is_tried():
    assert set(Settings.model_fields) - set(WRONG) == {"data_dir"}, "any folder may be one"


@pytest.mark.parametrize(("name", "value", "why"), CASES)
def test_a_wrong_value_is_one_line_that_says_which_why_and_what(
    monkeypatch, tmp_path, capsys, name, value, why
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(f"FEDPARENTS_{name.upper()}", value)
    assert main(["settings"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    line, *more = said.err.splitlines()
    assert not more
    assert line.startswith(f"fedparents: FEDPARENTS_{name.upper()}")
    assert why in line
    assert "Right would be, for example: " in line
    assert "hunter2" not in line, "a secret is not repeated"


@pytest.mark.parametrize("words", [("serve",), ("worker",), ("db", "upgrade"), ("check",)])
def test_nothing_starts_with_a_wrong_setting(nowhere, words):
    assert "FEDPARENTS_BIND '8000'" in nowhere(*words, BIND="8000").complaint.replace(" is", "")
    assert not list(nowhere.folder.iterdir())


def test_settings_are_listed_with_value_source_and_sentence(nowhere):
    (nowhere.folder / ".env").write_text("FEDPARENTS_LOG_FORMAT=json\n")
    secret = "smtp://user:hunter2@mail.example.org"
    result = nowhere.did("settings", DOMAIN="parents-issy.fr", SMTP_URL=secret)
    shown = {line.split()[0]: line for line in result.lines if line.startswith("FEDPARENTS_")}
    assert set(shown) == {f"FEDPARENTS_{name.upper()}" for name in Settings.model_fields}
    assert shown["FEDPARENTS_DOMAIN"].endswith("= parents-issy.fr  [environment]")
    assert shown["FEDPARENTS_LOG_FORMAT"].endswith("= json  [.env file]")
    assert shown["FEDPARENTS_WORKER"].endswith("= auto  [default]")
    assert shown["FEDPARENTS_SMTP_URL"].endswith("= (hidden)  [environment]")
    assert shown["FEDPARENTS_CA_FILE"].endswith("= (empty)  [default]")
    assert "hunter2" not in result.out
    assert "    How the log is written" in result.out


def test_settings_are_listed_for_programs(nowhere):
    listed = json.loads(nowhere.did("settings", "--json", SECRET_KEY="k" * 40).out)
    assert [set(each) for each in listed] == [{"name", "value", "source", "description"}] * len(
        Settings.model_fields
    )
    assert "k" * 40 not in json.dumps(listed)


def test_a_mistyped_setting_is_warned_of(nowhere):
    result = nowhere("settings", DOMIAN="parents-issy.fr", FROBNICATE="1")
    assert result.status == 0
    assert result.err.splitlines() == [
        "fedparents: warning: FEDPARENTS_DOMIAN is no setting; did you mean FEDPARENTS_DOMAIN?",
        "fedparents: warning: FEDPARENTS_FROBNICATE is no setting",
    ]


def test_a_file_that_cannot_be_read_is_said(nowhere):
    (nowhere.folder / ".env").write_bytes(b"FEDPARENTS_DOMAIN=\xff\xfe\n")
    assert ".env cannot be read" in nowhere("settings").complaint
