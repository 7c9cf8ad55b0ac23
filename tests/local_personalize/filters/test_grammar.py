from __future__ import annotations

import pytest

from local_personalize.filters import rules
from local_personalize.filters.grammar import parse, parse_conditions, parse_values
from local_personalize.filters.tree import CurrentItem, FilterError, Parameter, SymbolError


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
        ("EXCLUDE ItemID WHERE Items.GENRES", "expected IN or <= or >= or < or > or = or !=, found the end"),
        ('EXCLUDE ItemID WHERE Items.GENRES IN "x"', 'expected (, found "x"'),
        ("EXCLUDE ItemID WHERE Items.GENRES IN (x)", 'expected a value, for example "Comedy" or 1990, found x'),
        ("EXCLUDE ItemID WHERE Film.GENRES = 1", "Film is not one of Interactions, Items, Users, Actions"),
        ('EXCLUDE ItemID WHERE Items.GENRES IN ("x") %', "at position 44: %"),
        ("EXCLUDE ItemID WHERE Items.YEAR = 1 AND Interactions.EVENT_VALUE = 2", "the fields of one dataset"),
        ("EXCLUDE ItemID WHERE Users.AGE = 1", "an expression about ItemID cannot use Users after WHERE"),
        ("EXCLUDE ItemID WHERE CurrentUser.AGE = 1", "cannot use CurrentUser after WHERE"),
        ("EXCLUDE UserID WHERE Items.AGE = 1", "an expression about UserID cannot use Items after WHERE"),
        ("EXCLUDE ItemID WHERE Items.A = 1 IF Items.B = 2", "IF can only check fields of CurrentUser"),
        ("EXCLUDE ItemID WHERE Items.A = 1 | EXCLUDE UserID WHERE Users.B = 2", "must be about ItemID, all about"),
        ("EXCLUDE ItemID WHERE Items.A = 1 IF CurrentUser.B = 2 IF CurrentUser.C = 3", "expected the end, found IF"),
        ("EXCLUDE ItemID WHERE Items.A = 1 IF CurrentUser.B = 2 OR CurrentUser.C = 3", "expected the end, found OR"),
        (
            "EXCLUDE UserID WHERE Users.A = 1 IF CurrentUser.B = 2",
            "IF CurrentUser cannot be used in an expression about",
        ),
        ("EXCLUDE ActionID WHERE Items.A = 1", "an expression about ActionID cannot use Items after WHERE"),
        ("EXCLUDE ItemID WHERE Actions.A = 1", "an expression about ItemID cannot use Actions after WHERE"),
        (
            "EXCLUDE ItemID WHERE Interactions.EVENT_TYPE = CurrentItem.A",
            "CurrentItem can only be compared with fields",
        ),
        ("EXCLUDE ItemID WHERE CurrentItem.A = 1", "CurrentItem is not one of"),
        ("EXCLUDE ItemID WHERE Items.A < (1, 2)", "expected ), found ,"),
        ("EXCLUDE ItemID WHERE Items.A IN ()", "expected a value"),
        ('EXCLUDE ItemID WHERE Items.A IN ("x"', "expected ), found the end"),
        ('EXCLUDE ItemID WHERE Items.A IN ("x', 'at position 34: "x'),
        ("EXCLUDE ItemID WHERE Items.A = 1 |", "expected INCLUDE or EXCLUDE, found the end"),
    ],
)
def test_mistakes_are_named(text: str, message: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert message in str(caught.value)


def test_a_comparison_may_have_parentheses_and_the_current_item() -> None:
    [priced] = parse("INCLUDE ActionID WHERE Actions.VALUE > ($VALUE)").conditions
    assert (priced.operator, priced.values) == (">", (Parameter("VALUE"),))
    cheaper, alike = parse(
        "INCLUDE ItemID WHERE Items.PRICE < CurrentItem.price AND Items.GENRE IN CurrentItem.GENRE"
    ).conditions
    assert (cheaper.values, alike.values) == ((CurrentItem("PRICE"),), (CurrentItem("GENRE"),))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("EXCLUDE ItemID WHERE Items.A NOT IN ($X)", "$X. Placeholders can only be used with IN or EQ operator"),
        ('EXCLUDE ItemID WHERE Items.A IN ("a", $X)', "$X. A placeholder stands alone"),
    ],
)
def test_placeholders_stand_alone_and_not_after_not_in(text: str, message: str) -> None:
    with pytest.raises(SymbolError) as caught:
        rules.check(parse(text))
    assert str(caught.value).startswith(message)


def test_events_are_filtered_by_their_type_alone() -> None:
    for dataset, subject in (("Interactions", "ItemID"), ("Action_Interactions", "ActionID")):
        with pytest.raises(FilterError, match=f"{dataset} can be filtered by EVENT_TYPE only, not by EVENT_VALUE"):
            rules.check(parse(f"EXCLUDE {subject} WHERE {dataset}.EVENT_VALUE > 3"))
        rules.check(parse(f"EXCLUDE {subject} WHERE {dataset}.EVENT_TYPE IN (*)"))


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
