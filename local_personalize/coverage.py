"""Lists which of the 79 operations this endpoint has: `python -m local_personalize.coverage > docs/coverage.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from botocore import xform_name

from local_personalize.operations import OPERATIONS
from local_personalize.protocol import SERVICES, operations_by_name
from local_personalize.quotas import BY_SCOPE, SETTING

INTRODUCTION = """\
# Operations of Amazon Personalize on this machine

Written by `python -m local_personalize.coverage`; a test keeps it true. Requests to all operations are checked against
AWS's own models, and so are the answers (`tests/local_personalize/test_conformance.py`); the errors are those that the
model of the operation lists.
"""

QUOTAS = f"""\
## Quotas

Those of the developer guide. `{SETTING}` in the environment of the endpoint raises or lowers any of them,
as JSON: `{{"dataset-group": 50}}`. Rates of requests and sizes in gigabytes are not limited.
"""


def render() -> str:
    """Return the page."""
    names = operations_by_name()
    summary = f"{len(OPERATIONS.keys() & names.keys())} of {len(names)} operations are here."
    tables = (line for service in SERVICES for line in _table(service))
    return "\n".join([INTRODUCTION, summary, *tables, *_quotas()]) + "\n"


def _table(service: str) -> Iterator[str]:
    yield from ("", f"## {service}", "", "| operation | boto3 | here |", "|---|---|---|")
    for name, operation in sorted(operations_by_name().items()):
        if operation.service_model.service_name == service:
            function = OPERATIONS.get(name)
            module = function.__module__.rpartition(".")[2] if function else ""
            here = f"yes, `operations/{module}.py`" if function else "no"
            yield f"| {name} | `{xform_name(name)}` | {here} |"


def _quotas() -> Iterator[str]:
    yield from ("", QUOTAS, "| of | quota | default |", "|---|---|---|")
    for scope, quotas in BY_SCOPE.items():
        yield from (f"| {scope} | `{name}` | {most:,} |" for name, most in quotas.items())


if __name__ == "__main__":
    sys.stdout.write(render())
