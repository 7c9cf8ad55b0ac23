"""Requests made from botocore's shapes: fitting ones, and every way to break a single rule."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

FITTING = {
    "RoleArn": "arn:aws:iam::123456789012:role/personalize",
    "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/k",
    "S3Location": "s3://bucket/key",
    "SchedulingExpression": "rate(3 days)",
}
"""Values for the shapes whose pattern refuses the usual text."""


def sample(shape: Shape, *, sparse: bool = False) -> Any:
    """Return a value that a shape allows, with every member, or with the required ones alone."""
    if isinstance(shape, StructureShape):
        names = shape.required_members if sparse else shape.members
        return {name: sample(shape.members[name], sparse=sparse) for name in names}
    if isinstance(shape, ListShape):
        return [sample(shape.member)] * max(1, shape.metadata.get("min", 1))
    if isinstance(shape, MapShape):
        return {sample(shape.key): sample(shape.value)}
    if shape.type_name == "string":
        return _text(shape)
    numbers = {"boolean": True, "timestamp": 1.7e9, "double": 0.5, "float": 0.5}
    return numbers.get(shape.type_name, shape.metadata.get("min", 1))


def _text(shape: Shape) -> str:
    if "enum" in shape.metadata:
        return str(shape.metadata["enum"][0])
    if shape.name in FITTING:
        return FITTING[shape.name]
    if "personalize" in shape.metadata.get("pattern", ""):
        return "arn:aws:personalize:us-east-1:123456789012:solution/films"
    return "a" * max(1, shape.metadata.get("min", 1))


def violations(shape: Shape, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield places in a sample and values that the shape forbids there."""
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            if name in shape.required_members:
                yield (*path, name), None
            yield from violations(member, (*path, name))
        return
    yield path, object_of_another_type(shape)
    rules = shape.metadata
    if isinstance(shape, ListShape):
        if "max" in rules:
            yield path, [sample(shape.member)] * (rules["max"] + 1)
        yield from violations(shape.member, (*path, 0))
    elif isinstance(shape, MapShape):
        if "max" in rules:
            yield path, {f"k{place}": sample(shape.value) for place in range(rules["max"] + 1)}
    elif shape.type_name == "string":
        yield from ((path, text) for text in forbidden_texts(rules))
    else:
        yield from ((path, rules[rule] + step) for rule, step in (("min", -1), ("max", 1)) if rule in rules)


def forbidden_texts(rules: dict[str, Any]) -> Iterator[str]:
    """Yield texts that a string's rules forbid."""
    if "max" in rules:
        yield "a" * (rules["max"] + 1)
    if rules.get("min", 0) > 0:
        yield ""
    if "enum" in rules:
        yield "NO_SUCH_MEMBER"
    if "pattern" in rules:
        yield "ü\n\u0000"


def object_of_another_type(shape: Shape) -> Any:
    """Return JSON of another type than the shape's."""
    return 7 if shape.type_name in ("string", "boolean", "list", "map") else ["x"]


def placed(request: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """Return a copy of a request with another value at one place."""
    changed = copy.deepcopy(request)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed
