"""Any filter that can be written is read back as it was meant, and keeps what a row-by-row reading keeps."""

from __future__ import annotations

import contextlib
import operator
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from local_personalize.filters.evaluate import Events, NumberColumn, Scope, TextColumn, keep
from local_personalize.filters.grammar import parse, parse_values
from local_personalize.filters.tree import (
    EVENT_DATASETS,
    Condition,
    CurrentItem,
    Expression,
    Filter,
    FilterError,
    Parameter,
    Subject,
    Value,
)

SUBJECTS: dict[Subject, str] = {"item": "ItemID", "user": "UserID", "action": "ActionID"}
DATASETS = {
    "item": ["Interactions", "Items"],
    "user": ["Interactions", "Users"],
    "action": ["Action_Interactions", "Actions"],
}
KEYWORDS = {"AND", "OR", "IF", "IN", "NOT", "WHERE", "INCLUDE", "EXCLUDE", "CURRENTITEM"}
NAMES = st.from_regex(r"[A-Z_][A-Z0-9_]{0,6}", fullmatch=True).filter(lambda name: name not in KEYWORDS)
NUMBERS = st.integers(-(10**9), 10**9).map(float) | st.decimals(-1000, 1000, places=3).map(float)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=8)
RANGES = ("=", "!=", "<", "<=", ">", ">=")


@st.composite
def conditions(draw: st.DrawFn, dataset: str) -> Condition:
    single: st.SearchStrategy[Value] = st.one_of(NUMBERS, TEXTS, NAMES.map(Parameter))
    if dataset == "Items":
        single = st.one_of(single, NAMES.map(CurrentItem))
    if draw(st.booleans()):
        return Condition(dataset, draw(NAMES), draw(st.sampled_from(RANGES)), (draw(single),))
    values = draw(st.lists(NUMBERS | TEXTS | NAMES.map(Parameter), min_size=1, max_size=3).map(tuple))
    return Condition(dataset, draw(NAMES), draw(st.sampled_from(("IN", "NOT IN"))), values)


@st.composite
def expressions(draw: st.DrawFn, subject: Subject) -> Expression:
    tests = conditions(draw(st.sampled_from(DATASETS[subject])))
    groups = draw(st.lists(st.lists(tests, min_size=1, max_size=2).map(tuple), min_size=1, max_size=2).map(tuple))
    only_if = () if subject == "user" else draw(st.lists(conditions("CurrentUser"), max_size=2).map(tuple))
    return Expression(draw(st.booleans()), subject, groups, only_if)


FILTERS = st.sampled_from(list(SUBJECTS)).flatmap(
    lambda subject: st.lists(expressions(subject), min_size=1, max_size=3).map(lambda found: Filter(tuple(found)))
)


def written(tree: Filter) -> str:
    """Return the text of a filter."""
    return " | ".join(map(_expression, tree.expressions))


def _expression(expression: Expression) -> str:
    groups = " OR ".join(" AND ".join(map(_condition, group)) for group in expression.any_of)
    only_if = f" IF {' AND '.join(map(_condition, expression.only_if))}" if expression.only_if else ""
    return f"{'INCLUDE' if expression.include else 'EXCLUDE'} {SUBJECTS[expression.subject]} WHERE {groups}{only_if}"


def _condition(condition: Condition) -> str:
    values = ", ".join(map(_value, condition.values))
    shown = f"({values})" if condition.operator in ("IN", "NOT IN") else values
    return f"{condition.dataset}.{condition.field} {condition.operator} {shown}"


def _value(value: Value) -> str:
    if isinstance(value, Parameter):
        return f"${value.name}"
    if isinstance(value, CurrentItem):
        return f"CurrentItem.{value.field}"
    if isinstance(value, float):
        return f"{value:.3f}"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


@settings(deadline=None, max_examples=60)
@given(FILTERS)
def test_what_is_written_is_read_as_it_was_meant(tree: Filter) -> None:
    assert parse(written(tree)) == tree
    assert parse(f" {written(tree)} ".replace(" AND ", "\n  and\t").replace("WHERE", "where")).fields == tree.fields


@settings(deadline=None, max_examples=60)
@given(st.lists(TEXTS | NUMBERS, min_size=1, max_size=4).map(tuple))
def test_values_of_a_request_come_back(values: tuple[str | float, ...]) -> None:
    assert parse_values(",".join(map(_value, values))) == values


