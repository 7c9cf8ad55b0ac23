"""Reads filter expressions into a tree (developer guide, pages filter-expressions and filter-real-time).

    Filter       Expression | Expression | ...
    Expression   INCLUDE or EXCLUDE, ItemID, ActionID or UserID, WHERE Condition AND/OR Condition ...,
                 IF Condition AND ...
    Condition    Dataset.FIELD, an operator, values: strings, numbers, a placeholder or CurrentItem.FIELD

AND binds tighter than OR. Keywords, dataset names and field names are read in any case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from local_personalize.filters.tree import (
    NAMES,
    Condition,
    CurrentItem,
    Expression,
    Filter,
    FilterError,
    Operator,
    Parameter,
    Subject,
    SymbolError,
    Value,
)

DATASETS = {
    "interactions": "Interactions",
    "items": "Items",
    "users": "Users",
    "actions": "Actions",
    "action": "Actions",  # one of the guide's own examples says so
    "action_interactions": "Action_Interactions",
    "currentuser": "CurrentUser",
}
AFTER_WHERE: dict[Subject, set[str]] = {
    "item": {"Interactions", "Items"},
    "user": {"Interactions", "Users"},
    "action": {"Action_Interactions", "Actions"},
}

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))|(?P<parameter>\$\w+)
    |(?P<word>[A-Za-z_]\w*)|(?P<symbol><=|>=|!=|[=<>(),.|*]))""",
    re.VERBOSE,
)


def parse(text: str) -> Filter:
    """Return the tree of a filter expression, or raise FilterError."""
    reader = _Reader(text)
    expressions = [_expression(reader)]
    while reader.take("|"):
        expressions.append(_expression(reader))
    reader.finish()
    if len({expression.subject for expression in expressions}) > 1:
        raise FilterError("all expressions of a filter must be about ItemID, all about ActionID, or all about UserID")
    return Filter(tuple(expressions))


def parse_conditions(text: str) -> tuple[Condition, ...]:
    """Return conditions joined by AND, as the itemAttributes of a batch segment job have them."""
    reader = _Reader(text)
    conditions = _all_of(reader)
    reader.finish()
    return conditions


def parse_values(text: str) -> tuple[str | float, ...]:
    r"""Return the values that a request gives for a placeholder: "\"Comedy\",\"Drama\"" or "18"."""
    reader = _Reader(text)
    values = [_literal(reader)]
    while reader.take(","):
        values.append(_literal(reader))
    reader.finish()
    return tuple(values)


class _Reader:
    """The tokens of a text, one step at a time."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._next = 0

    def peek(self) -> tuple[str, str]:
        return self._tokens[self._next]

    def advance(self) -> tuple[str, str]:
        token = self._tokens[self._next]
        self._next += token[0] != "end"
        return token

    def take(self, *words: str) -> bool:
        """Step over these words if they come next, in any case."""
        ahead = [
            token.upper() for kind, token in self._tokens[self._next : self._next + len(words)] if kind != "string"
        ]
        if ahead != [word.upper() for word in words]:
            return False
        self._next += len(words)
        return True

    def expect(self, *choices: str) -> str:
        """Step over one of these words and return it as it is written in choices."""
        for choice in choices:
            if self.take(choice):
                return choice
        raise self.unexpected(" or ".join(choices))

    def unexpected(self, wanted: str) -> FilterError:
        kind, token = self.peek()
        found = "the end" if kind == "end" else token
        return FilterError(f"expected {wanted}, found {found}")

    def finish(self) -> None:
        if self.peek()[0] != "end":
            raise self.unexpected("the end")


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            rest = text[position:].lstrip()
            raise SymbolError(f"at position {len(text) - len(rest) + 1}: {rest.strip()[:20]}")
        yield str(match.lastgroup), match.group(str(match.lastgroup))
        position = match.end()
    yield "end", ""


def _expression(reader: _Reader) -> Expression:
    include = reader.expect("INCLUDE", "EXCLUDE") == "INCLUDE"
    subjects = {name: subject for subject, name in NAMES.items()}
    subject = subjects[reader.expect(*subjects)]
    reader.expect("WHERE")
    groups = [_all_of(reader)]
    while reader.take("OR"):
        groups.append(_all_of(reader))
    only_if = _all_of(reader) if reader.take("IF") else ()
    expression = Expression(include, subject, tuple(groups), only_if)
    _check_datasets(expression)
    return expression


def _check_datasets(expression: Expression) -> None:
    used = {condition.dataset for group in expression.any_of for condition in group}
    if len(used) > 1:
        raise FilterError("one expression can use the fields of one dataset; join several expressions with |")
    [dataset] = used
    if dataset not in AFTER_WHERE[expression.subject]:
        raise FilterError(f"an expression about {NAMES[expression.subject]} cannot use {dataset} after WHERE")
    if any(condition.dataset != "CurrentUser" for condition in expression.only_if):
        raise FilterError("IF can only check fields of CurrentUser")
    if expression.only_if and expression.subject == "user":
        raise FilterError("IF CurrentUser cannot be used in an expression about UserID")
    if any(condition.current_fields and condition.dataset != "Items" for condition in expression.conditions):
        raise FilterError("CurrentItem can only be compared with fields of Items")


def _all_of(reader: _Reader) -> tuple[Condition, ...]:
    conditions = [_condition(reader)]
    while reader.take("AND"):
        conditions.append(_condition(reader))
    return tuple(conditions)


def _condition(reader: _Reader) -> Condition:
    dataset = _word(reader, "a dataset, for example Items.GENRES")
    if dataset.lower() not in DATASETS:
        raise FilterError(f"{dataset} is not one of {', '.join(dict.fromkeys(DATASETS.values()))}")
    reader.expect(".")
    field = _word(reader, "a field name").upper()
    operator = _operator(reader)
    values = _list(reader) if operator in ("IN", "NOT IN") else (_compared(reader),)
    return Condition(DATASETS[dataset.lower()], field, operator, values)


def _word(reader: _Reader, wanted: str) -> str:
    if reader.peek()[0] != "word":
        raise reader.unexpected(wanted)
    return reader.advance()[1]


def _operator(reader: _Reader) -> Operator:
    if reader.take("NOT", "IN"):
        return "NOT IN"
    return cast(Operator, reader.expect("IN", "<=", ">=", "<", ">", "=", "!="))


def _list(reader: _Reader) -> tuple[Value, ...]:
    current = _current(reader)
    if current is not None:
        return (current,)
    reader.expect("(")
    values = [_value(reader)]
    while reader.take(","):
        values.append(_value(reader))
    reader.expect(")")
    return tuple(values)


def _compared(reader: _Reader) -> Value:
    """Read what a field is compared with: one value, which may stand in parentheses."""
    if not reader.take("("):
        return _value(reader)
    value = _value(reader)
    reader.expect(")")
    return value


def _value(reader: _Reader) -> Value:
    kind, token = reader.peek()
    if kind == "parameter":
        reader.advance()
        return Parameter(token[1:])
    if token == "*":
        reader.advance()
        return "*"
    current = _current(reader)
    return _literal(reader) if current is None else current


def _current(reader: _Reader) -> CurrentItem | None:
    if not reader.take("CurrentItem"):
        return None
    reader.expect(".")
    return CurrentItem(_word(reader, "a field name").upper())


def _literal(reader: _Reader) -> str | float:
    kind, token = reader.peek()
    if kind == "string":
        reader.advance()
        return re.sub(r"\\(.)", r"\1", token[1:-1])
    if kind == "number":
        reader.advance()
        return float(token)
    raise reader.unexpected('a value, for example "Comedy" or 1990')
