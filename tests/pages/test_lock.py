"""A locked app: every page works and says so, and no button that writes can be pressed."""

from __future__ import annotations

import pytest

from components.resource_table import DETAILS
from tests.conftest import ROOT, Endpoint
from tests.pages.cinema import errors, open_page, tables

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py") if path.stem != "__init__")
HARMLESS = (
    "user_", "dice", "simulator.new_user", "simulator.search", "batch.random", "resources.goto_", "connection.test",
    "rfm.", "upload.try_sample",
)  # fmt: skip
"""How the keys of buttons begin that write nothing; the buttons of forms are looked at by their labels."""


@pytest.mark.parametrize("page", PAGES)
def test_no_button_of_a_page_writes(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint, page: str) -> None:
    monkeypatch.setenv("MARQUEE_READ_ONLY", "1")
    app = open_page(page, monkeypatch, cinema)
    assert not errors(app)
    assert any(info.proto.title == "Locked for changes" for info in app.info)
    pressable = [button for button in app.button if not button.disabled and button.label not in ("Use this", "Look")]
    assert [button.key for button in pressable if not str(button.key).startswith(HARMLESS)] == []


def test_a_resource_can_only_be_looked_at(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    monkeypatch.setenv("MARQUEE_READ_ONLY", "1")
    app = open_page("resources", monkeypatch, cinema)
    assert all(list(offered) == [DETAILS] for offered in tables(app, "resources with type")[0]["Actions"])
    monkeypatch.delenv("MARQUEE_READ_ONLY")
    app = open_page("resources", monkeypatch, cinema)
    assert any(len(offered) > 1 for offered in tables(app, "resources with type")[0]["Actions"])
    assert not any(info.proto.title == "Locked for changes" for info in app.info)
