"""On whom versions are judged: the reported test users, or every user once, which is offered, watched and stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from components import comparison_cache, session
from components.feedback import errors_shown, show_progress
from components.lock import locked
from components.text import plain
from services import statuses
from services.connection import Connection
from services.local_insights import read_progress
from services.measurements import (
    Measurement,
    judged_on_everyone,
    measurable,
    measure,
    read_measurement,
    stop_measurement,
    up_to_date,
)
from services.metrics import VersionMetrics

EVERYONE, TESTED = "Every user", "Test users"


def choose_people(
    connection: Connection, group: str, versions: Sequence[VersionMetrics], labels: Mapping[str, str]
) -> list[VersionMetrics]:
    """Draw on whom the versions are judged, or how to judge them on everyone; return them with those figures."""
    needed = measurable(versions)
    if not connection.is_local or not needed:
        return list(versions)
    known = comparison_cache.measurements(connection, tuple(version.arn for version in needed))
    found = up_to_date(known, session.resources(connection, group))
    everyone = judged_on_everyone(versions, found)
    if everyone is not None:
        return everyone if _wants_everyone(everyone) else list(versions)
    if moving := [version for version in needed if version.arn in found and found[version.arn].moving]:
        st.fragment(_show_moving, run_every="1s")(connection, [version.arn for version in moving], labels)
    else:
        missing = [version for version in needed if not _done(found.get(version.arn))]
        _offer(connection, missing, known, labels, tested=max(_count(version) for version in needed))
    return list(versions)


def _wants_everyone(versions: Sequence[VersionMetrics]) -> bool:
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = st.segmented_control(
            "Judged on", [EVERYONE, TESTED], default=EVERYONE, required=True, key="judged", bind="query-params",
            width="content",
            help="The reported figures are of a tenth of the users. Ten trainings, each of which leaves out another "
            "tenth, judge everybody once: the same question, with intervals about a third as wide.",
        )  # fmt: skip
        if chosen == EVERYONE:
            count = max(_count(version) for version in versions)
            st.caption(f"All **{count:,}** users, each judged once. Coverage stays that of the reported test.")
    return chosen == EVERYONE


def _count(version: VersionMetrics) -> int:
    return len(version.results.users) if version.results else 0


def _done(found: Measurement | None) -> bool:
    return found is not None and found.status == statuses.ACTIVE


def _offer(
    connection: Connection,
    missing: Sequence[VersionMetrics],
    known: Mapping[str, Measurement],
    labels: Mapping[str, str],
    *,
    tested: int,
) -> None:
    for version in missing:
        if reason := known[version.arn].failure if version.arn in known else "":
            st.error(
                plain(reason), title=f"{labels[version.arn]} could not be judged on every user", icon=":material/error:"
            )
    names = ", ".join(labels[version.arn] for version in missing)
    older = "The data has changed since. " if any(_done(known.get(version.arn)) for version in missing) else ""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/groups: These figures are of **{tested:,} test users**, a tenth of all. {older}"
            "Judging every user once makes the intervals about a third as wide."
        )
        st.space("stretch")
        asked = st.button(
            "Judge every user", icon=":material/play_arrow:", key="metrics.measure", disabled=locked(),
            help=f"Ten trainings each of {names}, in the background on this computer",
        )  # fmt: skip
    if asked:
        with errors_shown("judge every user"):
            for version in missing:
                measure(connection, version.arn)
        session.forget()
        st.rerun()


def _show_moving(connection: Connection, moving: Sequence[str], labels: Mapping[str, str]) -> None:
    """Draw how far each measurement is; draw the whole page anew when one ends."""
    with st.container(border=True), session.guarded():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(":material/groups: **Every user is being judged.** Go on; the figures come by themselves.")
            st.space("stretch")
            # Asked before anything is read: a click must not get lost in the redrawing when one ends.
            if st.button("Stop", icon=":material/stop:", key="metrics.stop_measuring", disabled=locked()):
                for arn in moving:
                    stop_measurement(connection, arn)
        waiting = [labels[arn] for arn in moving if not _show_progress(connection, arn, labels[arn])]
        if waiting:
            st.caption(f":material/hourglass: Waiting for their turn: {', '.join(waiting)}")


def _show_progress(connection: Connection, arn: str, label: str) -> bool:
    """Draw how far a measurement is, and tell whether it has begun."""
    found, told = read_measurement(connection, arn), read_progress(connection, arn)
    if found is None or not found.moving:
        session.forget()
        st.rerun()
    if told:
        show_progress(told.fraction, f"{label} · {told.text}")
    return told is not None
