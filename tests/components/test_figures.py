from __future__ import annotations

import pandas as pd
import pytest

from components.figures import figure, margins, width
from components.theme import LIGHT

BAR = {"type": "bar", "orientation": "h", "x": [1.0]}


def test_the_longest_line_of_a_label_is_what_it_takes() -> None:
    assert width("<b>War &amp; peace</b>") == width("War & peace") == width("War & peace<br>1956")
    assert width("映画") == width("abcd"), "letters of the Far East are twice as wide"


def test_names_and_titles_find_room_beside_and_below_the_plot() -> None:
    short, long = (margins([{**BAR, "y": [name]}], {}, {}) for name in ("ab", "abcdefghijklmnopqrst"))
    assert long["l"] - short["l"] == pytest.approx(18 * width("a"))
    assert margins([{**BAR, "y": ["ab"]}], {"title": "Films"}, {})["b"] > short["b"]
    assert margins([{**BAR, "y": ["ab"]}], {}, {"title": "Genre"})["l"] > short["l"]
    above = margins([{**BAR, "y": ["ab"]}], {"side": "top"}, {})
    assert (above["t"] > short["t"], above["b"] < short["b"]) == (True, True)


def test_only_traces_that_come_later_leave_the_margins_to_plotly() -> None:
    told = figure(LIGHT, 300, [{**BAR, "y": ["Drama"]}]).layout
    later = figure(LIGHT, 300).layout
    assert (told.xaxis.automargin, told.yaxis.automargin) == (False, False)
    assert (later.xaxis.automargin, later.yaxis.automargin) == (True, True)


def test_a_figure_is_built_once_for_the_same_traces() -> None:
    first, again = (figure(LIGHT, 300, [{**BAR, "y": pd.Series(["Drama"])}]) for _ in range(2))
    assert first is again
    assert list(first.data[0].y) == ["Drama"]
    assert figure(LIGHT, 300, [{**BAR, "y": ["Crime"]}]) is not first
