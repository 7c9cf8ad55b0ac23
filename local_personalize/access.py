"""Decides what policies allow: the part of IAM's evaluation that access to a bucket needs.

An explicit Deny wins over any Allow. Conditions are taken as met in an Allow and as not met in a Deny, since they
speak of accounts, networks and encryption that do not exist on this machine. Statements with NotAction, NotResource
or NotPrincipal grant nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

SERVICE = "personalize.amazonaws.com"

Statement = dict[str, Any]


def statements(policy: str | bytes | dict[str, Any] | None) -> list[Statement]:
    """Return the statements of a policy document, none where it cannot be read."""
    if isinstance(policy, (str, bytes)):
        try:
            policy = json.loads(policy)
        except (ValueError, RecursionError):
            return []
    if not isinstance(policy, dict):
        return []
    return [statement for statement in _listed(policy.get("Statement")) if isinstance(statement, dict)]


def allows(found: Iterable[Statement], action: str, resource: str) -> bool:
    """Tell whether the statements allow an action on a resource, and none denies it."""
    effects = {statement.get("Effect") for statement in _applicable(found, action, resource)}
    return "Allow" in effects and "Deny" not in effects


def for_principal(found: Iterable[Statement], role_arn: str) -> list[Statement]:
    """Return the statements of a bucket policy that speak of Amazon Personalize, of the role, or of everyone."""
    return [statement for statement in found if _names(statement.get("Principal"), role_arn)]


def trusts_personalize(trust: str | dict[str, Any] | None) -> bool:
    """Tell whether a role's trust policy lets Amazon Personalize assume it."""
    found = [statement for statement in statements(trust) if _names(statement.get("Principal"), "")]
    effects = {statement.get("Effect") for statement in found if _matches(statement.get("Action"), "sts:AssumeRole")}
    return effects == {"Allow"}


def _applicable(found: Iterable[Statement], action: str, resource: str) -> Iterator[Statement]:
    for statement in found:
        idle = statement.get("Effect") == "Deny" and statement.get("Condition")
        if not idle and _matches(statement.get("Action"), action) and _matches(statement.get("Resource"), resource):
            yield statement


def _names(principal: Any, role_arn: str) -> bool:
    if not isinstance(principal, dict):
        return bool(principal == "*")
    return SERVICE in _listed(principal.get("Service")) or bool({"*", role_arn} & set(_listed(principal.get("AWS"))))


def _matches(patterns: Any, text: str) -> bool:
    """Tell whether one of IAM's patterns (* and ?) fits; actions are compared without regard to case."""
    flags = re.IGNORECASE if text.startswith(("cloudwatch:", "s3:", "sts:")) else 0
    return any(re.fullmatch(_regex(str(pattern)), text, flags) for pattern in _listed(patterns))


def _regex(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
