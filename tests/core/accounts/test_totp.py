"""Codes as every app computes them: the vectors of RFC 4226 and RFC 6238."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedparents.accounts.recovery_codes import HOW_MANY, codes_of, new_seed, recovery_digest
from fedparents.accounts.totp import app_code, matching_steps, new_secret, step_at

SECRET = b"12345678901234567890"
NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "code"),
    [
        (0, "755224"),
        (1, "287082"),
        (2, "359152"),
        (3, "969429"),
        (4, "338314"),
        (5, "254676"),
        (6, "287922"),
        (7, "162583"),
        (8, "399871"),
        (9, "520489"),
    ],
)
def test_codes_of_counts(count, code):
    """RFC 4226, appendix D."""
    assert app_code(SECRET, count) == code


@pytest.mark.parametrize(
    ("seconds", "eight_digits"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_of_moments(seconds, eight_digits):
    """RFC 6238, appendix B, for SHA-1; six digits are the last six of eight."""
    moment = datetime.fromtimestamp(seconds, UTC)
    assert app_code(SECRET, step_at(moment)) == eight_digits[-6:]


@pytest.mark.parametrize(
    ("ahead", "matches"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_clock_may_be_one_step_off(ahead, matches):
    step = step_at(NOON)
    found = matching_steps(SECRET, app_code(SECRET, step + ahead), now=NOON)
    assert found == ([step + ahead] if matches else [])


def test_a_step_begins_and_ends_on_time():
    assert step_at(NOON) == step_at(NOON + timedelta(seconds=29.999))
    assert step_at(NOON + timedelta(seconds=30)) == step_at(NOON) + 1


@pytest.mark.parametrize(
    "written",
    [
        "{0} {1}",
        " {0}{1}\n",
        "{0}-{1}",
        "{0}\u00a0{1}",
        "{0}\u200b{1}",
    ],
)
def test_spaces_do_not_matter(written):
    code = app_code(SECRET, step_at(NOON))
    assert matching_steps(SECRET, written.format(code[:3], code[3:]), now=NOON)


@pytest.mark.parametrize("zero", ["๐", "０", "٠", "𝟎"], ids=["thai", "full", "arabic", "bold"])
def test_digits_of_any_script(zero):
    code = app_code(SECRET, step_at(NOON))
    other = "".join(chr(ord(zero) + int(digit)) for digit in code)
    assert matching_steps(SECRET, other, now=NOON)


@pytest.mark.parametrize("typed", ["", " ", "12345", "1234567", "abcdef", "²²²²²²", "½" * 6, "-1"])
def test_what_is_no_code_matches_nothing(typed):
    assert matching_steps(SECRET, typed, now=NOON) == []


@given(st.text(max_size=30))
def test_nothing_that_is_typed_breaks_it(typed):
    assert matching_steps(SECRET, typed, now=NOON) in ([], [step_at(NOON)])
    assert len(recovery_digest(7, typed)) == 64


def test_secrets_are_as_long_as_the_rfc_wants():
    assert len(new_secret()) == 20
    assert new_secret() != new_secret()


def test_recovery_codes_are_ten_and_all_different():
    seed = new_seed()
    codes = codes_of(seed)
    assert len(set(codes)) == HOW_MANY == 10
    assert codes == codes_of(seed)
    assert not set(codes) & set(codes_of(new_seed()))
    assert {len(code) for code in codes} == {19}
    assert not set("".join(codes)) & set("aeiouly01")


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: f" {code}\n",
        lambda code: "".join(chr(ord(c) + 0xFEE0) for c in code),
        lambda code: "".join(chr(0x0E50 + int(c)) if c.isdigit() else c for c in code),
    ],
    ids=["capitals", "together", "spaces", "around", "full width", "thai digits"],
)
def test_a_recovery_code_may_be_typed_as_one_likes(change):
    code = codes_of(new_seed())[3]
    assert recovery_digest(7, change(code)) == recovery_digest(7, code)


def test_a_recovery_code_belongs_to_one_account():
    code = codes_of(new_seed())[0]
    assert recovery_digest(7, code) != recovery_digest(8, code)
