"""Figures of how a list changed: who moved, who came and went, and what that did to the genres."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
TITLE = 29
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
    drawn = figure(palette, 64 + 30 * rows)
    for move in moves:
        _line(drawn, move, move_color(move, palette))
    before = [(move, move.before) for move in moves if move.before]
    after = [(move, move.after) for move in moves if move.after]
    _side(drawn, before, palette, x=0)
    _side(drawn, after, palette, x=1)
    titles = [
        {0: f"<b>{in_figure(text)}</b>", **_titles(placed, palette)}
        for text, placed in zip(sides, (before, after), strict=True)
    ]
    drawn.update_xaxes(visible=False, range=[-0.04, 1.04], fixedrange=True)
    _name_sides(drawn, *titles, reach=(rows + 0.6, -0.7))
    return drawn


def _titles(placed: Sequence[tuple[Move, int]], palette: Palette) -> dict[float, str]:
    """Return short titles by rank; what is new or gone has its line's colour."""
    loud = {move.item.item_id: move_color(move, palette) for move, _ in placed if not (move.before and move.after)}
    return {
        rank: _colored(cut(move.item.label, LABEL), loud.get(move.item.item_id, palette.text)) for move, rank in placed
    }


def _colored(text: str, color: str) -> str:
    return f'<span style="color:{color}">{in_figure(text)}</span>'


def _name_sides(
    drawn: Figure, left: Mapping[float, str], right: Mapping[float, str], *, reach: tuple[float, float]
) -> None:
    """Write titles by rank at both ends; as labels of axes, for which Plotly makes as much room as they need."""
    look = {"range": list(reach), "fixedrange": True, "showgrid": False, "showline": False, "zeroline": False}
    for name, titles, more in (
        ("yaxis", {rank: f"{text}{GAP}" for rank, text in left.items()}, {}),
        ("yaxis2", {rank: f"{GAP}{text}" for rank, text in right.items()}, {"overlaying": "y", "side": "right"}),
    ):
        ticks = {
            "tickmode": "array",
            "tickvals": list(titles),
            "ticktext": list(titles.values()),
            "ticks": "",
            "tickfont": {"size": 13},
        }
        drawn.update_layout({name: look | ticks | more | {"automargin": True}})
    drawn.add_scatter(x=[None], y=[None], yaxis="y2", hoverinfo="skip")  # an axis that nothing uses is not drawn


def _line(drawn: Figure, move: Move, color: str) -> None:
    start = (0.0, move.before) if move.before else (1 - STUB, move.after)
    end = (1.0, move.after) if move.after else (STUB, move.before)
    crossing = bool(move.before and move.after)
    drawn.add_scatter(
        x=[start[0], end[0]],
        y=[start[1], end[1]],
        mode="lines",
        line={"color": color, "width": 2.5 if crossing else 2, "dash": "solid" if move.after else "dot"},
        hoverinfo="skip",
    )


def _side(drawn: Figure, placed: Sequence[tuple[Move, int]], palette: Palette, *, x: int) -> None:
    drawn.add_scatter(
        x=[x] * len(placed),
        y=[rank for _, rank in placed],
        mode="markers",
        marker={
            "size": 9,
            "color": [move_color(move, palette) for move, _ in placed],
            "symbol": ["circle-open" if not move.after else "circle" for move, _ in placed],
        },
        customdata=[[in_figure(move.item.label), move_text(move)] for move, _ in placed],
        hovertemplate="%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
        cliponaxis=False,
    )


