"""The endpoint starts with the app, before anybody visits it."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest

from components.session import local_endpoint
from components.warm_up import warm_up


def test_the_endpoint_is_there_before_the_first_visit(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARQUEE_DATA", str(data_dir))
    warm_up()
    try:
        port = json.loads((data_dir / "server.json").read_text())["port"]
        assert local_endpoint().url() == f"http://127.0.0.1:{port}"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_local/health", timeout=30) as answer:
            assert json.load(answer)["data"] == str(data_dir.resolve())
    finally:
        local_endpoint().stop()


def test_where_it_cannot_start_the_first_page_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("MARQUEE_DATA", str(blocked / "data"))
    warm_up()
    assert blocked.is_file()
