"""Fixtures of the page tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from tests.conftest import Endpoint
from tests.pages.cinema import opened_cinema


@pytest.fixture(autouse=True)
def nothing_cached() -> Iterator[None]:
    """Let no test see what another one read."""
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(scope="session")
def cinema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """An endpoint with the demo done on a small cinema; tests that change it take `start_endpoint`'s instead."""
    folder: Path = tmp_path_factory.mktemp("cinema")
    with opened_cinema(folder) as endpoint:
        yield endpoint


@pytest.fixture
def bare(start_endpoint: object, tmp_path: Path) -> Endpoint:
    """An endpoint without anything in it."""
    return start_endpoint(tmp_path / "bare")  # type: ignore[operator,no-any-return]
