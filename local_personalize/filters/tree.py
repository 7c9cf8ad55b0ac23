"""What a filter expression says, as a tree; grammar.py reads it, evaluate.py works by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Operator = Literal["IN", "NOT IN", "=", "!=", "<", "<=", ">", ">="]
Subject = Literal["item", "user", "action"]
NAMES: dict[Subject, str] = {"item": "ItemID", "user": "UserID", "action": "ActionID"}
EVENT_DATASETS = ("Interactions", "Action_Interactions")


class FilterError(ValueError):
    """A filter that cannot be understood or does not fit the data; the text says what and where."""


class SymbolError(FilterError):
    """A character or a placeholder where the grammar has none."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A placeholder such as $GENRE, filled in by each request."""

    name: str


@dataclass(frozen=True, slots=True)
class CurrentItem:
    """A field of the item that a request for related items names, such as CurrentItem.PRICE."""

    field: str


Value = str | float | Parameter | CurrentItem


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of one field, for example Items.YEAR >= 1990."""

    dataset: str
    field: str
    operator: Operator
    values: tuple[Value, ...]

    @property
    def parameters(self) -> set[str]:
        """Return the names of the placeholders."""
        return {value.name for value in self.values if isinstance(value, Parameter)}

    @property
    def current_fields(self) -> set[str]:
        """Return the fields of the current item that it is compared with."""
        return {value.field for value in self.values if isinstance(value, CurrentItem)}


@dataclass(frozen=True, slots=True)
class Expression:
    """INCLUDE or EXCLUDE the items, actions or users that meet any group of conditions, where the user fits."""

    include: bool
    subject: Subject
    any_of: tuple[tuple[Condition, ...], ...]
    only_if: tuple[Condition, ...] = ()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Return all conditions, those about the current user last."""
        return tuple(condition for group in self.any_of for condition in group) + self.only_if


@dataclass(frozen=True, slots=True)
class Filter:
    """Expressions joined by pipes, all about the same kind of thing."""

    expressions: tuple[Expression, ...]

    @property
    def subject(self) -> Subject:
        """Return what the filter is about."""
        return self.expressions[0].subject

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Return the conditions of all expressions."""
        return tuple(condition for expression in self.expressions for condition in expression.conditions)

    @property
    def datasets(self) -> set[str]:
        """Return the names of the datasets that it asks, CurrentUser and CurrentItem among them."""
        current = {"CurrentItem"} if any(condition.current_fields for condition in self.conditions) else set()
        return {condition.dataset for condition in self.conditions} | current

    @property
    def fields(self) -> set[tuple[str, str]]:
        """Return the distinct (dataset, field) pairs; a field of the current item is one of Items."""
        current = {("Items", name) for condition in self.conditions for name in condition.current_fields}
        return {(condition.dataset, condition.field) for condition in self.conditions} | current
