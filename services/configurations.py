"""How solution versions were made, member by member, so that two can be laid beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.connection import Connection

_OF_SOLUTION = ("performHPO", "performAutoML", "performAutoTraining", "eventType", "solutionConfig")
_OF_VERSION = ("trainingMode", "tunedHPOParams")


def read_configuration(connection: Connection, version_arn: str) -> dict[str, str]:
    """Return the settings of a version and its solution, nested ones under dotted names. Raises ClientError."""
    personalize = connection.client("personalize")
    version: Any = personalize.describe_solution_version(solutionVersionArn=version_arn)["solutionVersion"]
    solution: Any = personalize.describe_solution(solutionArn=version["solutionArn"])["solution"]
    settings = {"recipe": version.get("recipeArn", "").rsplit("/", 1)[-1]}
    for document, members in ((solution, _OF_SOLUTION), (version, _OF_VERSION)):
        for member in members:
            settings |= _flat(member, document.get(member))
    return settings


def differing(configurations: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the names of the settings in which not all are the same, in order of appearance."""
    names = dict.fromkeys(name for settings in configurations.values() for name in settings)
    return [name for name in names if len({settings.get(name, "") for settings in configurations.values()}) > 1]


def _flat(name: str, value: Any) -> dict[str, str]:
    if isinstance(value, dict):
        return {key: text for member, inner in value.items() for key, text in _flat(f"{name}.{member}", inner).items()}
    return {} if value in (None, "", []) else {name: str(value)}
