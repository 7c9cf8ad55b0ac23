"""docs/coverage.md says what is there, and what is there bears the names of AWS."""

from __future__ import annotations

from local_personalize import coverage
from local_personalize.operations import OPERATIONS
from local_personalize.protocol import operations_by_name
from tests.conftest import ROOT


def test_the_page_is_up_to_date() -> None:
    written = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    assert written == coverage.render(), "run: python -m local_personalize.coverage > docs/coverage.md"


def test_the_operations_are_those_of_aws() -> None:
    assert set(OPERATIONS) == set(operations_by_name())
    assert len(OPERATIONS) == 79
