"""Checks a request against the input shape of its operation, by the rules that botocore's models declare.

botocore's client checks presence, types and minima alone; lengths, ranges, patterns and enumerations are the
service's to check. The wording is AWS's: "1 validation error detected: Value 'x' at 'name' failed to satisfy
constraint: Member must ...".
"""

from __future__ import annotations

import datetime
import functools
import json
import math
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import regex
from botocore.model import ListShape, MapShape, Shape, StructureShape

from local_personalize.errors import InvalidInputException

MOST_FAULTS = 10
"""Faults that one message names at most, so that a bad list of a thousand members gives a readable answer."""

SHOWN = 200
"""Characters of a refused value that a message repeats."""

INTEGER_BITS = {"integer": 31, "long": 63}
LATEST_TIME = 253_402_300_800.0
"""The year 10000, which no client can read back."""

Faults = list[str]
T = TypeVar("T")


def validate(shape: Shape | None, request: dict[str, Any]) -> dict[str, Any]:
    """Return the members of a request that its shape knows, times as floats; raises InvalidInputException."""
    if shape is None:
        return {}
    faults: Faults = []
    clean: dict[str, Any] = _checked(shape, request, "", faults)
    if faults:
        shown = faults[:MOST_FAULTS]
        noun = "error" if len(shown) == 1 else "errors"
        raise InvalidInputException(f"{len(shown)} validation {noun} detected: {'; '.join(shown)}")
    return clean


def _checked(shape: Shape, value: Any, path: str, faults: Faults) -> Any:
    """Return the value as operations see it, after adding what is wrong with it to the faults."""
    check = CHECKS[shape.type_name]
    return check(shape, value, path, faults)


def _structure(shape: StructureShape, value: Any, path: str, faults: Faults) -> dict[str, Any]:
    if not isinstance(value, dict):
        return _wrong_type(shape, value, path, faults, {})
    for name in shape.required_members:
        if value.get(name) is None:
            faults.append(f"Value null at '{_join(path, name)}' failed to satisfy constraint: Member must not be null")
    known = {name: member for name, member in value.items() if name in shape.members and member is not None}
    return {name: _checked(shape.members[name], member, _join(path, name), faults) for name, member in known.items()}


def _list(shape: ListShape, value: Any, path: str, faults: Faults) -> list[Any]:
    if not isinstance(value, list):
        return _wrong_type(shape, value, path, faults, [])
    if not _length_fits(shape, value, path, faults):
        return []
    places = (f"{path}.{place}.member" for place in range(1, len(value) + 1))
    return [_checked(shape.member, member, place, faults) for member, place in zip(value, places, strict=True)]


def _map(shape: MapShape, value: Any, path: str, faults: Faults) -> dict[str, Any]:
    if not isinstance(value, dict):
        return _wrong_type(shape, value, path, faults, {})
    if not _length_fits(shape, value, path, faults):
        return {}
    _keys_fit(shape, value, path, faults)
    return {key: _checked(shape.value, member, f"{path}.{key}.member", faults) for key, member in value.items()}


def _keys_fit(shape: MapShape, value: dict[str, Any], path: str, faults: Faults) -> None:
    wrong: Faults = []
    for key in value:
        _checked(shape.key, key, path, wrong)
    constraints = ", ".join(dict.fromkeys(fault.rpartition("constraint: ")[2] for fault in wrong))
    if wrong:
        _refuse(shape, value, path, faults, f"Map keys must satisfy constraint: [{constraints}]")


def _string(shape: Shape, value: Any, path: str, faults: Faults) -> str:
    if not isinstance(value, str):
        return _wrong_type(shape, value, path, faults, "")
    if _length_fits(shape, value, path, faults):
        # A text that is too long is not matched: some patterns take quadratic time.
        for constraint in _broken_rules(shape, value):
            _refuse(shape, value, path, faults, constraint)
    return value


def _broken_rules(shape: Shape, value: str) -> Iterator[str]:
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).fullmatch(value):
        yield f"Member must satisfy regular expression pattern: {pattern}"
    options = shape.metadata.get("enum")
    if options and value not in options:
        yield f"Member must satisfy enum value set: [{', '.join(options)}]"


@functools.cache
def _compiled(pattern: str) -> regex.Pattern[str]:
    """Compile a pattern of the model: \\d means ASCII digits, \\p{L} letters of every script."""
    return regex.compile(pattern, 0 if r"\p{" in pattern else regex.ASCII)


def _integer(shape: Shape, value: Any, path: str, faults: Faults) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >> INTEGER_BITS[shape.type_name]:
        return _wrong_type(shape, value, path, faults, 0)
    _range_fits(shape, value, path, faults)
    return value


def _double(shape: Shape, value: Any, path: str, faults: Faults) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not _is_finite(value):
        return _wrong_type(shape, value, path, faults, 0.0)
    _range_fits(shape, value, path, faults)
    return float(value)


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer of more than 308 digits
        return False


def _boolean(shape: Shape, value: Any, path: str, faults: Faults) -> bool:
    if not isinstance(value, bool):
        return _wrong_type(shape, value, path, faults, False)
    return value


def _timestamp(shape: Shape, value: Any, path: str, faults: Faults) -> float:
    seconds = _iso_seconds(value) if isinstance(value, str) else value
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not _is_finite(seconds):
        return _wrong_type(shape, value, path, faults, 0.0)
    if not -LATEST_TIME < seconds < LATEST_TIME:
        _refuse(shape, value, path, faults, "Member must be a time in seconds since the epoch")
    return float(seconds)


def _iso_seconds(text: str) -> float | None:
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()


def _length_fits(shape: Shape, value: Any, path: str, faults: Faults) -> bool:
    """Tell whether a string, list or map is not too long; a fault is noted for too short ones as well."""
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and len(value) < least:
        _refuse(shape, value, path, faults, f"Member must have length greater than or equal to {least}")
    if most is None or len(value) <= most:
        return True
    _refuse(shape, value, path, faults, f"Member must have length less than or equal to {most}")
    return False


def _range_fits(shape: Shape, value: float, path: str, faults: Faults) -> None:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least:
        _refuse(shape, value, path, faults, f"Member must have value greater than or equal to {least}")
    if most is not None and value > most:
        _refuse(shape, value, path, faults, f"Member must have value less than or equal to {most}")


def _wrong_type(shape: Shape, value: Any, path: str, faults: Faults, instead: T) -> T:
    _refuse(shape, value, path, faults, f"Member must be of type {shape.type_name}")
    return instead


def _refuse(shape: Shape, value: Any, path: str, faults: Faults, constraint: str) -> None:
    # As on AWS, what the model calls sensitive is not repeated.
    shown = "Value" if shape.metadata.get("sensitive") else f"Value '{_shown(value)}'"
    faults.append(f"{shown} at '{path}' failed to satisfy constraint: {constraint}")


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "..."


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


CHECKS: dict[str, Callable[[Any, Any, str, Faults], Any]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "integer": _integer,
    "long": _integer,
    "double": _double,
    "float": _double,
    "boolean": _boolean,
    "timestamp": _timestamp,
}
"""By the type names that the three service models use."""
