"""Evaluates filters as numpy masks over columns, before the best items are chosen."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from local_personalize.filters.grammar import parse_values
from local_personalize.filters.tree import (
    EVENT_DATASETS,
    Condition,
    CurrentItem,
    Expression,
    Filter,
    FilterError,
    Operator,
    Parameter,
)

Mask = NDArray[np.bool_]
Literal = str | float
Values = Mapping[str, Sequence[Literal]]

_NEGATED = ("NOT IN", "!=")
_COMPARE: dict[Operator, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Column(Protocol):
    """One field of many rows."""

    def where(self, operator: Operator, values: Sequence[Literal]) -> Mask:
        """Return which rows pass the test; a missing value passes NOT IN and != alone."""
        ...

    def take(self, rows: Mask) -> Column:
        """Return the column of some of the rows."""
        ...


class TextColumn:
    """Strings; a row may hold several, separated by |."""

    def __init__(self, cells: Sequence[str | None], *, ignore_case: bool = False) -> None:
        self._cells = cells
        self._count = len(cells)
        self._ignore_case = ignore_case
        rows: dict[str, list[int]] = {}
        for row, cell in enumerate(cells):
            for value in (cell or "").split("|"):
                rows.setdefault(self._fold(value), []).append(row)
        rows.pop("", None)
        self._rows = {value: np.array(found, dtype=np.intp) for value, found in rows.items()}

    def where(self, operator: Operator, values: Sequence[Literal]) -> Mask:
        """Return which rows hold one of the values (IN, =) or none of them (NOT IN, !=)."""
        if operator not in ("IN", "NOT IN", "=", "!="):
            raise FilterError(f"{operator} compares numbers, and this field holds text")
        mask = np.zeros(self._count, dtype=np.bool_)
        for value in values:
            if value == "*":
                mask[:] = True
            else:
                mask[self._rows.get(self._fold(_text(value)), _NO_ROWS)] = True
        return ~mask if operator in _NEGATED else mask

    def take(self, rows: Mask) -> TextColumn:
        """Return the column of some of the rows."""
        return TextColumn([self._cells[row] for row in np.flatnonzero(rows).tolist()], ignore_case=self._ignore_case)

    def _fold(self, text: str) -> str:
        return text.lower() if self._ignore_case else text


class CodedColumn:
    """Strings of many rows as codes into a short list of names."""

    def __init__(self, codes: NDArray[np.integer[Any]], names: Sequence[str], *, ignore_case: bool = False) -> None:
        self._codes = codes
        self._names = names
        self._ignore_case = ignore_case

    def where(self, operator: Operator, values: Sequence[Literal]) -> Mask:
        """Return which rows hold one of the values (IN, =) or none of them (NOT IN, !=)."""
        passing = TextColumn(self._names, ignore_case=self._ignore_case).where(operator, values)
        return passing[self._codes] if len(passing) else np.zeros(len(self._codes), dtype=np.bool_)

    def take(self, rows: Mask) -> CodedColumn:
        """Return the column of some of the rows."""
        return CodedColumn(self._codes[rows], self._names, ignore_case=self._ignore_case)

    def last_of_each(self, most: int) -> Mask:
        """Return which rows are among the last so many of their name."""
        kept = np.zeros(len(self._codes), dtype=np.bool_)
        folded = [name.lower() if self._ignore_case else name for name in self._names]
        first = [folded.index(name) for name in folded]
        codes = np.array(first, dtype=np.intp)[self._codes]
        for code in np.unique(codes):
            kept[np.flatnonzero(codes == code)[-most:]] = True
        return kept


class NumberColumn:
    """Numbers; NaN is a missing one."""

    def __init__(self, cells: NDArray[np.float64]) -> None:
        self._cells = cells

    def where(self, operator: Operator, values: Sequence[Literal]) -> Mask:
        """Return which rows equal one of the values, or compare so with the only one."""
        numbers = [_number(value) for value in values]
        if operator in ("IN", "=") or operator in _NEGATED:
            return np.isin(self._cells, numbers, invert=operator in _NEGATED)
        if len(numbers) != 1:
            raise FilterError(f"{operator} takes one number, not {len(numbers)}")
        mask: Mask = _COMPARE[operator](self._cells, numbers[0])
        return mask

    def take(self, rows: Mask) -> NumberColumn:
        """Return the column of some of the rows."""
        return NumberColumn(self._cells[rows])


@dataclass(frozen=True, slots=True)
class Events:
    """Interactions: the row of the item (or user) that each is about, and their columns."""

    rows: NDArray[np.intp]
    columns: Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a filter looks at: count items (actions, users), their metadata and the interactions with them.

    Of the current user it sees the one row, of the current item what its fields hold.
    """

    count: int
    metadata: Mapping[str, Column]
    events: Events
    user: Mapping[str, Column] = field(default_factory=dict)
    item: Values = field(default_factory=dict)


