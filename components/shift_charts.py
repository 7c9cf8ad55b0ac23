"""Figures of how a list changed: who moved, who came and went, and what that did to the genres."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plotly.graph_objects import Figure

from components.figures import cut, figure
from components.text import in_figure
from components.theme import Palette
from services.catalog import Item
from services.recommendations import Move

STUB = 0.13
"""Length of the line of an item that is on one side only; ending it there keeps such lines from meeting in a star."""
LABEL = 30
GENRES = 12
TITLE = 24
"""Letters of a title at an end of a journey: more leave no room for the way where the page is 800 pixels wide."""
Trace = dict[str, Any]
GAP = "\N{NO-BREAK SPACE}" * 2
"""Between a point and its title; Plotly drops plain spaces at the ends of a text."""


def move_color(move: Move, palette: Palette) -> str:
    """Return the colour of a line: new, risen, fallen or in its place, gone."""
    if move.before is None:
        return palette.accent
    if move.after is None:
        return palette.muted
    return palette.up if move.before > move.after else palette.muted if move.before == move.after else palette.down


def bump(moves: Sequence[Move], palette: Palette, *, sides: tuple[str, str] = ("Before", "After")) -> Figure:
    """Draw the ranks of two lists side by side; what is in both is joined."""
    rows = max((max(move.before or 0, move.after or 0) for move in moves), default=1)
    before = [(move, move.before) for move in moves if move.before]
    after = [(move, move.after) for move in moves if move.after]
    data = [_line(move, move_color(move, palette)) for move in moves]
    data += [_side(before, palette, x=0), _side(after, palette, x=1)]
    titles = [
        {0: f"<b>{in_figure(text)}</b>", **_titles(placed, palette)}
        for text, placed in zip(sides, (before, after), strict=True)
    ]
    across = {"visible": False, "range": [-0.04, 1.04], "fixedrange": True}
    return _sided(palette, data, across, *titles, rows=rows, top=-0.7)


def _titles(placed: Sequence[tuple[Move, int]], palette: Palette) -> dict[float, str]:
    """Return short titles by rank; what is new or gone has its line's colour."""
    loud = {move.item.item_id: move_color(move, palette) for move, _ in placed if not (move.before and move.after)}
    return {
        rank: _colored(cut(move.item.label, LABEL), loud.get(move.item.item_id, palette.text)) for move, rank in placed
    }


def _colored(text: str, color: str) -> str:
    return f'<span style="color:{color}">{in_figure(text)}</span>'


def _sided(
    palette: Palette,
    data: Sequence[Trace],
    across: Trace,
    left: Mapping[float, str],
    right: Mapping[float, str],
    *,
    rows: int,
    top: float,
) -> Figure:
    """Return a figure of ranks with titles at both ends: labels of axes, for which Plotly makes the room they need."""
    look = {
        "range": [rows + 0.6, top], "fixedrange": True, "showgrid": False, "showline": False, "zeroline": False,
        "tickmode": "array", "ticks": "", "tickfont": {"size": 13}, "automargin": True,
    }  # fmt: skip
    up = look | {"tickvals": list(left), "ticktext": [f"{text}{GAP}" for text in left.values()]}
    other = look | {"tickvals": list(right), "ticktext": [f"{GAP}{text}" for text in right.values()]}
    used = {"type": "scatter", "x": [None], "y": [None], "yaxis": "y2", "hoverinfo": "skip"}  # else it is not drawn
    return figure(
        palette, 64 + 30 * rows, [*data, used], xaxis=across | {"automargin": True}, yaxis=up,
        yaxis2=other | {"overlaying": "y", "side": "right"}, margin={"l": 8, "r": 8, "t": 12, "b": 8},
    )  # fmt: skip


def _line(move: Move, color: str) -> Trace:
    start = (0.0, move.before) if move.before else (1 - STUB, move.after)
    end = (1.0, move.after) if move.after else (STUB, move.before)
    crossing = bool(move.before and move.after)
    return {
        "type": "scatter",
        "x": [start[0], end[0]],
        "y": [start[1], end[1]],
        "mode": "lines",
        "line": {"color": color, "width": 2.5 if crossing else 2, "dash": "solid" if move.after else "dot"},
        "hoverinfo": "skip",
    }


