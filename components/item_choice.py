"""What a choice among items offers, and the choice of a genre."""

from __future__ import annotations

import streamlit as st

from services.catalog import Catalog
from services.interactions import Interactions

OFFERED = 10_000


def offered_items(catalog: Catalog, interactions: Interactions) -> list[str]:
    """Return the ids to choose from, the most popular first; those of the catalogue where nothing was imported."""
    return interactions.popular(OFFERED) or list(catalog.items)[:OFFERED]


def choose_genre(catalog: Catalog) -> list[str] | None:
    """Draw the choice of a genre and return its items, or None for all."""
    everything = f"All {catalog.kind.many}"
    label = f"Popular {catalog.noun.many} of"
    genre = st.selectbox(label, [everything, *catalog.genres()], key="genre", bind="query-params")
    return None if genre == everything else catalog.of_genre(genre)


def say_empty_genre(catalog: Catalog) -> None:
    """Say that a genre has no popular items."""
    st.info(f"Nobody {catalog.noun.done} anything of this {catalog.kind.one}.", icon=":material/inbox:")
