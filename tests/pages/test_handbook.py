from __future__ import annotations

import pytest

from services.handbook import FILES
from tests.conftest import Clients
from tests.pages.cinema import errors, open_page


def test_every_chapter_opens(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("handbook", monkeypatch, clients.endpoint)
    assert "a recipe with its settings" in app.markdown[0].value
    for name in FILES:
        app.segmented_control(key="chapter").set_value(name).run()
        assert not errors(app)
        assert len(app.markdown[0].value) > 1000