def keep(filter: Filter, values: Values, scope: Scope) -> Mask:
    """Return which items (or users) the filter lets through.

    INCLUDEs are joined, and what any EXCLUDE matches is taken away. Raises FilterError where an INCLUDE lacks a value;
    an EXCLUDE that lacks one is left out.
    """
    included: Mask | None = None
    excluded = np.zeros(scope.count, dtype=np.bool_)
    for expression in filter.expressions:
        if not _applies(expression, values, scope):
            continue
        matched = _matched(expression, values, scope)
        if not expression.include:
            excluded |= matched
        else:
            included = matched if included is None else included | matched
    return ~excluded if included is None else included & ~excluded


def read_values(given: Mapping[str, str]) -> dict[str, tuple[Literal, ...]]:
    """Return the values that a request gives for placeholders, or raise FilterError naming the placeholder."""
    values = {}
    for name, text in given.items():
        try:
            values[name] = parse_values(text)
        except FilterError as failure:
            raise FilterError(f"the value of {name}: {failure}; strings go in escaped quotes") from failure
    return values


def _applies(expression: Expression, values: Values, scope: Scope) -> bool:
    missing = {name for condition in expression.conditions for name in condition.parameters} - values.keys()
    if missing and expression.include:
        raise FilterError(f"a value is needed for {', '.join(sorted(missing))}")
    if missing:
        return False
    return all(
        _rows_where(condition, _literals(condition, values, scope), scope.user, 1)[0]
        for condition in expression.only_if
    )


def _matched(expression: Expression, values: Values, scope: Scope) -> Mask:
    matched = np.zeros(scope.count, dtype=np.bool_)
    for group in expression.any_of:
        tests = [(condition, _literals(condition, values, scope)) for condition in group]
        if group[0].dataset in EVENT_DATASETS:
            matched[scope.events.rows[_all(tests, scope.events.columns, len(scope.events.rows))]] = True
        else:
            matched |= _all(tests, scope.metadata, scope.count)
    return matched


def _all(tests: Sequence[tuple[Condition, Sequence[Literal]]], columns: Mapping[str, Column], count: int) -> Mask:
    mask = np.ones(count, dtype=np.bool_)
    for condition, literals in tests:
        mask &= _rows_where(condition, literals, columns, count)
    return mask


def _rows_where(condition: Condition, literals: Sequence[Literal], columns: Mapping[str, Column], count: int) -> Mask:
    column = columns.get(condition.field)
    if column is None or not literals:
        return np.full(count, condition.operator in _NEGATED, dtype=np.bool_)
    return column.where(condition.operator, literals)


def _literals(condition: Condition, values: Values, scope: Scope) -> list[Literal]:
    """Return what the field is compared with; nothing where the current item leaves its field empty."""
    literals: list[Literal] = []
    for value in condition.values:
        if isinstance(value, Parameter):
            literals.extend(values[value.name])
        elif isinstance(value, CurrentItem):
            literals.extend(scope.item.get(value.field, ()))
        else:
            literals.append(value)
    return [name for one in literals for name in _spellings(one)] if _names_actions(condition) else literals


def _names_actions(condition: Condition) -> bool:
    return condition.dataset == "Action_Interactions"


def _spellings(value: Literal) -> Sequence[Literal]:
    """Return the ways to write an event type of actions: NOT_TAKEN is Not Taken in the guide's other pages."""
    return (value, value.replace("_", " "), value.replace(" ", "_")) if isinstance(value, str) else (value,)


def _text(value: Literal) -> str:
    return value if isinstance(value, str) else f"{value:.15g}"


def _number(value: Literal) -> float:
    try:
        return float(value)
    except ValueError as failure:
        raise FilterError(f"{value!r} is not a number") from failure


_NO_ROWS = np.zeros(0, dtype=np.intp)
