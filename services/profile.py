"""What the columns of a table hold: how full they are, how many values differ, and how those are spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.schemas import Field
from services.cells import TIMES

BARS = 16
"""Bars of a column's chart at most."""
NAMED = 3
"""Commonest values that are named."""
_NUMBERS = ("long", "int", "float", "double")


@dataclass(frozen=True, slots=True)
class Profile:
    """One column; spread counts rows, by equal ranges of a number or else by the commonest values."""

    field: Field
    filled: float
    different: int
    """Different values; of categories in lists, different categories."""
    spread: tuple[int, ...]
    """Empty where it would say nothing: every value is there once, or there is only one."""
    told: str
    """From where to where numbers and times go, or the commonest values."""


def profiles(table: pd.DataFrame, fields: Sequence[Field]) -> list[Profile]:
    """Return what each column of a table of text holds; "" is no value."""
    return [_profile(table[field.name], field) for field in fields]


def _profile(values: pd.Series[str], field: Field) -> Profile:
    filled = values[values != ""]
    share = len(filled) / len(values) if len(values) else 0.0
    values = filled.str.split("|", regex=False).explode() if field.categorical else filled
    numbers = _numbers(filled) if field.type in _NUMBERS else np.array([])
    spread, told = _of_numbers(numbers, field.name) if len(numbers) else _of_values(values)
    return Profile(field, share, int(values.nunique()), spread if len(spread) > 1 else (), told)


def _numbers(values: pd.Series[str]) -> NDArray[np.float64]:
    numbers: NDArray[np.float64] = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float)
    return numbers[np.isfinite(numbers)]


def _of_numbers(numbers: NDArray[np.float64], name: str) -> tuple[tuple[int, ...], str]:
    low, high = float(numbers.min()), float(numbers.max())
    counts, _ = np.histogram(numbers, bins=min(BARS, len(np.unique(numbers))))
    ends = [_day(end) if name in TIMES else f"{end:,.6g}" for end in (low, high)]
    return tuple(map(int, counts)), " to ".join(dict.fromkeys(ends))


def _day(second: float) -> str:
    """Return the day of a moment, of one that no calendar has the number itself."""
    moment = pd.to_datetime(second, unit="s", errors="coerce")
    return f"{second:,.0f}" if pd.isna(moment) else f"{moment:%-d %b %Y}"


def _of_values(values: pd.Series[str]) -> tuple[tuple[int, ...], str]:
    counts = values.value_counts()
    named = ", ".join(str(value)[:24] for value in counts.index[:NAMED])
    if not len(counts) or counts.iloc[0] == 1:
        return (), f"such as {named}" if named else ""
    return tuple(map(int, counts.iloc[:BARS])), named
