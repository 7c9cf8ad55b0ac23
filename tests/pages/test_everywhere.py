"""What holds on every page: pictures and tables are told in words, and values that are not there are not."""

from __future__ import annotations

import ast

import pytest

from tests.conftest import ROOT, Endpoint
from tests.pages.cinema import errors, open_page

PICTURES = ("plotly_chart", "graphviz_chart", "echarts_chart", "mermaid_chart", "imgs")


def stems() -> list[str]:
    """Return the file names of the pages, from the table in app.py."""
    tree = ast.parse((ROOT / "app.py").read_text())
    table = next(node for node in tree.body if isinstance(node, ast.Assign))
    return [stem for pages in ast.literal_eval(table.value).values() for stem, *_ in pages]


@pytest.mark.parametrize("stem", stems())
def test_charts_and_tables_have_words_and_words_are_no_code(
    stem: str, monkeypatch: pytest.MonkeyPatch, cinema: Endpoint
) -> None:
    app = open_page(stem, monkeypatch, cinema)
    assert not errors(app)
    silent = [element.proto for kind in PICTURES for element in app.get(kind) if not described(element.proto)]
    silent += [frame.proto.id for frame in app.dataframe if not frame.proto.alt]
    assert silent == []
    told = "\n".join(str(part.value) for part in (*app.markdown, *app.caption, *app.subheader, *app.info))
    assert {"Traceback", "None", "nan", "NaN", "[]", "{}"}.isdisjoint(told.split())


def described(proto: object) -> bool:
    """Tell whether a picture has words for those who do not see it."""
    return bool(getattr(proto, "alt", "") or getattr(proto, "alt_text", ""))
