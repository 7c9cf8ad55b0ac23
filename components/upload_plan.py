"""What an upload would bring: the files that are ready, how much is kept of them, its price, and the start button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components import upload_cache
from components.lock import locked
from components.text import plain
from components.upload_mapping import draft_of, drafted, percent_key
from components.upload_run import listed, start_upload
from components.upload_sources import File, files, table_of
from services.connection import Connection
from services.costs import Wish, forecast
from services.drafts import Draft, Prepared
from services.large_files import LargeFile
from services.prices import read_prices
from services.uploads import Upload, titles_of

RECIPE = "aws-user-personalization"
"""The recipe whose training is forecast."""
IMPORT = "upload.import"


@dataclass(frozen=True, eq=False)
class Ready:
    """One file with what would become of it."""

    file: File
    draft: Draft
    prepared: Prepared

    def upload(self, group: str, domain: str) -> Upload:
        """Return what is to be imported."""
        catalog = None
        if self.draft.dataset_type == "Items" and not self.file.place:
            catalog = titles_of(table_of(self.file).rows, self.draft.columns)
        prepared, draft = self.prepared, self.draft
        source = _source(self.file, draft)
        return Upload(
            group, draft.dataset_type, prepared.fields, prepared.table, domain, catalog, draft.mode, source
        )  # fmt: skip


def choose_share(file: File, prepared: Prepared, draft: Draft) -> None:
    """Draw the slider that draws a share of the users, with its effect on what AWS would charge."""
    if file.in_place:
        return
    st.slider(
        "Share of the users to import", 1, 100, 100, format="%d %%", key=percent_key(draft.dataset_type),
        persist_state="session", help="Users are drawn, always the same ones, and keep their whole history.",
    )  # fmt: skip
    kept = round(len(prepared.table) / max(file.share, 1e-9))
    whole = round(kept * 100 / draft.percent)
    now, then = (_price(rows) for rows in (kept, whole))
    saved = f", instead of {then} for all {whole:,}" if draft.percent < 100 else ""
    about = "" if not file.place else "about "
    st.caption(
        f":material/payments: {about.capitalize()}{kept:,} rows. Importing them and training "
        f"User-Personalization once would cost about {now} on AWS{saved}. On this computer it costs nothing."
    )


def show_ready(shown: str, connection: Connection, group: str, domain: str) -> None:
    """Draw which of the three files are ready, and the button that imports those."""
    found = [_ready(dataset_type, file) for dataset_type, file in files().items()]
    waiting = [entry for entry in found if isinstance(entry, Ready) and entry.prepared.importable]
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        for dataset_type, entry in zip(files(), found, strict=True):
            _badge(dataset_type, entry)
    st.button(
        _label(waiting, alone=len(found) == 1), type="primary", icon=":material/upload:", key=IMPORT, width="stretch",
        disabled=locked() or not waiting, on_click=_start, args=[connection, group, domain, shown],
    )  # fmt: skip
    left = [dataset_type for dataset_type, entry in zip(files(), found, strict=True) if entry not in waiting]
    if waiting and left:
        st.caption(f"{listed(left)} cannot be imported yet and stay here.")
    if note := _strangers(waiting):
        st.caption(note)


def _start(connection: Connection, group: str, domain: str, shown: str) -> None:
    """Import what is ready, with the fields as they are now: whoever types and clicks at once means the new text."""
    file = files()[shown]
    before = drafted(shown, file)
    if before is not None:
        draft_of(shown, file, before.columns, domain)
    found = [_ready(dataset_type, file) for dataset_type, file in files().items()]
    ready = [entry for entry in found if isinstance(entry, Ready) and entry.prepared.importable]
    if ready:
        start_upload(connection, group, [entry.upload(group, domain) for entry in ready])


def _ready(dataset_type: str, file: File) -> Ready | None:
    """Return a file with its draft, None where nobody has looked at it yet."""
    draft = drafted(dataset_type, file)
    if draft is None:
        return None
    return Ready(file, draft, upload_cache.prepared(file.digest, draft, table_of(file).rows))


def _badge(dataset_type: str, entry: Ready | None) -> None:
    if entry is None:
        st.badge(f"{dataset_type} · to be looked at", icon=":material/visibility:", color="gray")
    elif entry.prepared.importable:
        amount = f"{len(entry.prepared.table):,} rows" if not entry.file.place else f"{entry.file.size / 1e6:,.0f} MB"
        st.badge(f"{dataset_type} · {amount}", icon=":material/check:", color="green")
    else:
        st.badge(f"{dataset_type} · not ready", icon=":material/error:", color="red")


def _label(waiting: Sequence[Ready], *, alone: bool) -> str:
    """Say what the button imports; alone tells that no other file waits."""
    if not waiting:
        return "Import"
    if len(waiting) > 1:
        return f"Import {listed(entry.draft.dataset_type for entry in waiting)}"
    [only] = waiting
    amount = f"{only.file.size / 1e6:,.0f} MB" if only.file.place else f"{len(only.prepared.table):,} rows"
    return f"Import {amount}" if alone else f"Import {only.draft.dataset_type} ({amount})"


def _strangers(waiting: Sequence[Ready]) -> str:
    """Say how many interactions are with items that the file of items does not have."""
    tables = {entry.draft.dataset_type: entry.prepared.table for entry in waiting}
    if not {"Items", "Interactions"} <= tables.keys():
        return ""
    strange = ~tables["Interactions"]["ITEM_ID"].isin(set(tables["Items"]["ITEM_ID"]))
    if not strange.any():
        return ":material/link: Every interaction is with an item of the Items file."
    example = tables["Interactions"]["ITEM_ID"][strange].iloc[0]
    return (
        f":material/link_off: {int(strange.sum()):,} interactions ({strange.mean():.0%}) are with items that the Items "
        f"file does not have, such as {plain(example)}; those have no metadata and no title."
    )


def _source(file: File, draft: Draft) -> LargeFile | str | None:
    if not file.place:
        return None
    return file.place if file.in_place else LargeFile(file.place, draft)


def _price(rows: int) -> str:
    return f"${forecast(Wish(RECIPE, rows), read_prices()).total:,.2f}"
