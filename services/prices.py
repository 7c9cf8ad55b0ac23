"""The price table: public list prices with their date and source, and the assumptions of forecasts; both editable."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "data" / "prices.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """One price in US dollars, or one assumption; unit is empty for assumptions."""

    key: str
    label: str
    value: float
    about: str
    unit: str = ""


@dataclass(frozen=True)
class PriceTable:
    """Every figure that an estimate is made from."""

    figures: tuple[Figure, ...]
    as_of: date
    region: str
    source: str
    note: str

    def __getitem__(self, key: str) -> float:
        """Return the value of a figure; KeyError for one that is not in the table."""
        return self._values[key]

    def changed(self, values: Mapping[str, float]) -> PriceTable:
        """Return the table with other values."""
        figures = (replace(figure, value=values.get(figure.key, figure.value)) for figure in self.figures)
        return replace(self, figures=tuple(figures))

    @functools.cached_property
    def _values(self) -> dict[str, float]:
        return {figure.key: figure.value for figure in self.figures}


@functools.lru_cache(maxsize=1)
def read_prices() -> PriceTable:
    """Return the table as it comes with the app."""
    found = json.loads(FILE.read_text(encoding="utf-8"))
    prices = [Figure(row["key"], row["label"], row["usd"], row["about"], row["unit"]) for row in found["prices"]]
    assumed = [Figure(row["key"], row["label"], row["value"], row["about"]) for row in found["assumptions"]]
    as_of = date.fromisoformat(found["as_of"])
    return PriceTable((*prices, *assumed), as_of, found["region"], found["source"], found["note"])
