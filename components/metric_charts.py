"""Figures that answer which solution version is better, and at what price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from plotly.graph_objects import Figure

from components.figures import figure, mix
from components.interval_chart import Row, intervals
from components.theme import Palette
from services.metrics import Difference, Metric, VersionMetrics, metrics_of


def forest(differences: Mapping[str, Difference], metric: Metric, palette: Palette) -> Figure:
    """Draw each version's difference to the baseline with its interval; keys are the versions' labels."""
    rows = [
        Row(label, gap.mean, gap.low, gap.high, f"{gap.mean:+.4f} ({gap.low:+.4f} to {gap.high:+.4f}), {gap.people}")
        for label, gap in sorted(differences.items(), key=lambda pair: pair[1].mean, reverse=True)
    ]
    title = f"Difference in {metric.label} to the baseline"
    return intervals(rows, title, palette, max(320, 110 + 58 * len(rows)), labelled=True)


def trade_off(
    versions: Sequence[VersionMetrics], labels: Mapping[str, str], metric: Metric, baseline: str, palette: Palette
) -> Figure:
    """Draw accuracy over coverage, with the line of versions that no other beats on both; baseline is an ARN."""
    both = [version for version in versions if metric.name in version.values and "coverage" in version.values]
    points = [(version.values["coverage"], version.values[metric.name]) for version in both]
    widest, highest = (max((point[axis] for point in points), default=1.0) for axis in (0, 1))
    dots = {
        **_dots(both, labels, metric, baseline, palette),
        "x": [x for x, _ in points],
        "y": [y for _, y in points],
        "textposition": [_side(x > widest / 2, y < highest) for x, y in points],
    }
    return figure(
        palette,
        320,
        [_front(points, palette), dots],
        xaxis={
            "title": "Coverage: share of the catalogue shown",
            "tickformat": ".0%",
            "range": [-widest * 0.06, widest * 1.12],
        },
        yaxis={"title": metric.label, "range": [0, highest * 1.3 or 1.0], "tickformat": ".2f"},
    )


def _front(points: Sequence[tuple[float, float]], palette: Palette) -> dict[str, Any]:
    """Return the line of the points that no other beats."""
    front = pareto(points)
    return {
        "type": "scatter",
        "x": [x for x, _ in front],
        "y": [y for _, y in front],
        "mode": "lines",
        "line": {"color": palette.muted, "dash": "dot", "width": 1.5},
        "hoverinfo": "skip",
    }


def _dots(
    versions: Sequence[VersionMetrics], labels: Mapping[str, str], metric: Metric, baseline: str, palette: Palette
) -> dict[str, Any]:
    """Return a named point for each version, without its place; the baseline looks different."""
    return {
        "type": "scatter",
        "mode": "markers+text",
        "text": _point_labels(versions, labels, metric),
        "textfont": {"color": palette.text},
        "customdata": [version.arn for version in versions],
        "marker": {
            "size": 16,
            "color": [palette.muted if version.arn == baseline else palette.accent for version in versions],
            "symbol": ["diamond" if version.arn == baseline else "circle" for version in versions],
        },
        "unselected": {"marker": {"opacity": 1}, "textfont": {"color": palette.text}},
        "hovertext": [labels[version.arn] for version in versions],
        "hovertemplate": f"%{{hovertext}}<br>{metric.label} %{{y:.4f}}<br>coverage %{{x:.1%}}<extra></extra>",
        "cliponaxis": False,
    }


def _point_labels(versions: Sequence[VersionMetrics], labels: Mapping[str, str], metric: Metric) -> list[str]:
    """Name each point; versions that fall on the same one share the first one's label."""
    points = [(round(found.values["coverage"], 3), round(found.values[metric.name], 3)) for found in versions]
    names = {point: [labels[v.arn] for v, at in zip(versions, points, strict=True) if at == point] for point in points}
    first = [point not in points[:place] for place, point in enumerate(points)]
    return [_several(names[point]) if lead else "" for point, lead in zip(points, first, strict=True)]


def _side(right: bool, low: bool) -> str:
    """Return where a label keeps clear of the edges, and of those of points further up to its left."""
    return ("bottom left" if low else "top left") if right else "top right"


def _several(names: Sequence[str]) -> str:
    """Return at most two lines: more would not fit above a point."""
    shown = names if len(names) < 3 else [names[0], f"and {len(names) - 1} more"]
    return "<br>".join(f"  {name}  " for name in shown)


