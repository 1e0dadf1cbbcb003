"""Whatever file somebody brings, each line is a place or is reported."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedparents.errors import Invalid
from fedparents.places import csv_file
from fedparents.places.csv_file import Problem, parse_places_csv

TABLE = [
    ["Code INSEE", "Nom commune", "Code postal", "Latitude", "Longitude", "Population", "Région"],
    ["92040", "Issy-les-Moulineaux", "92130", "48,823", "2,27", "67 669", "Île-de-France"],
    ["94038", "L'Haÿ-les-Roses", "94240", "48.776", "2.337", "31188", "Île-de-France"],
]


def parsed(text: str | bytes, country: str = "FR"):
    data = text.encode() if isinstance(text, str) else text
    return parse_places_csv(io.BytesIO(data), country)


def written(delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(TABLE)
    return text.getvalue()


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_files_of_every_spreadsheet_are_read(delimiter, encoding):
    rows, problems = parsed(written(delimiter).encode(encoding))
    assert problems == []
    assert [row.name for row in rows] == ["Issy-les-Moulineaux", "L'Haÿ-les-Roses"]
    issy = rows[0]
    assert (issy.code, issy.postcodes, issy.district) == ("92040", ("92130",), "Île-de-France")
    assert (issy.lat, issy.lon, issy.population) == (48.823, 2.27, 67_669)


def test_bad_lines_are_reported_by_number_and_the_others_kept():
    rows, problems = parsed(
        "code;name;lat;lon;population\n"
        "1;Ans;50.66;5.52;28 000\n"
        "\n"
        "2;;50;5;1\n"
        "3;Bad;91;5;1\n"
        "4;Bad;50;east;1\n"
        "5;Bad;50;;1\n"
        "6;Bad;50;5;-4\n"
        "7;Bad;50;5;1;one too many\n"
        "1;Other name;50;5;1\n"
        f"8;{'x' * 121};50;5;1\n"
        f'9;"{"x" * 200_000};50;5;1\n'
        '10;"Huy;50.5;5.2;21 000\n'
        "11;Spa;;;\n",
        "be",
    )
    assert [row.name for row in rows] == ["Ans", "Huy;50.5;5.2;21 000", "Spa"]
    assert problems == [
        Problem(4, "no_name"),
        Problem(5, "bad_latitude"),
        Problem(6, "bad_number"),
        Problem(7, "half_position"),
        Problem(8, "bad_population"),
        Problem(9, "too_many_columns"),
        Problem(10, "same_code_other_name"),
        Problem(11, "name_too_long"),
        Problem(12, "unreadable"),
    ]
    assert {row.country for row in rows} == {"BE"}


def test_lines_of_one_code_join_their_postcodes():
    rows, problems = parsed("insee;nom;cp\n2A004;Ajaccio;20000\n2A004;AJACCIO;20090\n")
    assert problems == []
    assert [row.postcodes for row in rows] == [("20000", "20090")]


def test_zeros_that_a_spreadsheet_dropped_come_back_in_france_only():
    text = "code;name;postcode\n1004;Ambérieu-en-Bugey;1500\n"
    assert parsed(text).rows[0].code == "01004"
    assert parsed(text).rows[0].postcodes == ("01500",)
    assert parsed(text, "BE").rows[0].code == "1004"


def test_a_place_without_a_code_gets_the_same_one_every_time():
    text = "name,postcode\nNamur,5000\nNamur,6000\n"
    codes = [row.code for row in parsed(text, "BE").rows]
    assert codes == ["5000 namur", "6000 namur"]
    assert [row.code for row in parsed(text, "BE").rows] == codes


@pytest.mark.parametrize(
    ("typed", "postcodes"),
    [
        ("59000 59160", ("59000", "59160")),
        ("59000/59160", ("59000", "59160")),
        ("1012 AB", ("1012AB",)),
        ("SW1A 1AA|SW1A 2AA", ("SW1A1AA", "SW1A2AA")),
        ("", ()),
    ],
)
def test_postcodes_of_one_cell(typed, postcodes):
    assert parsed(f"name;postcode\nPlace;{typed}\n", "GB").rows[0].postcodes == postcodes


@pytest.mark.parametrize(
    "typed",
    ["1 222 637", "1\u202f222\u202f637", "1,222,637", "1.222.637", "1222637.0", "1'222'637"],
)
def test_population_as_people_write_it(typed):
    assert parsed(f"name;population\nBruxelles;{typed}\n", "BE").rows[0].population == 1_222_637


def test_a_number_is_no_name_of_a_district():
    assert parsed("nom;departement\nIssy;92\n").rows[0].district == ""
    rows = parsed("nom;departement;nom_departement\nIssy;92;Hauts-de-Seine\n").rows
    assert rows[0].district == "Hauts-de-Seine"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", Problem(0, "file_empty")),
        (b"\n;;\n\n", Problem(0, "file_empty")),
        (b"a;b\n1;2\n", Problem(1, "no_name_column")),
        (b"\n\n\x89PNG", Problem(3, "no_name_column")),
    ],
)
def test_what_is_no_list_of_places_is_said_once(content, problem):
    assert parsed(content) == ([], [problem])


def test_a_file_too_large_is_not_read(monkeypatch):
    monkeypatch.setattr(csv_file, "MOST_BYTES", 10)
    assert parsed(b"name\nNamur\nAns") == ([], [Problem(0, "file_too_large")])


@pytest.mark.parametrize("country", ["", "F", "FRA", "F1", "ÉÉ"])
def test_a_country_is_two_letters(country):
    with pytest.raises(Invalid) as refusal:
        parsed(b"name\nNamur", country)
    assert refusal.value.fields == {"country": "bad_country"}


@given(st.binary())
def test_any_bytes_are_answered(data):
    rows, problems = parsed(data, "BE")
    # Nothing below a good heading is nothing to complain about.
    assert rows or problems or b"n" in data.lower()
    assert all(row.problem() is None for row in rows)


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8"), max_size=12)
            | st.sampled_from(["Namur", "5000", "50.4", "4,8", '"', "1e400", "nan", "-0", "\0"]),
            max_size=8,
        ),
        max_size=12,
    ),
    st.sampled_from(";,\t|"),
    st.sampled_from(["utf-8", "utf-16", "cp1252"]),
)
def test_any_lines_below_a_good_heading_are_places_or_problems(table, delimiter, encoding):
    heading = delimiter.join(["code", "name", "postcode", "lat", "lon", "population", "region"])
    lines = [heading, *(delimiter.join(cells) for cells in table)]
    rows, problems = parsed("\n".join(lines).encode(encoding, "replace"), "BE")
    assert all(row.problem() is None for row in rows)
    assert len({row.code for row in rows}) == len(rows)
    numbers = [problem.line for problem in problems]
    assert numbers == sorted(set(numbers))
    assert all(number > 1 for number in numbers)
