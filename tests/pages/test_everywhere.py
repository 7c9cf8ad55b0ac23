"""What holds on every page: pictures and tables have words, terms have help, and values that are not there are not."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from services.handbook import words
from tests.conftest import ROOT, Endpoint
from tests.pages.cinema import errors, open_page

TERM = re.compile(rf"\b({'|'.join(words())})s?\b", re.IGNORECASE)
FIELDS = {
    "checkbox", "date_input", "file_uploader", "metric", "multiselect", "number_input", "pills", "radio",
    "segmented_control", "selectbox", "slider", "text_area", "text_input", "toggle",
}  # fmt: skip
"""What Streamlit draws with a label and a place for help."""
PLAIN = {"bar_chart", "data_editor", "dataframe", "echarts_chart", "image", "plotly_chart"}
"""What Streamlit draws with a place for words instead."""


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
    assert [proto for proto in drawn(app) if is_silent(proto)] == []
    assert unexplained(app) == []
    told = "\n".join(str(part.value) for part in (*app.markdown, *app.caption, *app.header, *app.subheader, *app.info))
    assert {"Traceback", "None", "nan", "NaN", "[]", "{}"}.isdisjoint(told.split())


def drawn(app: AppTest) -> Iterator[Any]:
    """Yield the message of everything that stands on a page and in the sidebar."""
    for element in (*app.main, *app.sidebar):
        proto = getattr(element, "proto", None)
        if hasattr(proto, "DESCRIPTOR"):
            yield proto


def is_silent(proto: Any) -> bool:
    """Tell whether a picture or table lacks words for those who do not see it."""
    places = {"alt", "alt_text"}.intersection(proto.DESCRIPTOR.fields_by_name)
    return bool(places) and not any(getattr(proto, place) for place in places)


def unexplained(app: AppTest) -> list[str]:
    """Return the labels of fields, figures and columns that name a word of Personalize and do not explain it."""
    fields = [proto for proto in drawn(app) if {"label", "help"}.issubset(proto.DESCRIPTOR.fields_by_name)]
    labels = [proto.label for proto in fields if not proto.help and proto.DESCRIPTOR.name not in ("Button", "PageLink")]
    columns = [name for frame in app.dataframe for name in unexplained_columns(frame)]
    return [label for label in (*labels, *columns) if TERM.search(label)]


def unexplained_columns(frame: Any) -> list[str]:
    """Return the headers of a table that have no help."""
    looks = json.loads(frame.proto.columns or "{}")
    shown = list(frame.proto.column_order) or list(frame.value.columns)
    found = [(name, looks.get(name) or {}) for name in shown]
    return [str(look.get("label") or name) for name, look in found if not look.get("help")]


def calls(names: set[str]) -> list[tuple[str, ast.Call]]:
    """Return where the pages and their components call Streamlit by one of these names."""
    files = [file for folder in ("pages", "components") for file in sorted((ROOT / folder).glob("*.py"))]
    found = [(file.name, node) for file in files for node in ast.walk(ast.parse(file.read_text()))]
    return [
        (f"{name}:{node.lineno}", node)
        for name, node in found
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names
    ]


def without(calls: list[tuple[str, ast.Call]], option: str) -> list[str]:
    """Return where calls leave an option out."""
    return [place for place, call in calls if option not in {each.arg for each in call.keywords}]


def test_what_is_drawn_only_sometimes_has_its_words_too() -> None:
    pictures = [(place, call) for place, call in calls(PLAIN) if ast.unparse(call.func).startswith("st.")]
    assert len(pictures) > 20
    assert without(pictures, "alt") == []
    labelled = [(place, call) for place, call in calls(FIELDS) if call.args and isinstance(call.args[0], ast.Constant)]
    terms = [(place, call) for place, call in labelled if TERM.search(str(ast.literal_eval(call.args[0])))]
    assert len(terms) > 10
    assert [place for place in without(terms, "help") if place in without(terms, "label_visibility")] == []


def test_code_is_written_in_the_colour_of_text() -> None:
    """Streamlit's own colours of Python, JSON and SQL are too pale on a light page, and no theme changes them."""
    codes = {place: {each.arg: ast.unparse(each.value) for each in call.keywords} for place, call in calls({"code"})}
    assert len(codes) > 10
    assert [place for place, options in codes.items() if options.get("language") != "None"] == []
