"""What was understood goes along with words that change; what was corrected stays."""

import pytest

from fedparents.swaps.details import Details
from fedparents.swaps.following import follow_words
from fedparents.swaps.models import Condition, Direction, Mode

COAT = Details(mode=Mode.GIVE, category="clothes/coat", size="4 ans", age_from=48, age_to=60)
SEAT = Details(mode=Mode.GIVE, category="car-seat", made_in=2024, is_declared_safe=True)


@pytest.mark.parametrize(
    ("details", "before", "after", "found"),
    [
        (
            COAT,
            "Donne manteau 4 ans",
            "Donne manteau 6 ans",
            Details(mode=Mode.GIVE, category="clothes/coat", size="6 ans", age_from=72, age_to=84),
        ),
        (
            Details(mode=Mode.GIVE, category="clothes/snow", size="5"),
            "Donne manteau 4 ans",
            "Donne manteau bleu, bon état",
            Details(mode=Mode.GIVE, category="clothes/snow", size="5", condition=Condition.GOOD),
        ),
        (
            Details(mode=Mode.GIVE, category="clothes/coat"),
            "Manteau",
            "Manteau, 15 €",
            Details(mode=Mode.SELL, category="clothes/coat", price_cents=1500),
        ),
        (
            Details(mode=Mode.SELL, category="clothes/coat", price_cents=1500),
            "Manteau, 15 €",
            "Donne manteau",
            Details(mode=Mode.GIVE, category="clothes/coat"),
        ),
        (
            Details(mode=Mode.LEND, category="clothes/coat"),
            "Manteau",
            "Manteau, caution 15 €",
            Details(mode=Mode.LEND, category="clothes/coat"),
        ),
        (SEAT, "Donne siège auto", "Donne siège auto bleu", SEAT),
        (
            SEAT,
            "Donne siège auto",
            "Donne un lit bébé",
            Details(mode=Mode.GIVE, category="sleep/cot"),
        ),
        (
            Details(mode=Mode.GIVE, category="toys", quantity=3),
            "Donne jouets",
            "Donne jouets en bois",
            Details(mode=Mode.GIVE, category="toys", quantity=3),
        ),
    ],
    ids=[
        *("another_size", "corrected", "sold_after_all", "given_after_all"),
        *("a_deposit", "still_declared", "another_thing", "how_many"),
    ],
)
def test_only_what_nobody_corrected_follows_the_words(details, before, after, found):
    assert follow_words(details, Direction.OFFER, before, after) == found
