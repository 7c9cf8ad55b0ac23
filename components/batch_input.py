"""The input of a batch job: picked from what is known, pasted or uploaded, or an object that is on S3 already."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from components.item_choice import offered_items
from components.text import plain
from components.user_choice import narrowed
from services.batch_lines import EXAMPLES, Asked, Checked, lines_of, read_lines
from services.catalog import Catalog
from services.errors import Problem
from services.filter_rules import quoted
from services.interactions import Interactions
from services.people import People

PICK, PASTE, PATH = "Pick", "Paste or upload", "S3 path"
USERS_OFFERED = 1000
AT_RANDOM = 15
FAULTS_SHOWN = 10
_S3_PATH = re.compile(r"s3://[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]/\S+")


@dataclass(frozen=True, slots=True)
class Input:
    """What a job is to answer: lines to send, or the S3 path where they are."""

    lines: Sequence[dict[str, Any]] = field(default=())
    source: str = ""

    @property
    def usable(self) -> bool:
        """Tell whether there is anything to answer."""
        return bool(self.lines or self.source)


def choose_input(
    asked: Asked, catalog: Catalog, read: Callable[[], Interactions], read_people: Callable[[], People]
) -> Input:
    """Draw the choice of the input, and what is wrong with it; the readers return what can be picked from."""
    way = st.segmented_control(
        "Input", [PICK, PASTE, PATH], default=PICK, required=True, key="input", bind="query-params",
        help="A batch job reads a file from S3, one JSON object a line. What you pick or paste is put there for you.",
    )  # fmt: skip
    if way == PATH:
        return _on_s3(asked)
    if way == PASTE:
        return Input(_shown(_pasted(asked, catalog)).lines)
    try:
        return Input(_picked(asked, catalog, read(), read_people))
    except Problem as too_large:
        st.info(f"{too_large.body} Paste ids instead, or name a file on S3.", icon=":material/info:")
        return Input()


def _picked(
    asked: Asked, catalog: Catalog, interactions: Interactions, read_people: Callable[[], People]
) -> list[dict[str, Any]]:
    if asked == "attribute segment":
        genres = st.pills(
            f"One segment per {catalog.kind.one}", catalog.genres(), selection_mode="multi",
            default=catalog.genres()[:3], format_func=plain, key="kinds", bind="query-params",
        )  # fmt: skip
        return lines_of([f"Items.{catalog.kind_column} = {quoted(genre)}" for genre in genres], asked)
    if asked in ("item", "item segment"):
        return lines_of(_pick_items(catalog.noun.many.capitalize(), catalog, interactions), asked)
    users = _pick_users(interactions.user_ids, read_people())
    if asked == "ranking":
        items = _pick_items(f"{catalog.noun.many.capitalize()} to put in order", catalog, interactions)
        return lines_of(users, asked, items) if items else []
    return lines_of(users, asked)


def _pick_users(known: Sequence[str], people: People) -> list[str]:
    """Draw the choice of users; where there is a Users dataset, its fields narrow down whom the dice take."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = st.container(width="stretch")
        fitting = narrowed(known, people)
        count = min(AT_RANDOM, len(fitting))
        with place:
            picked = st.multiselect(
                "Users", known[:USERS_OFFERED], default=known[:AT_RANDOM], accept_new_options=True, key="users",
                bind="query-params", select_all=False,
                help="Pick or type; an id that is not in the data is a newcomer.",
            )  # fmt: skip
        st.button(
            f"{count} at random", icon=":material/casino:", key="batch.random", on_click=_take_at_random,
            args=(fitting, count), disabled=not fitting,
        )  # fmt: skip
    return [str(user) for user in picked]


def _take_at_random(known: Sequence[str], count: int) -> None:
    st.session_state["users"] = sorted(random.sample(known, count), key=lambda user: (len(user), user))


def _pick_items(label: str, catalog: Catalog, interactions: Interactions) -> list[str]:
    offered = offered_items(catalog, interactions)
    return st.multiselect(
        label, offered, default=offered[:5], format_func=catalog.label, key="items",
        bind="query-params", select_all=False, help="The most popular come first; type to search.",
    )  # fmt: skip


def _pasted(asked: Asked, catalog: Catalog) -> Checked:
    left, right = st.columns(2, gap="medium")
    file = left.file_uploader("File", type=["json", "jsonl", "txt", "csv"], key=f"batch.file_{asked}")
    more = "" if asked == "ranking" else ", or one after the other without JSON"
    text = right.text_area(
        f"Or {_what(asked, catalog)}, one JSON object a line{more}", key=f"batch.text_{asked}",
        placeholder=EXAMPLES[asked],
        disabled=file is not None,
    )  # fmt: skip
    return read_lines(file.getvalue() if file is not None else text.encode(), asked)


def _what(asked: Asked, catalog: Catalog) -> str:
    return {
        "user": "users",
        "item": catalog.noun.many,
        "ranking": f"users and the {catalog.noun.many} to rank",
        "item segment": catalog.noun.many,
        "attribute segment": catalog.kind.many,
    }[asked]


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
