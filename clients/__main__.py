"""Tries all clients and writes docs/clients.md: python -m clients (CLIENTS_DIR and MOTO_TESTS name checkouts)."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from clients.trials import Outcome, all_trials
from clients.world import ROOT, world

INTRODUCTION = """\
# Clients that nobody here wrote

Written by `make clients`, which starts an endpoint, imports, trains and deploys, and lets each client, unchanged, ask
it. Their code is not kept here: `CLIENTS_DIR` names a checkout of ryankarlos/AWS-ML-services, `MOTO_TESTS` the folder
`tests/test_personalize` of a checkout of getmoto/moto. The JavaScript SDK comes from npm; `clients/personalize.mjs`
uses it.

moto's tests that fail create a schema whose text is `sth`. moto takes any text; Amazon Personalize, and this endpoint,
take Avro records alone, and describe them byte for byte.

| client | trial | result |
|---|---|---|
"""


def main() -> int:
    """Run the trials; the exit code tells whether all clients but moto's tests passed."""
    folders = [Path(value) if (value := os.environ.get(name)) else None for name in ("CLIENTS_DIR", "MOTO_TESTS")]
    with tempfile.TemporaryDirectory() as folder, world(Path(folder)) as filled:
        outcomes = []
        for outcome in all_trials(filled, *folders):
            outcomes.append(outcome)
            print(_row(outcome), flush=True)
    (ROOT / "docs" / "clients.md").write_text(_page(outcomes), encoding="utf-8")
    return int(any(outcome.passed is False and "moto" not in outcome.client for outcome in outcomes))


def _page(outcomes: Iterable[Outcome]) -> str:
    return INTRODUCTION + "\n".join(map(_row, outcomes)) + "\n"


def _row(outcome: Outcome) -> str:
    words = {True: "passes", False: "fails", None: "not tried"}[outcome.passed]
    return f"| {outcome.client} | {outcome.trial} | {words}{f': {outcome.note}' if outcome.note else ''} |"


if __name__ == "__main__":
    sys.exit(main())
