from __future__ import annotations

import pytest

from services.filter_rules import FilterField, Rule, expression_of, read_aloud
from tests.pages.cinema import GENRE

GENRES, YEAR = FilterField("Items.GENRES"), FilterField("Items.YEAR", numeric=True)
SEEN = FilterField("Interactions.EVENT_TYPE")


def test_rules_become_one_expression_that_reads_as_a_sentence() -> None:
    rules = [
        Rule(False, SEEN, "IN", ("watch",)),
        Rule(True, GENRES, "IN", ("Café", 'Say "x"')),
        Rule(True, YEAR, ">=", ("2000",)),
    ]
    expression = expression_of(rules)
    assert expression == (
        'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("watch") | '
        'INCLUDE ItemID WHERE Items.GENRES IN ("Café", "Say \\"x\\"") AND Items.YEAR >= 2000'
    )
    assert read_aloud(expression_of(rules[::2])) == (
        "Only items where year is at least 2000; Leaves out items where event type of the user's events is one of watch"
    )


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        (GENRE, "Only items where genres is one of $GENRE"),
        ('EXCLUDE ItemID WHERE Items.A NOT IN ("x", "y") AND Items.B < 3',
         "Leaves out items where a is none of x or y and b is less than 3"),
        ('exclude itemid where Interactions.event_type in ("*")',
         "Leaves out items where there is any event type of the user's events"),
        ("INCLUDE ItemID WHERE Items.P > 1 IF CurrentUser.AGE >= 18",
         "Only items where p is more than 1, when age of the user is at least 18"),
        ('INCLUDE ItemID WHERE Items.A IN ("x") | INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("y")',
         "Only items where a is one of x or event type of the user's events is one of y"),
        ("INCLUDE ItemID WHERE (Items.P > 1 OR Items.Q = 2) AND Items.R = 1", None),
        ("nonsense", None),
        ("", None),
    ],
)  # fmt: skip
def test_expressions_are_read_in_plain_words_or_not_at_all(expression: str, told: str | None) -> None:
    assert read_aloud(expression) == told


@pytest.mark.parametrize(
    ("rule", "complete"),
    [
        (Rule(True, GENRES, "IN", ()), False),
        (Rule(True, GENRES, "IN", ("$GENRE",)), True),
        (Rule(True, GENRES, "IN", ("$GENRE", "Drama")), False),
        (Rule(True, GENRES, "NOT IN", ("$GENRE",)), False),
        (Rule(True, YEAR, ">", ("MMXX",)), False),
        (Rule(True, YEAR, ">", ("-3.5",)), True),
        (Rule(True, YEAR, ">", ("$YEAR",)), True),
    ],
)
def test_a_rule_is_complete_when_its_values_can_be_compared(rule: Rule, complete: bool) -> None:
    assert rule.complete is complete
