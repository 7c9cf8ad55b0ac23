"""Lists of items as tables: title, year, genre chips, score bar, badges, moves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from services.catalog import Catalog, Item
from services.recommendations import RankedItem

ROW_HEIGHT = 35
SEEN = "Watched"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def ranked_frame(
    ranked: Sequence[RankedItem],
    seen: Collection[str] = (),
    moves: Mapping[str, str] | None = None,
    reasons: Mapping[str, str] | None = None,
    seen_as: str = SEEN,
) -> pd.DataFrame:
    """Return a list as a table; moves and reasons are by item id, and columns that would be empty are left out."""
    frame = pd.DataFrame(
        {
            "#": [entry.rank for entry in ranked],
            "Title": [entry.item.title for entry in ranked],
            "Year": [entry.item.year for entry in ranked],
            "Move": [(moves or {}).get(entry.item.item_id, "") for entry in ranked],
            "Note": [_notes(entry, seen, seen_as) for entry in ranked],
            "Because": [(reasons or {}).get(entry.item.item_id, "") for entry in ranked],
            "Score": [entry.score for entry in ranked],
            "Genres": [list(entry.item.genres) for entry in ranked],
            "Id": [entry.item.item_id for entry in ranked],
        }
    )
    return _without_empty(frame)


def items_frame(items: Sequence[Item], more: Mapping[str, Sequence[object]] | None = None) -> pd.DataFrame:
    """Return items as a table with further columns."""
    frame = pd.DataFrame(
        {
            "Title": [item.title for item in items],
            "Year": [item.year for item in items],
            **(more or {}),
            "Genres": [list(item.genres) for item in items],
            "Id": [item.item_id for item in items],
        }
    )
    return _without_empty(frame)


def show_items(
    frame: pd.DataFrame,
    catalog: Catalog,
    *,
    key: str,
    alt: str,
    rows: int | None = None,
    compact: bool = False,
    chosen: Callable[[str], None] | None = None,
) -> None:
    """Draw such a table; rows limits the height, and a compact one leaves out what the title can tell.

    Ids are in the CSV only, except where an item has no other name. With chosen, a row can be clicked: it is called
    with the item's id.
    """
    hidden = {"Id"} | ({"Year", "Score"} if compact else set())
    st.dataframe(
        frame.assign(Title=frame["Title"] + _years(frame)) if compact else frame,
        hide_index=True,
        height=ROW_HEIGHT * (min(len(frame), rows or len(frame)) + 1) + 3,
        row_height=ROW_HEIGHT,
        column_order=[name for name in frame.columns if name not in hidden],
        column_config=_columns(frame, catalog, title_width=(230 if compact else 190) - (60 if "Value" in frame else 0)),
        key=key,
        alt=alt,
        on_select="ignore" if chosen is None else partial(_choose, key, list(frame["Id"]), chosen),
        selection_mode="single-cell",
    )


def _choose(key: str, ids: Sequence[str], chosen: Callable[[str], None]) -> None:
    for row, _ in st.session_state[key]["selection"]["cells"]:
        chosen(ids[row])


def in_words(frame: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """Return a table for the eyes of people who know the catalogue: cuisines are not headed Genres."""
    return frame.rename(columns={"Genres": catalog.kind.many.capitalize()})


def shares_table(shares: Mapping[str, Mapping[str, float]], catalog: Catalog) -> pd.DataFrame:
    """Return the shares of genres, cuisines or categories in several lists, a column each."""
    return pd.DataFrame(shares).fillna(0).rename_axis(catalog.kind.one.capitalize()).reset_index()


def csv(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV for spreadsheets: lists joined by "|", no cell a formula, and marked as UTF-8.

    Without the mark Excel reads letters with accents as other letters.
    """
    return frame.map(_cell).rename(columns=_cell).to_csv(index=False).encode("utf-8-sig")


def download(table: pd.DataFrame | Callable[[], pd.DataFrame], name: str, *, key: str) -> None:
    """Draw the button that saves a table as CSV, which is made and written when somebody asks for it."""

    def written() -> bytes:
        return csv(table() if callable(table) else table)

    st.download_button(
        "CSV", written, f"{name}.csv", "text/csv", icon=":material/download:", key=key, on_click="ignore",
        help=f"{name}.csv",
    )  # fmt: skip


def _cell(value: Any) -> Any:
    """Return a cell as text that spreadsheets show and never run; numbers stay numbers."""
    text = "|".join(map(str, value)) if isinstance(value, list) else value
    return f"'{text}" if isinstance(text, str) and len(text) > 1 and text.startswith(FORMULA) else text


def _years(frame: pd.DataFrame) -> pd.Series[str]:
    if "Year" not in frame:
        return pd.Series([""] * len(frame), index=frame.index)
    return frame["Year"].map(lambda year: "" if pd.isna(year) else f" ({year:.0f})")


def _notes(entry: RankedItem, seen: Collection[str], seen_as: str) -> list[str]:
    return [note for note in (seen_as if entry.item.item_id in seen else "", entry.reason) if note]


def _without_empty(frame: pd.DataFrame) -> pd.DataFrame:
    def blank(value: object) -> bool:
        return value is None or value == "" or value == [] or value != value

    return frame[[name for name in frame.columns if not all(blank(value) for value in frame[name])]]


def _columns(frame: pd.DataFrame, catalog: Catalog, *, title_width: int) -> dict[str, Any]:
    config = st.column_config
    best = float(frame["Score"].max()) if "Score" in frame and len(frame) else 1.0
    notes = sorted({note for notes in frame.get("Note", []) for note in notes})
    return {
        "#": config.NumberColumn("#", width=44, pinned=True),
        "Title": config.TextColumn("Title", width=title_width),
        "Year": config.NumberColumn("Year", format="%d", width=56),
        "Genres": config.MultiselectColumn(catalog.kind.many.capitalize(), options=catalog.genres(), color="auto"),
        "Move": config.TextColumn("Move", width=64, help="Places gained or lost against the list before"),
        "Note": config.MultiselectColumn("Note", options=notes, color="primary", width=96),
        "Because": config.TextColumn(
            "Because of", width=150,
            help="What adds most to this score: a title of the user's history, or that it is popular.",
        ),
        "Score": config.ProgressColumn(
            "Score", format="%.4f", min_value=0, max_value=best or 1.0, width=96, color="primary",
            help="The scores of the whole catalogue add up to 1; the bar is relative to the best of this list.",
        ),
        "Value": config.NumberColumn("Value", width=56, help="The event value: a rating, say."),
        "When": config.DatetimeColumn("When", format="D MMM YYYY", width=96),
    }  # fmt: skip
