"""What most people liked, of everything or of a genre: known from the data alone, before anything is trained."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components.item_choice import choose_genre, say_empty_genre
from components.item_table import in_words, items_frame, show_items
from components.lists import show_file
from services.catalog import Catalog
from services.connection import Connection
from services.interactions import Interactions

LENGTH = 25


def show_popular(connection: Connection, catalog: Catalog, interactions: Interactions) -> None:
    """Draw the most popular items of the imported interactions, or nothing where there are none."""
    if not interactions.item_ids:
        return
    with st.container(border=True):
        st.header(f":material/trending_up: Popular {catalog.noun.many}", anchor=False)
        st.caption("Counted in the imported interactions, the same for everybody. A campaign tells people apart.")
        among = choose_genre(catalog) if catalog.genres() else None
        users = interactions.users_of_popular(LENGTH, among)
        if not users:
            say_empty_genre(catalog)
            return
        frame = _show(catalog, users)
        show_file(connection, interactions.call, in_words(frame, catalog), "recommend.popular")


def _show(catalog: Catalog, users: dict[str, int]) -> pd.DataFrame:
    items = [catalog.item(item_id) for item_id in users]
    frame = items_frame(items, {"Users": list(users.values())})
    frame.insert(0, "#", range(1, len(frame) + 1))
    alt = f"{len(items)} popular {catalog.noun.many}, led by {items[0].label} with {next(iter(users.values())):,} users"
    show_items(frame, catalog, key="recommend.popular", alt=alt)
    return frame