def journey(lists: Sequence[Sequence[Item]], steps: Sequence[str], palette: Palette) -> Figure:
    """Draw the rank of every item that was ever listed, from list to list; steps name the lists.

    Titles stand at the first and the last list; what is in between is named on hover.
    """
    rows, last = max(map(len, lists), default=1), len(lists) - 1
    drawn = figure(palette, 64 + 30 * rows)
    runs = [run for item_id in _ever(lists) for run in _runs(lists, item_id)]
    for color, width in ((palette.muted, 1.5), (palette.up, 2.5), (palette.accent, 2.5)):
        mine = [run for run in runs if _run_color(run, last, palette) == color]
        _add_lines(drawn, [_stubbed(run, last) for run in mine], color, width)
        drawn.add_scatter(
            x=[x for run in mine for x in run.places],
            y=[y for run in mine for y in run.ranks],
            mode="markers",
            marker={"size": 8, "color": color},
            customdata=[[in_figure(run.item.label), in_figure(steps[place])] for run in mine for place in run.places],
            hovertemplate="%{customdata[0]}<br>number %{y}, events: %{customdata[1]}<extra></extra>",
            cliponaxis=False,
        )
    loud = {run.item.item_id: _run_color(run, last, palette) for run in runs}
    first = _ranked(lists[0], dict.fromkeys(loud, palette.muted))
    ticks = {"tickvals": list(range(last + 1)), "ticktext": [in_figure(step) for step in steps]}
    look = {"side": "top", "showgrid": False, "showline": False, "tickangle": 0}
    drawn.update_xaxes(range=[-STUB * max(last, 1) / 4, last * 1.02], fixedrange=True, **look, **ticks)
    _name_sides(drawn, first, _ranked(lists[-1], loud) if last else {}, reach=(rows + 0.6, 0.4))
    return drawn


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


def _add_lines(
    drawn: Figure, lines: Sequence[tuple[list[float | None], list[float | None]]], color: str, width: float
) -> None:
    drawn.add_scatter(
        x=[x for xs, _ in lines for x in xs],
        y=[y for _, ys in lines for y in ys],
        mode="lines",
        line={"color": color, "width": width, "shape": "spline", "smoothing": 0.4},
        hoverinfo="skip",
    )


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
    drawn = figure(palette, 70 + 30 * max(len(moved), 3))
    drawn.add_bar(
        x=[change for _, change in moved],
        y=[in_figure(genre) for genre, _ in moved],
        orientation="h",
        marker={"color": [palette.accent if change > 0 else palette.down for _, change in moved]},
        text=[f"{before.get(genre, 0):.0%} → {after.get(genre, 0):.0%}" for genre, _ in moved],
        textposition="outside",
        textfont={"color": palette.text},
        cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    reach = max((abs(change) for _, change in moved), default=0.1) * 2.2
    drawn.update_yaxes(type="category")
    drawn.update_xaxes(range=[-reach, reach], title="Change in the share of the list")
    steps = [step for step in (-1, -0.5, 0, 0.5, 1) if abs(step) <= reach]
    drawn.update_xaxes(tickvals=steps, ticktext=[f"{step:+.0%}" if step else "0" for step in steps])
    drawn.add_vline(x=0, line={"color": palette.muted, "width": 1})
    return drawn


def genre_profile(shares: Mapping[str, Mapping[str, float]], palette: Palette) -> Figure:
    """Draw the share of each genre in one or several lists, by the first list's commonest genres."""
    totals = {genre: max(part.get(genre, 0) for part in shares.values()) for part in shares.values() for genre in part}
    genres = sorted(totals, key=lambda genre: totals[genre])[-10:]
    drawn = figure(palette, 70 + (24 + 8 * len(shares)) * max(len(genres), 2))
    colors = (palette.muted, palette.accent, palette.up)
    for (name, part), color in zip(shares.items(), colors, strict=False):
        drawn.add_bar(
            x=[part.get(genre, 0) for genre in genres],
            y=[in_figure(genre) for genre in genres],
            name=in_figure(name),
            orientation="h",
            marker={"color": color},
            hovertemplate="%{y}: %{x:.0%}<extra>" + in_figure(name) + "</extra>",
        )
    drawn.update_layout(barmode="group", bargap=0.3, showlegend=len(shares) > 1)
    drawn.update_layout(legend={"orientation": "h", "y": 1.02, "x": 0, "yanchor": "bottom", "traceorder": "normal"})
    drawn.update_xaxes(tickformat=".0%", rangemode="tozero", nticks=5)
    drawn.update_yaxes(type="category")
    return drawn
