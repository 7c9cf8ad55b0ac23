"""The input of a batch job: picked from what is known, pasted or uploaded, or an object that is on S3 already."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from services.batch_lines import EXAMPLES, Asked, Checked, lines_of, read_lines
from services.catalog import Catalog
from services.errors import Problem
from services.interactions import Interactions

PICK, PASTE, PATH = "Pick", "Paste or upload", "S3 path"
USERS_OFFERED, ITEMS_OFFERED = 1000, 10_000
AT_RANDOM = 15
FAULTS_SHOWN = 10
_S3_PATH = re.compile(r"s3://[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]/\S+")
_WHAT = {
    "user": "users",
    "item": "items",
    "ranking": "users and the items to rank",
    "item segment": "items",
    "attribute segment": "genres",
}


@dataclass(frozen=True, slots=True)
class Input:
    """What a job is to answer: lines to send, or the S3 path where they are."""

    lines: Sequence[dict[str, Any]] = field(default=())
    source: str = ""

    @property
    def usable(self) -> bool:
        """Tell whether there is anything to answer."""
        return bool(self.lines or self.source)


def choose_input(asked: Asked, catalog: Catalog, read: Callable[[], Interactions]) -> Input:
    """Draw the choice of the input, and what is wrong with it; read returns what can be picked from."""
    way = st.segmented_control(
        "Input", [PICK, PASTE, PATH], default=PICK, required=True, key="input", bind="query-params",
        help="A batch job reads a file from S3, one JSON object a line. What you pick or paste is put there for you.",
    )  # fmt: skip
    if way == PATH:
        return _on_s3(asked)
    if way == PASTE:
        return Input(_shown(_pasted(asked)).lines)
    try:
        return Input(_picked(asked, catalog, read()))
    except Problem as too_large:
        st.info(f"{too_large.body} Paste ids instead, or name a file on S3.", icon=":material/info:")
        return Input()


def _picked(asked: Asked, catalog: Catalog, interactions: Interactions) -> list[dict[str, Any]]:
    if asked == "attribute segment":
        genres = st.pills(
            f"One segment per {catalog.kind.one}", catalog.genres(), selection_mode="multi",
            default=catalog.genres()[:3], key="kinds", bind="query-params",
        )  # fmt: skip
        return lines_of([f'Items.{catalog.kind_column} = "{genre}"' for genre in genres], asked)
    if asked in ("item", "item segment"):
        return lines_of(_pick_items("Items", catalog, interactions), asked)
    users = _pick_users(interactions)
    if asked == "ranking":
        items = _pick_items("Items to put in order", catalog, interactions)
        return lines_of(users, asked, items) if items else []
    return lines_of(users, asked)


def _pick_users(interactions: Interactions) -> list[str]:
    known = interactions.user_ids
    with st.container(horizontal=True, vertical_alignment="bottom"):
        picked = st.multiselect(
            "Users", known[:USERS_OFFERED], default=known[:AT_RANDOM], accept_new_options=True, key="users",
            bind="query-params", select_all=False, help="Pick or type; an id that is not in the data is a newcomer.",
        )  # fmt: skip
        st.button(
            f"{AT_RANDOM} at random", icon=":material/casino:", key="batch.random", on_click=_take_at_random,
            args=(known,), disabled=not known,
        )  # fmt: skip
    return [str(user) for user in picked]


def _take_at_random(known: Sequence[str]) -> None:
    st.session_state["users"] = sorted(
        random.sample(known, min(AT_RANDOM, len(known))), key=lambda user: (len(user), user)
    )


def _pick_items(label: str, catalog: Catalog, interactions: Interactions) -> list[str]:
    offered = interactions.popular(ITEMS_OFFERED) or list(catalog.items)[:ITEMS_OFFERED]
    return st.multiselect(
        label, offered, default=offered[:5], format_func=catalog.label, key="items",
        bind="query-params", select_all=False, help="The most popular come first; type to search.",
    )  # fmt: skip


def _pasted(asked: Asked) -> Checked:
    left, right = st.columns(2, gap="medium")
    file = left.file_uploader("File", type=["json", "jsonl", "txt", "csv"], key=f"batch.file_{asked}")
    more = "" if asked == "ranking" else ", or one after the other without JSON"
    text = right.text_area(
        f"Or {_WHAT[asked]}, one JSON object a line{more}", key=f"batch.text_{asked}", placeholder=EXAMPLES[asked],
        disabled=file is not None,
    )  # fmt: skip
    return read_lines(file.getvalue() if file is not None else text.encode(), asked)


def _shown(checked: Checked) -> Checked:
    """Say what of the input is good and what is not."""
    if checked.lines:
        lines = "1 line" if len(checked.lines) == 1 else f"{len(checked.lines):,} lines"
        st.caption(f":green[:material/check_circle:] {lines} can be sent.")
    if checked.faults:
        told = [str(fault) for fault in checked.faults[:FAULTS_SHOWN]]
        rest = len(checked.faults) - len(told)
        title = f"{len(checked.faults):,} {'line' if len(checked.faults) == 1 else 'lines'} cannot be sent"
        body = "\n".join([*told, *([f"... and {rest:,} more."] if rest else [])])
        st.error(
            "Mend them, or send the others only." if checked.lines else "Mend them and try again.", title=title,
            icon=":material/error:",
        )  # fmt: skip
        st.code(body, language=None, wrap_lines=True)
    return checked


def _on_s3(asked: Asked) -> Input:
    path = st.text_input(
        "S3 path of the file, or of a folder of files", key="path", bind="query-params",
        placeholder="s3://bucket/batch/users.json", help=f"Each line looks like {EXAMPLES[asked]}",
    ).strip()  # fmt: skip
    if path and not _S3_PATH.fullmatch(path):
        st.error("An S3 path looks like s3://bucket/folder/users.json.", icon=":material/error:")
        return Input()
    return Input(source=path)
