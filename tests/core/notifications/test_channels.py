"""By which ways one is told: the table of features 4.25, row by row, and what readers change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedparents.notifications.channels import (
    Channels,
    Choice,
    Level,
    QuietHours,
    Wishes,
    channels_for,
)
from fedparents.notifications.kinds import RULES, Choosing, Kind, Mail
from fedparents.notifications.wishes import Kept, read_choices, wishes_of, write_choices

PARIS = ZoneInfo("Europe/Paris")
QUIET = QuietHours(time(21, 30), time(6, 30), PARIS)
NOON = datetime(2026, 11, 25, 12, tzinfo=PARIS)
NIGHT = datetime(2026, 11, 25, 23, tzinfo=PARIS)
MORNING = datetime(2026, 11, 26, 6, 30, tzinfo=PARIS)
USUAL = Wishes(QUIET)

# kind: push and mail with a device, mail without one, whether it waits for the morning, whether its
# reader may turn it off
TABLE = {
    Kind.ANSWER: (True, Mail.DAILY, Mail.NOW, True, True),
    Kind.ACCEPTED: (True, Mail.DAILY, Mail.DAILY, True, True),
    Kind.MENTION: (True, Mail.DAILY, Mail.NOW, True, True),
    Kind.NEW_ASK: (True, Mail.DAILY, Mail.DAILY, True, True),
    Kind.URGENT_ASK: (True, Mail.NEVER, Mail.NOW, True, True),
    Kind.ANNOUNCEMENT: (True, Mail.DAILY, Mail.DAILY, True, True),
    Kind.MESSAGE: (True, Mail.NEVER, Mail.NOW, True, True),
    Kind.MESSAGE_REQUEST: (False, Mail.WEEKLY, Mail.WEEKLY, True, True),
    Kind.THANKS: (False, Mail.NEVER, Mail.NEVER, True, True),
    Kind.SHARED: (False, Mail.NEVER, Mail.NEVER, True, True),
    Kind.FOLLOWED_POST: (True, Mail.DAILY, Mail.DAILY, True, True),
    Kind.POLL: (False, Mail.NEVER, Mail.NEVER, True, True),
    Kind.STILL_THERE: (True, Mail.NEVER, Mail.DAILY, True, True),
    Kind.JOIN_REQUEST: (True, Mail.LATER, Mail.NOW, True, True),
    Kind.HELD_POST: (True, Mail.LATER, Mail.NOW, True, True),
    Kind.REPORT: (True, Mail.LATER, Mail.NOW, True, True),
    Kind.CHILD_DANGER: (True, Mail.NEVER, Mail.NEVER, False, False),
    Kind.JOIN_DECISION: (True, Mail.NEVER, Mail.NEVER, True, False),
    Kind.INVITATION: (True, Mail.NEVER, Mail.NOW, True, True),
    Kind.POST_DECISION: (True, Mail.NEVER, Mail.NEVER, True, False),
    Kind.ROLE: (True, Mail.NEVER, Mail.NOW, True, True),
    Kind.HANDED_OVER: (True, Mail.NEVER, Mail.NEVER, True, False),
    Kind.PUT_OUT: (True, Mail.NEVER, Mail.NEVER, True, False),
    Kind.FOLLOW_REQUEST: (True, Mail.DAILY, Mail.DAILY, True, True),
    Kind.FOLLOW: (False, Mail.NEVER, Mail.NEVER, True, True),
    Kind.FOLLOW_ACCEPTED: (False, Mail.NEVER, Mail.NEVER, True, True),
    Kind.TOWN: (True, Mail.NOW, Mail.NOW, True, True),
    Kind.NEW_DEVICE: (True, Mail.NEVER, Mail.NEVER, False, False),
}
LETTERS_GO = {
    Kind.CHILD_DANGER,
    Kind.JOIN_DECISION,
    Kind.POST_DECISION,
    Kind.HANDED_OVER,
    Kind.PUT_OUT,
    Kind.NEW_DEVICE,
}


def test_the_table_is_whole():
    assert TABLE.keys() == RULES.keys() == set(Kind)
    assert {kind for kind, rule in RULES.items() if rule.has_own_mail} == LETTERS_GO


@pytest.mark.parametrize("kind", TABLE)
def test_a_row_of_the_table(kind):
    push, mail, instead, is_held, may_choose = TABLE[kind]
    assert channels_for(kind, USUAL, now=NOON, has_push=True) == Channels(push, mail)
    assert channels_for(kind, USUAL, now=NOON, has_push=False) == Channels(False, instead)
    wait = channels_for(kind, USUAL, now=NIGHT, has_push=True).wait_until
    assert wait == (MORNING if is_held else None)
    off = Wishes(QUIET, choices={kind: Choice(push=False, mail=Mail.NEVER)})
    silenced = channels_for(kind, off, now=NOON, has_push=True) == Channels(False, Mail.NEVER)
    assert silenced == (may_choose or (push, mail) == (False, Mail.NEVER))


@pytest.mark.parametrize("kind", [kind for kind in Kind if RULES[kind].choosing == Choosing.ALL])
@pytest.mark.parametrize("has_push", [True, False])
def test_at_the_level_of_a_digest_nothing_rings_that_need_not(kind, has_push):
    digest = Wishes(QUIET, Level.DIGEST)
    assert not channels_for(kind, digest, now=NOON, has_push=has_push).rings


@pytest.mark.parametrize("kind", Kind)
def test_nothing_that_would_ring_gets_lost_in_the_digest(kind):
    usual = channels_for(kind, USUAL, now=NOON, has_push=True)
    quieter = channels_for(kind, Wishes(QUIET, Level.DIGEST), now=NOON, has_push=True)
    assert quieter.rings or not usual.rings or quieter.mail in {Mail.DAILY, Mail.WEEKLY}


@pytest.mark.parametrize("kind", [kind for kind in Kind if RULES[kind].is_important])
def test_what_is_about_oneself_rings_at_the_level_important(kind):
    important = Wishes(QUIET, Level.IMPORTANT)
    usual = channels_for(kind, USUAL, now=NOON, has_push=True)
    assert channels_for(kind, important, now=NOON, has_push=True) == usual


def test_whoever_has_no_device_gets_no_push_however_much_they_wish():
    wishes = Wishes(QUIET, choices={Kind.ROLE: Choice(push=True)})
    assert channels_for(Kind.ROLE, wishes, now=NOON, has_push=False).push is False


def test_a_choice_goes_before_the_level():
    wishes = Wishes(QUIET, Level.DIGEST, {Kind.ROLE: Choice(push=True, mail=Mail.NEVER)})
    assert channels_for(Kind.ROLE, wishes, now=NOON, has_push=True) == Channels(True, Mail.NEVER)


@pytest.mark.parametrize(
    ("group", "level", "choice"),
    [
        (None, Level.IMPORTANT, Choice(push=False)),
        (Kept(None, ""), Level.IMPORTANT, Choice(push=False)),
        (Kept(Level.ALL, ""), Level.ALL, None),
        (Kept(None, '{"role": {"push": true}}'), Level.IMPORTANT, Choice(push=True)),
    ],
)
def test_what_was_said_of_a_group_goes_before_what_was_said_of_everything(group, level, choice):
    everything = Kept(Level.IMPORTANT, write_choices({Kind.ROLE: Choice(push=False)}))
    wishes = wishes_of(everything, group, QUIET)
    assert (wishes.level, wishes.choices.get(Kind.ROLE)) == (level, choice)


@given(
    st.dictionaries(
        st.sampled_from(Kind),
        st.builds(Choice, st.none() | st.booleans(), st.none() | st.sampled_from(Mail)),
    )
)
def test_choices_are_read_as_they_were_written(choices):
    said = {kind: choice for kind, choice in choices.items() if choice != Choice()}
    assert read_choices(write_choices(choices)) == said


def test_a_kind_that_there_is_no_more_is_left_out():
    assert read_choices('{"smoke_signal": {"push": true, "mail": null}}') == {}


moments = st.integers(0, 2 * 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
# Minutes after midnight, also close together and around the hours in which clocks are changed.
minutes = st.integers(0, 24 * 60 - 1) | st.integers(55, 245)
# Half an hour in Lord Howe, at midnight in Beirut, never in Bangkok.
zones = st.sampled_from(
    ["Europe/Paris", "Australia/Lord_Howe", "Asia/Beirut", "Asia/Bangkok", "America/St_Johns"]
).map(ZoneInfo)
changes = st.sampled_from(
    [
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 1, tzinfo=UTC),
        datetime(2026, 4, 4, 15, tzinfo=UTC),
        datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
        datetime(2026, 3, 28, 22, tzinfo=UTC),
        datetime(2026, 10, 24, 21, tzinfo=UTC),
    ]
).flatmap(lambda moment: st.integers(-300, 300).map(lambda m: moment + timedelta(minutes=m)))


def on(minute):
    return time(*divmod(minute, 60))


@given(moments | changes, minutes, minutes, zones)
def test_quiet_hours_are_those_of_the_clock_on_the_wall(moment, begin, end, zone):
    """Found by looking at the clock minute by minute, also while clocks are being changed."""
    quiet = QuietHours(on(begin), on(end), zone)

    def is_quiet(at):
        wall = at.astimezone(zone)
        clock = wall.hour * 60 + wall.minute
        return begin <= clock < end if begin <= end else clock >= begin or clock < end

    awake = moment
    while is_quiet(awake):
        awake += timedelta(minutes=1)
    assert quiet.until(moment) == (None if awake == moment else awake)


@given(
    moments | changes, st.timedeltas(timedelta(0), timedelta(minutes=1)), minutes, minutes, zones
)
def test_quiet_hours_end_to_the_second(moment, later, begin, end, zone):
    quiet = QuietHours(on(begin), on(end), zone)
    over = quiet.until(moment + later)
    assert over is None or (over.second, over.microsecond) == (0, 0)


def test_quiet_hours_can_be_none():
    never = QuietHours(time(0), time(0), PARIS)
    assert never.until(NIGHT) is None
