"""How Step Functions and CloudFormation spell what models of services name: every name begins with a capital."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

BOOLEANS = {"true": True, "false": False}


def as_the_service_spells(value: Any, shape: Shape | None) -> Any:
    """Return parameters, whose names begin with a capital, under the names of the service's model.

    A truth value may be written as text, "true", as both services take it.
    """
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        names = {name.lower(): name for name in shape.members}
        known = {names.get(name.lower(), name): entry for name, entry in value.items()}
        return {name: as_the_service_spells(entry, shape.members.get(str(name))) for name, entry in known.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [as_the_service_spells(entry, shape.member) for entry in value]
    if shape is not None and shape.type_name == "boolean" and isinstance(value, str):
        return BOOLEANS.get(value.lower(), value)
    return value


def as_state_machines_spell(value: Any, shape: Shape | None) -> Any:
    """Return an answer with the names of its members beginning with a capital; keys of maps stay as they are."""
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        return {
            name[:1].upper() + name[1:]: as_state_machines_spell(entry, shape.members.get(name))
            for name, entry in value.items()
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [as_state_machines_spell(entry, shape.member) for entry in value]
    if isinstance(shape, MapShape) and isinstance(value, Mapping):
        return {name: as_state_machines_spell(entry, shape.value) for name, entry in value.items()}
    return value