WORDS = 'INCLUDE EXCLUDE ItemID WHERE Items . A IN NOT ( ) , | * = < != $P "x" 1 -2.5 IF AND OR CurrentUser CurrentItem'
PIECES = st.sampled_from(WORDS.split())


@settings(deadline=None, max_examples=60)
@given(st.lists(PIECES | st.text(max_size=3), max_size=14).map(" ".join))
def test_any_text_is_a_filter_or_a_filter_error(text: str) -> None:
    with contextlib.suppress(FilterError):
        assert parse(text).conditions


CELLS = st.sampled_from([None, "a", "b", "a|b", "c"])
SMALL = st.sampled_from([None, 1.0, 2.0, 3.0])


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[str | None], list[float | None], list[tuple[int, str]]]:
    """Return a text and a number per item, and events: item and type."""
    count = draw(st.integers(1, 4))
    rows = st.lists(CELLS, min_size=count, max_size=count)
    numbers = st.lists(SMALL, min_size=count, max_size=count)
    event = st.tuples(st.integers(0, count - 1), st.sampled_from(["Watch", "click"]))
    return draw(rows), draw(numbers), draw(st.lists(event, max_size=4))


TESTS = st.one_of(
    st.builds(Condition, st.just("Items"), st.just("T"), st.sampled_from(["IN", "NOT IN"]),
              st.lists(st.sampled_from("abc"), min_size=1, max_size=2).map(tuple)),
    st.builds(Condition, st.just("Items"), st.just("N"), st.sampled_from(RANGES),
              st.sampled_from([1.0, 2.0, 3.0]).map(lambda number: (number,))),
)  # fmt: skip
SEEN = st.builds(
    Condition, st.just("Interactions"), st.just("EVENT_TYPE"), st.sampled_from(["IN", "NOT IN"]),
    st.lists(st.sampled_from(["watch", "CLICK", "*"]), min_size=1, max_size=2).map(tuple),
)  # fmt: skip
GROUPS = st.one_of(
    st.lists(st.lists(TESTS, min_size=1, max_size=2).map(tuple), min_size=1, max_size=2).map(tuple),
    st.lists(st.lists(SEEN, min_size=1, max_size=2).map(tuple), min_size=1, max_size=2).map(tuple),
)
SIMPLE = st.lists(st.builds(Expression, st.booleans(), st.just("item"), GROUPS), min_size=1, max_size=3)
COMPARE = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds(condition: Condition, cell: str | float | None) -> bool:
    """Tell whether one cell passes, read naively."""
    if cell is None:
        return condition.operator in ("NOT IN", "!=")
    if isinstance(cell, float):
        compare: Any = COMPARE[condition.operator]
        return bool(compare(cell, condition.values[0]))
    fold = str.lower if condition.dataset in EVENT_DATASETS else str
    wanted = {fold(str(value)) for value in condition.values}
    found = "*" in wanted or bool(wanted & set(map(fold, cell.split("|"))))
    return found is (condition.operator == "IN")


def matches(expression: Expression, item: int, world: Any) -> bool:
    """Tell whether an item is matched, read naively."""
    texts, numbers, events = world
    if expression.any_of[0][0].dataset == "Items":
        cells = {"T": texts[item], "N": numbers[item]}
        return any(all(holds(test, cells[test.field]) for test in group) for group in expression.any_of)
    types = [name for row, name in events if row == item]
    return any(all(holds(test, name) for test in group) for name in types for group in expression.any_of)


@settings(deadline=None, max_examples=60)
@given(SIMPLE, worlds())
def test_masks_are_what_reading_row_by_row_gives(found: list[Expression], world: Any) -> None:
    texts, numbers, events = world
    scope = Scope(
        len(texts),
        {"T": TextColumn(texts), "N": NumberColumn(np.array([np.nan if one is None else one for one in numbers]))},
        Events(
            np.array([row for row, _ in events], dtype=np.intp),
            {"EVENT_TYPE": TextColumn([name for _, name in events], ignore_case=True)},
        ),
    )
    includes = [one for one in found if one.include]
    excludes = [one for one in found if not one.include]
    expected = [
        (not includes or any(matches(one, item, world) for one in includes))
        and not any(matches(one, item, world) for one in excludes)
        for item in range(len(texts))
    ]
    assert keep(Filter(tuple(found)), {}, scope).tolist() == expected
