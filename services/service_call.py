"""One boto3 call as a value: it can be made, and it can be shown as code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.connection import Connection


@dataclass(frozen=True)
class ServiceCall:
    """One operation of one service with its parameters."""

    service: str
    operation: str
    """As boto3 names it: create_solution."""
    parameters: dict[str, Any]

    def run(self, connection: Connection) -> dict[str, Any]:
        """Make the call and return its answer. Raises ClientError."""
        answer: dict[str, Any] = getattr(connection.client(self.service), self.operation)(**self.parameters)
        return answer
