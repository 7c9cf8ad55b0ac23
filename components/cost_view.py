"""The parts of the costs page: what runs, what was trained, the forecast, and the table of prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

import pandas as pd
import streamlit as st

from components.api_call import show_call
from components.item_table import ROW_HEIGHT, download
from components.plain_table import WHOLE, Columns
from services.connection import Connection
from services.costs import Forecast, Running, Trained, Wish, by_volume, forecast
from services.handbook import word
from services.prices import PriceTable
from services.recipes import Recipe, short_name
from services.resources import KINDS, Resource

MOST_INTERACTIONS = 3_000_000_000
_PRICES, _PRICES_BEFORE = "costs.price_table", "costs.price_table_before"
"""Session keys of the prices as they were changed, and as they were when the editor was opened."""
_MONEY = st.column_config.NumberColumn


def dollars(amount: float) -> str:
    """Return an amount as people write it; small ones with the cents that matter."""
    return f"${amount:,.2f}" if amount >= 0.01 or amount == 0 else f"${amount:.4f}"


def size(count: int) -> str:
    """Return a number of bytes in words."""
    return f"{count / 1e6:,.1f} MB" if count < 1e9 else f"{count / 1e9:,.2f} GB"


def show_running(connection: Connection, running: Sequence[Running], asked: Mapping[str, datetime] | None) -> None:
    """Draw what costs money while it is there; asked is when each was asked last, by ARN, None where nobody counts."""
    if not running:
        st.info("Nothing is deployed, so nothing would cost money by the hour.", icon=":material/savings:")
        return
    most = max([found.monthly or 0 for found in running])
    _show_table(
        connection,
        running[0].resource,
        _running_frame(running, asked),
        key="costs.running",
        alt=f"{len(running)} deployed resources with what they would cost on AWS, the dearest first",
        columns={
            "Recipe": st.column_config.TextColumn(help=word("recipe")),
            "Since": st.column_config.DatetimeColumn(format="distance", width=110),
            "Last asked": st.column_config.DatetimeColumn(
                format="distance", width=110, help="Idle where it is long ago, or nothing: since the endpoint began"
            ),
            "Per hour": _MONEY(format="$%.3f", width=80),
            "So far": _MONEY(format="$%.2f", width=80),
            "Per month": st.column_config.ProgressColumn(format="$%.0f", min_value=0, max_value=most or 1, width=130),
        },
    )


def _running_frame(running: Sequence[Running], asked: Mapping[str, datetime] | None) -> pd.DataFrame:
    now = datetime.now(UTC)
    frame = pd.DataFrame(
        {
            "Type": [found.resource.label for found in running],
            "Name": [found.resource.name for found in running],
            "Recipe": [short_name(found.resource.recipe) for found in running],
            "Capacity": [found.capacity for found in running],
            "Since": [found.resource.created for found in running],
            "Last asked": [(asked or {}).get(found.resource.arn) for found in running],
            "Per hour": [found.hourly for found in running],
            "So far": [found.so_far(now) for found in running],
            "Per month": [found.monthly for found in running],
        }
    )
    return frame if asked is not None else frame.drop(columns="Last asked")


def show_trained(connection: Connection, trained: Sequence[Trained], sizes: Mapping[str, int]) -> None:
    """Draw what training took; sizes are bytes on this computer by ARN."""
    if not trained:
        st.info("Nothing has been trained yet.", icon=":material/model_training:")
        return
    frame = pd.DataFrame(
        {
            "Solution version": [found.version.name for found in trained],
            "Recipe": [short_name(found.version.recipe) for found in trained],
            "Trained": [found.version.created for found in trained],
            "Training hours": [found.hours for found in trained],
            "Price": [found.usd for found in trained],
            "On disk": [sizes.get(found.version.arn, 0) / 1e6 for found in trained],
        }
    )
    local = connection.is_local
    _show_table(
        connection,
        trained[0].version,
        frame.drop(columns=["Price"] if local else ["On disk"]),
        key="costs.trained",
        alt=f"{len(frame)} solution versions with their training hours",
        columns={
            "Solution version": st.column_config.TextColumn(help=word("solution version")),
            "Recipe": st.column_config.TextColumn(help=word("recipe")),
            "Trained": st.column_config.DatetimeColumn(format="distance", width=110),
            "Training hours": _MONEY(format="%.4f", help="As DescribeSolutionVersion tells them", width=110),
            "Price": _MONEY(format="$%.2f", width=80),
            "On disk": _MONEY(format="%.1f MB", width=80),
        },
        note="The hours are of this computer and its own recommenders; AWS would take others." if local else "",
    )


def _show_table(
    connection: Connection,
    first: Resource,
    frame: pd.DataFrame,
    *,
    key: str,
    alt: str,
    columns: Columns,
    note: str = "",
) -> None:
    """Draw a table with its CSV and the call that told its first row."""
    st.dataframe(
        frame, hide_index=True, key=key, alt=alt, column_config=columns, placeholder="–",
        height="content" if len(frame) <= WHOLE else "auto",
    )  # fmt: skip
    kind = KINDS[first.kind]
    with st.container(horizontal=True, vertical_alignment="center"):
        show_call(connection, "personalize", f"describe_{kind.operation}", {kind.arn: first.arn})
        download(frame, key.replace(".", "-"), key=f"{key}_csv")
        if note:
            st.caption(note)


@st.fragment  # a moved slider must not read every resource again
def show_forecast(recipes: Mapping[str, Recipe], imported: int, prices: PriceTable) -> None:
    """Draw the forecast before training; imported is how many interactions there are."""
    custom = [name for name, recipe in recipes.items() if not recipe.domain]
    with st.grid(5, min_column_width=150, vertical_alignment="bottom"):
        recipe = st.selectbox(
            "Recipe", custom, index=_first(custom), format_func=short_name, key="recipe", bind="query-params",
            help=word("recipe"),
        )  # fmt: skip
        rows = st.number_input(
            "Interactions", 1000, MOST_INTERACTIONS, max(imported, 1000), 1000, key="rows", bind="query-params",
            help="What is imported now, or what you plan to: MovieLens 25M has 25,000,095.",
        )  # fmt: skip
        share = st.slider(
            "Share of them", 1, 100, 100, format="%d %%", key="share", bind="query-params",
            help="Train on a sample first: the cost shrinks with it.",
        )  # fmt: skip
        runs = st.number_input(
            "Trainings", 1, 100, 1, key="runs", bind="query-params",
            help="One, or as many jobs as a search for hyperparameters runs.",
        )  # fmt: skip
        served = _served(recipe)
    taken = round(rows * share / 100)
    wish = Wish(recipe, taken, runs, **served)
    _show_amounts(taken, forecast(wish, prices))


def _served(recipe: str) -> dict[str, int]:
    """Ask how long, or for how many requests, a campaign is to answer."""
    if by_volume(recipe):
        return {
            "requests": st.number_input(
                "Requests",
                0,
                10**9,
                100_000,
                10_000,
                key="requests",
                bind="query-params",
                help="What is asked for in the days that you have in mind",
            )
        }
    return {
        "days": st.slider(
            "Days deployed", 0, 365, 30, key="days", bind="query-params", help="A campaign of 1 TPS for so long"
        )
    }


def _show_amounts(interactions: int, cost: Forecast) -> None:
    hours = "by interactions" if cost.hours is None else f"{cost.hours:,.1f} training hours"
    with st.grid(4, min_column_width=180):
        for label, amount, detail, told in (
            ("Import", cost.importing, f"{interactions:,} interactions", word("dataset import job")),
            ("Training", cost.training, hours, word("training hour")),
            ("Campaign", cost.serving, "while it is deployed", word("campaign")),
            ("Together", cost.total, "on AWS, estimated", None),
        ):
            st.metric(
                label, dollars(amount), border=True, delta=detail, delta_color="off", delta_arrow="off", help=told
            )


def show_prices(known: PriceTable) -> PriceTable:
    """Draw the prices behind a click, and return them as this session has changed them."""
    current: PriceTable = st.session_state.get(_PRICES, known)
    title = f"Prices and assumptions, as of {known.as_of:%-d %B %Y}"
    with st.expander(title, icon=":material/sell:", key="costs.prices_shown", on_change="rerun") as shown:
        if not shown.open:
            st.session_state.pop(_PRICES_BEFORE, None)
            return current
        st.caption(f"{known.note} Region {known.region}. What you change here counts for this session.")
        st.link_button("Check the pricing page", known.source, icon=":material/open_in_new:")
        # An editor keeps its edits only while the table that it was given stays the same.
        st.session_state[_PRICES] = _edit_prices(st.session_state.setdefault(_PRICES_BEFORE, current))
    return cast(PriceTable, st.session_state[_PRICES])


def _edit_prices(prices: PriceTable) -> PriceTable:
    """Draw the table in which figures can be changed, and return what it says."""
    frame = pd.DataFrame(
        {
            "What": [figure.label for figure in prices.figures],
            "Figure": [figure.value for figure in prices.figures],
            "Per": [f"USD per {figure.unit}" if figure.unit else "assumption" for figure in prices.figures],
            "About": [figure.about for figure in prices.figures],
        }
    )
    edited = st.data_editor(
        frame,
        hide_index=True,
        disabled=["What", "Per", "About"],
        key="costs.prices",
        alt="Prices and assumptions; the figures can be changed",
        row_height=ROW_HEIGHT,
        height=ROW_HEIGHT * (len(frame) + 1) + 3,
        column_config={
            "Figure": st.column_config.NumberColumn(min_value=0, format="%.4g", required=True, width=90),
            "What": st.column_config.TextColumn(width=240),
            "Per": st.column_config.TextColumn(width=190),
            "About": st.column_config.TextColumn(width="large"),
        },
    )
    values = zip(prices.figures, edited["Figure"], strict=True)
    download(edited, "prices", key="costs.prices_csv")
    return prices.changed({figure.key: float(value) for figure, value in values if value is not None})


def _first(names: Sequence[str]) -> int:
    return names.index("aws-user-personalization") if "aws-user-personalization" in names else 0