def pareto(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the points that no other point beats on both axes, from left to right."""
    best: list[tuple[float, float]] = []
    for point in sorted(points, reverse=True):
        if not best or point[1] > best[-1][1]:
            best.append(point)
    return best[::-1]


def heatmap(versions: Sequence[VersionMetrics], labels: Mapping[str, str], palette: Palette) -> Figure:
    """Draw every metric of every version; colour is the rank within the column, so that no metric drowns another."""
    metrics = metrics_of(versions)
    values = [[version.values.get(metric.name) for metric in metrics] for version in versions]
    cells = {
        "type": "heatmap",
        "z": column_ranks(values),
        "x": [metric.label for metric in metrics],
        "y": [labels[version.arn] for version in versions],
        "text": [["–" if value is None else f"{value:.3f}" for value in row] for row in values],
        "texttemplate": "%{text}",
        "textfont": {"color": palette.text, "size": 13},
        "colorscale": [[place, mix(palette.surface, palette.accent, share)] for place, share in ((0, 0.04), (1, 0.45))],
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
        "hoverongaps": False,
        "hovertemplate": "%{y}<br>%{x}: %{text}<extra></extra>",
    }
    return figure(
        palette,
        90 + 46 * len(versions),
        [cells],
        xaxis={"side": "top", "autotickangles": [0, -40], "showgrid": False},
        yaxis={"autorange": "reversed", "showgrid": False},
    )


def column_ranks(values: Sequence[Sequence[float | None]]) -> list[list[float | None]]:
    """Replace each value by its place in its column from 0, the worst, to 1, the best; ties share, None stays."""
    columns = [_ranks(column) for column in zip(*values, strict=True)]
    return [list(row) for row in zip(*columns, strict=True)]


def _ranks(column: Sequence[float | None]) -> list[float | None]:
    distinct = sorted({value for value in column if value is not None})
    if len(distinct) < 2:
        return [None if value is None else 0.5 for value in column]
    places = np.linspace(0, 1, len(distinct))
    return [None if value is None else float(places[distinct.index(value)]) for value in column]


def dumbbell(
    candidate: VersionMetrics, baseline: VersionMetrics, labels: Mapping[str, str], palette: Palette
) -> Figure:
    """Draw two versions metric by metric, joined by a line."""
    both = metrics_of([candidate, baseline])
    shared = [metric for metric in both if metric.name in candidate.values and metric.name in baseline.values]
    # A gap after each pair: one trace draws all lines.
    ends = [(baseline.values[metric.name], candidate.values[metric.name], None) for metric in shared]
    bars = {
        "type": "scatter",
        "x": [end for pair in ends for end in pair],
        "y": [metric.label for metric in shared for _ in range(3)],
        "mode": "lines",
        "line": {"color": palette.grid, "width": 5},
        "showlegend": False,
        "hoverinfo": "skip",
    }
    dots = [
        _ends(baseline, shared, labels[baseline.arn], {"color": palette.muted, "symbol": "diamond"}),
        _ends(candidate, shared, labels[candidate.arn], {"color": palette.accent, "symbol": "circle"}),
    ]
    return figure(
        palette,
        110 + 36 * len(shared),
        [bars, *dots],
        xaxis={"rangemode": "tozero"},
        yaxis={"autorange": "reversed", "showgrid": False},
        showlegend=True,
        legend=_legend(1.08),
    )


def _ends(version: VersionMetrics, metrics: Sequence[Metric], name: str, marker: Mapping[str, str]) -> dict[str, Any]:
    """Return a version's end of each line."""
    return {
        "type": "scatter",
        "x": [version.values[metric.name] for metric in metrics],
        "y": [metric.label for metric in metrics],
        "mode": "markers",
        "name": name,
        "marker": {"size": 14, **marker},
        "hovertemplate": f"%{{y}}: %{{x:.4f}}<extra>{name}</extra>",
    }


def parallel(versions: Sequence[VersionMetrics], labels: Mapping[str, str], palette: Palette) -> Figure:
    """Draw each version as a line through all metrics, each scaled from the worst to the best; missing ones end it."""
    metrics = metrics_of(versions)
    ranks = [_scaled([version.values.get(metric.name) for version in versions]) for metric in metrics]
    lines = [
        {
            "type": "scatter",
            "x": [metric.label for metric in metrics],
            "y": [column[place] for column in ranks],
            "mode": "lines+markers",
            "name": labels[version.arn],
            "line": {"color": palette.categorical[place % len(palette.categorical)], "width": 2.5},
            "customdata": [version.values.get(metric.name) for metric in metrics],
            "hovertemplate": f"%{{x}}: %{{customdata:.4f}}<extra>{labels[version.arn]}</extra>",
        }
        for place, version in enumerate(versions)
    ]
    scale = {"tickvals": [0, 1], "ticktext": ["worst", "best"], "range": [-0.08, 1.08]}
    return figure(palette, 360, lines, yaxis=scale, showlegend=True, legend=_legend(1.06))


def _legend(height: float) -> dict[str, Any]:
    """Return a legend in a row above the chart."""
    return {"orientation": "h", "y": height, "x": 0, "yanchor": "bottom"}


def _scaled(column: Sequence[float | None]) -> list[float | None]:
    known = [value for value in column if value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    return [None if value is None else (value - low) / (high - low) if high > low else 0.5 for value in column]
