"""Connection: this computer or an AWS account, whether it answers, and the data that is kept here."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import session
from components.bucket_panel import show_bucket
from components.feedback import errors_shown
from components.lock import locked
from components.plain_table import show_table
from components.trace import show_runs
from services import trials, workspace

LOCAL, AWS = "This computer", "AWS"
ERASE = "delete everything"


def apply_choice() -> None:
    """Use what the widgets say, for every page of this session."""
    chosen = st.session_state["connection.profile"] if st.session_state["connection.place"] == AWS else None
    session.use(st.session_state["connection.region"], chosen)
    st.session_state.pop("connection.trials", None)


def reset_data() -> None:
    """Delete the local data; a callback, so that the page is drawn anew afterwards."""
    with errors_shown("reset the local data"):
        workspace.reset(session.local_endpoint())
        session.tasks().clear()
        session.forget()
        st.toast("The local data is deleted", icon=":material/delete:")


chosen = session.choice()
profiles = trials.profiles()
regions = sorted({*trials.regions(), chosen.region})
with st.container(border=True):
    st.header(":material/cable: Where the calls go", anchor=False)
    with st.form("connection.form", border=False), st.container():
        place = st.segmented_control(
            "Service", [LOCAL, AWS], default=AWS if chosen.profile else LOCAL, required=True, key="connection.place",
            help="Local Personalize needs no account and costs nothing; AWS is the real service",
        )  # fmt: skip
        with st.grid(2, min_column_width=240):
            position = profiles.index(chosen.profile) if chosen.profile in profiles else 0
            st.selectbox(
                "AWS profile", profiles, index=position if profiles else None, key="connection.profile",
                placeholder="No profile on this machine", help="From ~/.aws/config; used only with AWS",
            )  # fmt: skip
            st.selectbox("Region", regions, index=regions.index(chosen.region), key="connection.region")
        st.form_submit_button("Use this", type="primary", icon=":material/check:", on_click=apply_choice)
    if place == AWS and not profiles:
        st.warning("There is no AWS profile on this machine, so the calls stay here.", icon=":material/key_off:")
    if not profiles:
        st.markdown(
            "To work with AWS, make a profile with `aws configure` or `aws configure sso` in a terminal and reload "
            "this page. Keys are never typed, stored or shown here."
        )

connection = session.connection()
with st.container(border=True):
    st.header(":material/network_check: Does it answer?", anchor=False)
    address = connection.endpoint or f"AWS profile {connection.profile}"
    st.markdown(f"`{address}` · {connection.region}")
    if st.button("Test the connection", icon=":material/play_arrow:", key="connection.test"):
        with st.spinner("Calling ..."):
            st.session_state["connection.trials"] = trials.try_connection(connection)
    found: list[trials.Trial] = st.session_state.get("connection.trials", [])
    if found:
        refused = sum(not trial.allowed for trial in found)
        if refused:
            st.warning(f"{refused} of {len(found)} calls were refused.", icon=":material/warning:")
        else:
            st.success(f"All {len(found)} calls were answered.", icon=":material/check_circle:")
        table = pd.DataFrame(
            {
                "Permission": [trial.action for trial in found],
                "Needed for": [trial.needed_for for trial in found],
                "Answer": ["allowed" if trial.allowed else trial.failure for trial in found],
                "Milliseconds": [trial.milliseconds for trial in found],
            }
        )
        show_table(
            table, "permissions", columns={"Milliseconds": st.column_config.NumberColumn(format="%.1f")},
            alt="The calls that were tried, and how each was answered",
        )  # fmt: skip

with st.expander("What the pages asked", icon=":material/waterfall_chart:", key="asked", on_change="rerun") as asked:
    if asked.open:
        show_runs()
with st.expander("The bucket on S3", icon=":material/folder_open:"), errors_shown("read the bucket"):
    show_bucket(connection, session.bucket(connection))

if not connection.is_local:
    st.stop()
with st.container(border=True):
    st.header(":material/terminal: Other AWS clients", anchor=False)
    st.markdown("Any AWS client on this machine can talk to the same service:")
    st.code(
        f"export AWS_ENDPOINT_URL={connection.endpoint}\n"
        f"export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION={connection.region}\n"
        "aws personalize list-dataset-groups",
        language=None,  # the colours of code are Streamlit's own, and too pale on a light page
        wrap_lines=True,
    )
with st.container(border=True):
    st.header(":material/hard_drive: Data on this computer", anchor=False)
    folder = session.local_endpoint().data
    used = workspace.usage(folder)
    st.markdown(f"`{workspace.shown(folder)}` · **{sum(part.size for part in used) / 1e6:.1f} MB**")
    sizes = pd.DataFrame({"What": [part.what for part in used], "MB": [part.size / 1e6 for part in used]})
    show_table(
        sizes, "disk", columns={"MB": st.column_config.NumberColumn(format="%.1f")},
        alt="What takes how much of the data directory",
    )  # fmt: skip
    with st.expander("Begin anew", icon=":material/delete:"):
        st.markdown("This deletes every local resource, model, bucket and event. Fetched sample data stays.")
        typed = st.text_input(f"Type *{ERASE}* to confirm", key="connection.erase")
        st.button(
            "Delete all local data", key="connection.reset", icon=":material/delete_forever:",
            disabled=locked() or typed != ERASE, on_click=reset_data,
        )  # fmt: skip
