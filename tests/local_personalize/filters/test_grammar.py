from __future__ import annotations

import pytest

from local_personalize.filters.grammar import FilterError, Parameter, parse, parse_conditions, parse_values

GUIDE = [
    "EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ($EVENT_TYPE)",
    'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("click", "stream")',
    'INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("click")',
    "EXCLUDE ItemID WHERE Items.CATEGORY IN ($CATEGORY)",
    'EXCLUDE ItemID WHERE Items.CATEGORY IN ("shoe") AND Items.DESCRIPTION NOT IN ("boot")',
    "INCLUDE ItemID WHERE Items.PRICE <= $PRICE",
    "INCLUDE ItemID WHERE Items.CREATION_TIMESTAMP < $DATE",
    "EXCLUDE ItemID WHERE Items.GENRE IN ($GENRE) IF CurrentUser.AGE = $AGE",
    'INCLUDE ItemID WHERE Items.CATEGORY IN ("watch") AND Items.DESCRIPTION IN ("luxury") IF CurrentUser.AGE > 18',
    "INCLUDE UserID WHERE Users.MEMBERSHIP_STATUS IN ($MEMBERSHIP)",
    "EXCLUDE UserID WHERE Users.AGE < $AGE",
    'INCLUDE UserID WHERE Interactions.EVENT_TYPE IN ("click, rating")',
    'INCLUDE ItemID WHERE Items.CATEGORY IN ($C) | INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("favorite")',
    'INCLUDE ItemID WHERE Items.GENRE IN ($G) | EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("click", "stream")',
    "EXCLUDE itemId WHERE INTERACTIONS.event_type in (*)",
]


@pytest.mark.parametrize("text", GUIDE)
def test_the_guides_expressions_are_read(text: str) -> None:
    tree = parse(text)
    assert tree.expressions[0].include == text.upper().startswith("INCLUDE")
    assert tree.expressions[0].subject == ("user" if "UserID" in text else "item")
    assert len(tree.expressions) == text.count("|") + 1


def test_and_binds_tighter_than_or() -> None:
    tree = parse('INCLUDE ItemID WHERE Items.A IN ("x") OR Items.B > 1 AND Items.C <= 2')
    assert [[condition.field for condition in group] for group in tree.expressions[0].any_of] == [["A"], ["B", "C"]]


def test_a_condition_keeps_field_operator_and_values() -> None:
    condition = parse('EXCLUDE ItemID WHERE Items.genres NOT IN ("Sci-Fi", $MORE, "say \\"hi\\"")').conditions[0]
    assert (condition.dataset, condition.field, condition.operator) == ("Items", "GENRES", "NOT IN")
    assert condition.values == ("Sci-Fi", Parameter("MORE"), 'say "hi"')
    assert condition.parameters == {"MORE"}


def test_fields_are_counted_once() -> None:
    tree = parse("INCLUDE ItemID WHERE Items.A > 1 AND Items.A < 3 IF CurrentUser.A = 1")
    assert tree.fields == {("Items", "A"), ("CurrentUser", "A")}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected INCLUDE or EXCLUDE, found the end"),
        ("EXCLUDE ItemID", "expected WHERE, found the end"),
        ("EXCLUDE ItemID WHERE Items.GENRES", "expected IN or <= or >= or < or > or =, found the end"),
        ('EXCLUDE ItemID WHERE Items.GENRES IN "x"', 'expected (, found "x"'),
        ("EXCLUDE ItemID WHERE Items.GENRES IN (x)", 'expected a value, for example "Comedy" or 1990, found x'),
        ("EXCLUDE ItemID WHERE Film.GENRES = 1", "Film is not one of Interactions, Items, Users and CurrentUser"),
        ('EXCLUDE ItemID WHERE Items.GENRES IN ("x") %', "Invalid input symbol at position 44: %"),
        ("EXCLUDE ItemID WHERE Items.YEAR = 1 AND Interactions.EVENT_VALUE = 2", "the fields of one dataset"),
        ("EXCLUDE ItemID WHERE Users.AGE = 1", "an expression about ItemID cannot use Users after WHERE"),
        ("EXCLUDE ItemID WHERE CurrentUser.AGE = 1", "cannot use CurrentUser after WHERE"),
        ("EXCLUDE UserID WHERE Items.AGE = 1", "an expression about UserID cannot use Items after WHERE"),
        ("EXCLUDE ItemID WHERE Items.A = 1 IF Items.B = 2", "IF can only check fields of CurrentUser"),
        ("EXCLUDE ItemID WHERE Items.A = 1 | EXCLUDE UserID WHERE Users.B = 2", "must be about ItemID, or all about"),
        ("EXCLUDE ItemID WHERE Items.A = 1 IF CurrentUser.B = 2 IF CurrentUser.C = 3", "expected the end, found IF"),
    ],
)
def test_mistakes_are_named(text: str, message: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert message in str(caught.value)


def test_attributes_of_a_segment_job_are_conditions() -> None:
    conditions = parse_conditions('ITEMS.genres = "Comedy" AND ITEMS.genres = "Action"')
    assert [(condition.field, condition.values) for condition in conditions] == [
        ("GENRES", ("Comedy",)),
        ("GENRES", ("Action",)),
    ]


def test_values_of_a_request_are_quoted_strings_or_numbers() -> None:
    assert parse_values('"Comedy","Drama"') == ("Comedy", "Drama")
    assert parse_values("18") == (18.0,)
    with pytest.raises(FilterError, match="expected a value"):
        parse_values("Comedy")