def _side(placed: Sequence[tuple[Move, int]], palette: Palette, *, x: int) -> Trace:
    return {
        "type": "scatter",
        "x": [x] * len(placed),
        "y": [rank for _, rank in placed],
        "mode": "markers",
        "marker": {
            "size": 9,
            "color": [move_color(move, palette) for move, _ in placed],
            "symbol": ["circle-open" if not move.after else "circle" for move, _ in placed],
        },
        "customdata": [[in_figure(move.item.label), move_text(move)] for move, _ in placed],
        "hovertemplate": "%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
        "cliponaxis": False,
    }


def journey(lists: Sequence[Sequence[Item]], steps: Sequence[str], palette: Palette) -> Figure:
    """Draw the rank of every item that was ever listed, from list to list; steps name the lists.

    Titles stand at the first and the last list; what is in between is named on hover.
    """
    rows, last = max(map(len, lists), default=1), len(lists) - 1
    runs = [run for item_id in _ever(lists) for run in _runs(lists, item_id)]
    data: list[Trace] = []
    for color, width in ((palette.muted, 1.5), (palette.up, 2.5), (palette.accent, 2.5)):
        mine = [run for run in runs if _run_color(run, last, palette) == color]
        data += [_stays(mine, last, color, width), _points(mine, steps, color)]
    loud = {run.item.item_id: _run_color(run, last, palette) for run in runs}
    across = {
        "range": [-STUB * max(last, 1) / 4, last * 1.02], "fixedrange": True, "side": "top", "showgrid": False,
        "showline": False, "tickangle": 0, "tickvals": list(range(last + 1)),
        "ticktext": [in_figure(step) for step in steps],
    }  # fmt: skip
    first = _ranked(lists[0], dict.fromkeys(loud, palette.muted))
    return _sided(palette, data, across, first, _ranked(lists[-1], loud) if last else {}, rows=rows, top=0.4)


@dataclass(frozen=True, slots=True)
class _Run:
    """An item's stay in the lists without a gap."""

    item: Item
    places: tuple[int, ...]
    ranks: tuple[int, ...]


def _ever(lists: Sequence[Sequence[Item]]) -> list[str]:
    return list(dict.fromkeys(item.item_id for listed in lists for item in listed))


def _runs(lists: Sequence[Sequence[Item]], item_id: str) -> list[_Run]:
    found = [
        (place, rank, item)
        for place, listed in enumerate(lists)
        for rank, item in enumerate(listed, start=1)
        if item.item_id == item_id
    ]
    stays = itertools.groupby(enumerate(found), key=lambda pair: pair[1][0] - pair[0])
    groups = [[entry for _, entry in stay] for _, stay in stays]
    return [_Run(stay[0][2], tuple(one[0] for one in stay), tuple(one[1] for one in stay)) for stay in groups]


def _run_color(run: _Run, last: int, palette: Palette) -> str:
    if run.places[-1] < last:
        return palette.muted
    return palette.up if run.places[0] == 0 else palette.accent


def _stubbed(run: _Run, last: int) -> tuple[list[float | None], list[float | None]]:
    """Return the line of a stay with a stub where it begins and where it ends, and a gap behind it."""
    before = [(run.places[0] - STUB, run.ranks[0])] if run.places[0] else []
    after = [(run.places[-1] + STUB, run.ranks[-1])] if run.places[-1] < last else []
    points = [*before, *zip(run.places, run.ranks, strict=True), *after]
    return [*(x for x, _ in points), None], [*(y for _, y in points), None]


def _stays(runs: Sequence[_Run], last: int, color: str, width: float) -> Trace:
    lines = [_stubbed(run, last) for run in runs]
    return {
        "type": "scatter",
        "x": [x for xs, _ in lines for x in xs],
        "y": [y for _, ys in lines for y in ys],
        "mode": "lines",
        "line": {"color": color, "width": width, "shape": "spline", "smoothing": 0.4},
        "hoverinfo": "skip",
    }


def _points(runs: Sequence[_Run], steps: Sequence[str], color: str) -> Trace:
    return {
        "type": "scatter",
        "x": [x for run in runs for x in run.places],
        "y": [y for run in runs for y in run.ranks],
        "mode": "markers",
        "marker": {"size": 8, "color": color},
        "customdata": [[in_figure(run.item.label), in_figure(steps[place])] for run in runs for place in run.places],
        "hovertemplate": "%{customdata[0]}<br>number %{y}, events: %{customdata[1]}<extra></extra>",
        "cliponaxis": False,
    }


