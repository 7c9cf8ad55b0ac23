"""A metric under the microscope: one test user's list, its hits, and each term of the sum."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components.figures import NARROWEST
from components.plain_table import Columns, show_table
from services.catalog import Catalog
from services.replay import Replay


def show_replay(found: Replay | None, user: str, reported: float | None, catalog: Catalog) -> None:
    """Draw the list with its hits, and how the sum comes about; reported is the user's NDCG@25 in the test."""
    if found is None:
        st.info("AWS does not tell what a version would have listed for a history.", icon=":material/info:")
        return
    hits = sum(term > 0 for term in found.terms)
    st.markdown(
        f"From the first **{found.known}** events the list should foresee the newest **{len(found.held_out)}**. "
        f"**{hits}** of them are in it: {found.gain:.3f} of at most {found.ideal:.3f} for that many, "
        f"so NDCG@25 = **{found.ndcg:.3f}**."
    )
    sides = st.grid(2, min_column_width=NARROWEST, gap="medium")
    with sides.cell():
        _show_list(found, user, hits)
    with sides.cell():
        _show_held_out(found, user, catalog)
    told = "" if reported is None else f" There this user had {reported:.3f}."
    st.caption(
        "A replay, to see how the sum comes about. The finished model has learnt from these newest events since, so it "
        f"does better than in the test, whose model had not seen them.{told}"
    )


def _show_list(found: Replay, user: str, hits: int) -> None:
    frame = pd.DataFrame(
        {
            "#": [entry.rank for entry in found.items],
            "Title": [entry.item.label for entry in found.items],
            "Hit": ["✓" if term else "" for term in found.terms],
            "1 / log2(# + 1)": [f"{term:.3f}" if term else "" for term in found.terms],
        }
    )
    widths: Columns = {"#": st.column_config.NumberColumn(width=44), "Title": st.column_config.TextColumn(width=300)}
    show_table(frame, "replay", columns=widths, alt=f"The replayed list of user {user} with {hits} hits")


def _show_held_out(found: Replay, user: str, catalog: Catalog) -> None:
    listed = {entry.item.item_id for entry in found.items}
    titles = [catalog.item(item).label for item in found.held_out]
    where = ["in the list" if item in listed else "missed" for item in found.held_out]
    show_table(
        pd.DataFrame({"What came next": titles, "Outcome": where}), "came-next", alt=f"What user {user} took next"
    )
