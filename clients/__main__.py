"""Tries all clients and writes docs/clients.md: python -m clients (variables name the checkouts, see INTRODUCTION)."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from clients import moto_tests
from clients.outcomes import Outcome
from clients.trials import Checkouts, all_trials
from clients.world import ROOT, world

VARIABLES = ("CLIENTS_DIR", "MOTO_TESTS", "SAMPLES_DIR", "EXAMPLES_DIR")

INTRODUCTION = """\
# Clients that nobody here wrote

Written by `make clients`, which starts an endpoint, imports, trains and deploys, and lets each client, unchanged, ask
it. Their code is not kept here; environment variables name checkouts: `CLIENTS_DIR` of ryankarlos/AWS-ML-services,
`SAMPLES_DIR` of aws-samples/amazon-personalize-samples, `EXAMPLES_DIR` of awsdocs/aws-doc-sdk-examples, and
`MOTO_TESTS` of the folder `tests/test_personalize` of getmoto/moto. Libraries come from npm, PyPI and Debian (`awscli`,
`golang-go`, `golang-github-aws-aws-sdk-go-dev`, `golang-github-aws-aws-sdk-go-v2-dev`); programs of `clients/programs`
ask through them. Debian's awscli is older than `AWS_ENDPOINT_URL` and gets `--endpoint-url`; the boto3 of 2019 is 1.10.

Pages in a browser may ask Amazon Personalize if they are of this machine (`localhost`, `127.0.0.1`): the trial opens
the same page under another site's name too, which must get nothing.

The notebooks run cell by cell, each story on an endpoint of its own, without shell commands but aws and cp, and with
sleeps of at most a fifth of a second. What they download is replaced by `MARQUEE_MOVIELENS` and by a made-up shop in
the same form (`clients/shop.py`). SageMaker's library, which some import and none uses, is an empty module. The
JavaScript examples get ARNs and names where they say that one replaces them.

Not among them: those whose last cells wait for ARNs to be typed in, those that need a stack of CloudFormation, AWS's
own buckets or a file from another repository or site, and of POC in a box the fifth part, which looks up a number among
texts, as pandas 1.5 does not, and the sixth, which needs it. Measure_Impact_of_Recommendations takes too long here.

moto's tests are run twice: as they are, and with `sth`, which some give as a schema, replaced by an Avro record. moto
takes any text; Amazon Personalize, and this endpoint, take Avro records alone, and describe them byte for byte.

| client | trial | result |
|---|---|---|
"""


def main() -> int:
    """Run the trials; the exit code tells whether all clients passed, but moto's tests as they are."""
    folders = [Path(value) if (value := os.environ.get(name)) else None for name in VARIABLES]
    checkouts = Checkouts(os.environ.get("MARQUEE_MOVIELENS"), *folders)
    with tempfile.TemporaryDirectory() as folder, world(Path(folder)) as filled:
        outcomes = []
        for outcome in all_trials(filled, checkouts):
            outcomes.append(outcome)
            print(_row(outcome), flush=True)
    (ROOT / "docs" / "clients.md").write_text(_page(outcomes), encoding="utf-8")
    return int(any(outcome.passed is False and outcome.client != moto_tests.CLIENT for outcome in outcomes))


def _page(outcomes: Iterable[Outcome]) -> str:
    return INTRODUCTION + "\n".join(map(_row, outcomes)) + "\n"


def _row(outcome: Outcome) -> str:
    words = {True: "passes", False: "fails", None: "not tried"}[outcome.passed]
    return f"| {outcome.client} | {outcome.trial} | {words}{f': {outcome.note}' if outcome.note else ''} |"


if __name__ == "__main__":
    sys.exit(main())
