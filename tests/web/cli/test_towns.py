"""`fedparents towns`: lists of servers that are kept out or limited, taken and given on."""

import pytest

from federation.trust import standing_of
from fedparents.actors.models import Standing
from tests.web.cli.test_accounts import ask

LIST = (
    "#domain,#severity,#public_comment\nspam.example,suspend,Spam\nloud.example,silence,\nno host\n"
)
IMPORT = ("towns", "import", "list.csv")


@pytest.fixture
def listed(operator):
    (operator.folder / "list.csv").write_text(LIST)
    return operator


def test_a_list_is_taken_and_names_what_it_leaves_out(listed):
    result = listed(*IMPORT)
    assert result.status == 0
    assert result.out.startswith("Are kept out: 1 more; limited: 1 more. As before: 0.")
    assert "warning: line 4 names no town" in result.err
    assert ask(listed, standing_of, "a.spam.example") == Standing.BLOCKED
    assert "As before: 2." in listed(*IMPORT).out


def test_a_dry_run_changes_nothing(listed):
    assert listed(*IMPORT, "--dry-run").out.startswith("Would be kept out: 1 more")
    assert ask(listed, standing_of, "spam.example") == Standing.KNOWN


def test_what_is_printed_can_be_taken_elsewhere(listed):
    listed(*IMPORT)
    printed = listed.did("towns", "export").out
    assert "spam.example,suspend,True,True,Spam,False" in printed
    again = listed.did("towns", "import", "-", stdin=printed)
    assert "As before: 2. Lines left out: 0." in again.out


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"no host\n"])
def test_what_is_no_list_is_refused(operator, content):
    (operator.folder / "list.csv").write_bytes(content)
    result = operator(*IMPORT)
    assert result.status != 0
    assert "nothing can be taken from list.csv" in result.err
