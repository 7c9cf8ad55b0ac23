from __future__ import annotations

import pytest

from services.handbook import FILES
from tests.conftest import Clients
from tests.pages.cinema import errors, open_page, told


def test_every_chapter_opens(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("handbook", monkeypatch, clients.endpoint)
    assert "a recipe with its settings" in app.markdown[0].value
    for name in FILES:
        app.segmented_control(key="chapter").set_value(name).run()
        assert not errors(app)
        assert len(app.markdown[0].value) > 1000


def test_a_link_to_a_word_opens_it_and_a_chapter_ends_the_search(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("handbook", monkeypatch, clients.endpoint, search="campaign")
    assert not errors(app)
    assert app.header[0].value == "Words"
    assert app.markdown[0].value.splitlines()[2].startswith("| campaign | a solution version that answers")
    app.segmented_control(key="chapter").set_value("Clients").run()
    assert app.text_input(key="search").value == ""
    assert not app.header
    app.text_input(key="search").input("<b>nowhere</b>").run()
    assert "No chapter has" in told(app)
