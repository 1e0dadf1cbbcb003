"""`fedparents places import`: communes of other countries, from whatever a spreadsheet saves."""

import pytest

from fedparents.places.queries import find_place
from tests.web.cli.test_accounts import ask

BELGIUM = "naam;code;postcode\nGent;44021;9000\nLiège;62063;4000\n"


@pytest.fixture
def belgium(operator):
    (operator.folder / "be.csv").write_text(BELGIUM)
    return operator


IMPORT = ("places", "import", "be.csv", "--country", "be")


def test_places_are_added_once(belgium):
    first = belgium.did(*IMPORT)
    assert first.lines == ["Loaded places: 2 new, 0 changed, 0 known already. Lines left out: 0."]
    assert "0 new, 0 changed, 2 known already" in belgium.did(*IMPORT).out
    place = ask(belgium, find_place, "BE", "62063")
    assert place is not None
    assert place.name == "Liège"


def test_a_dry_run_changes_nothing(belgium):
    result = belgium.did(*IMPORT, "--dry-run")
    assert result.out.startswith("Would load places: 2 new")
    assert ask(belgium, find_place, "BE", "62063") is None


def test_the_list_may_come_from_the_input(operator):
    operator.did("places", "import", "-", "--country", "BE", stdin=BELGIUM)
    assert ask(operator, find_place, "BE", "44021") is not None


def test_lines_that_cannot_be_used_are_named_and_left_out(operator):
    lines = BELGIUM + ";1;2\n" + "\n".join(f"Place {n};{n};;;" for n in range(30))
    (operator.folder / "be.csv").write_text(lines + "\nNamur;92094;5000;x\n")
    result = operator(*IMPORT)
    assert result.status == 0
    assert "fedparents: warning: line 4: the name is missing" in result.err
    assert "Lines left out: 2." in result.out
    assert "line 35: it has more columns" in result.err


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "there is nothing in it"),
        (b"code;postcode\n1;2\n", "call the column `name`"),
        (b"name;postcode\n;9000\n", "line 2: the name is missing"),
        (b"\x00\x01\x02\xff" * 100, "call the column `name`"),
    ],
    ids=["empty", "no-name", "no-line", "no-text"],
)
def test_a_file_of_which_nothing_can_be_taken_is_one_line(operator, content, complaint):
    (operator.folder / "be.csv").write_bytes(content)
    result = operator(*IMPORT)
    assert result.status == 1
    assert complaint in result.complaint


def test_a_file_that_is_not_there_is_one_line(operator):
    assert operator(*IMPORT).complaint == "be.csv: no such file or directory"


def test_a_country_has_two_letters(belgium):
    result = belgium("places", "import", "be.csv", "--country", "Belgium")
    assert "two letters" in result.complaint