def _names(items: Sequence[Item]) -> list[str]:
    """Return short titles; those that are the same when cut keep their years."""
    short = [cut(item.title, TITLE) for item in items]
    twice = {name for name, count in Counter(short).items() if count > 1}
    return [
        f"{cut(item.title, TITLE - 7)} ({item.year})" if name in twice and item.year else name
        for name, item in zip(short, items, strict=True)
    ]


def _ranked(items: Sequence[Item], colors: Mapping[str, str]) -> dict[float, str]:
    """Return the short titles of a list by rank, each in its item's colour."""
    named = zip(_names(items), items, strict=True)
    return {rank: _colored(name, colors[item.item_id]) for rank, (name, item) in enumerate(named, start=1)}


def move_text(move: Move) -> str:
    """Say in a word what happened to an item."""
    if move.before is None:
        return "New"
    if move.after is None:
        return "Gone"
    gain = move.before - move.after
    return f"▲ {gain}" if gain > 0 else f"▼ {-gain}" if gain < 0 else "="


def genre_shift(before: Mapping[str, float], after: Mapping[str, float], palette: Palette) -> Figure:
    """Draw by how much each genre's share of the list changed; neither direction is bad."""
    changes = {genre: after.get(genre, 0) - before.get(genre, 0) for genre in {*before, *after}}
    moved = sorted((pair for pair in changes.items() if abs(pair[1]) > 1e-9), key=lambda pair: abs(pair[1]))[-GENRES:]
    moved.sort(key=lambda pair: pair[1])
    bars = {
        "type": "bar",
        "x": [change for _, change in moved],
        "y": [in_figure(genre) for genre, _ in moved],
        "orientation": "h",
        "marker": {"color": [palette.accent if change > 0 else palette.down for _, change in moved]},
        "text": [f"{before.get(genre, 0):.0%} → {after.get(genre, 0):.0%}" for genre, _ in moved],
        "textposition": "outside",
        "textfont": {"color": palette.text},
        "cliponaxis": False,
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }
    reach = max((abs(change) for _, change in moved), default=0.1) * 2.2
    steps = [step for step in (-1, -0.5, 0, 0.5, 1) if abs(step) <= reach]
    across = {
        "range": [-reach, reach], "title": "Change in the share of the list", "tickvals": steps,
        "ticktext": [f"{step:+.0%}" if step else "0" for step in steps],
    }  # fmt: skip
    zero = {"type": "line", "xref": "x", "yref": "paper", "x0": 0, "x1": 0, "y0": 0, "y1": 1,
            "line": {"color": palette.muted, "width": 1}}  # fmt: skip
    return figure(palette, 70 + 30 * max(len(moved), 3), [bars], xaxis=across, shapes=[zero])


def genre_profile(shares: Mapping[str, Mapping[str, float]], palette: Palette) -> Figure:
    """Draw the share of each genre in one or several lists, by the first list's commonest genres."""
    totals = {genre: max(part.get(genre, 0) for part in shares.values()) for part in shares.values() for genre in part}
    genres = sorted(totals, key=lambda genre: totals[genre])[-10:]
    colors = (palette.muted, palette.accent, palette.up)
    bars = [
        {
            "type": "bar",
            "x": [part.get(genre, 0) for genre in genres],
            "y": [in_figure(genre) for genre in genres],
            "name": in_figure(name),
            "orientation": "h",
            "marker": {"color": color},
            "hovertemplate": "%{y}: %{x:.0%}<extra>" + in_figure(name) + "</extra>",
        }
        for (name, part), color in zip(shares.items(), colors, strict=False)
    ]
    legend = {"orientation": "h", "y": 1.02, "x": 0, "yanchor": "bottom", "traceorder": "normal"}
    across = {"tickformat": ".0%", "rangemode": "tozero", "nticks": 5}
    return figure(
        palette, 70 + (24 + 8 * len(shares)) * max(len(genres), 2), bars, xaxis=across, barmode="group", bargap=0.3,
        showlegend=len(shares) > 1, legend=legend,
    )  # fmt: skip
