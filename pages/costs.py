"""Cost & clean-up: what runs and what it would cost on AWS, a forecast before training, and the way out."""

from __future__ import annotations

import streamlit as st

from components import cost_cache, session
from components.cost_view import dollars, show_forecast, show_prices, show_running, show_trained, size
from components.feedback import empty_state
from components.teardown_view import show_plan, show_running_tear_down
from components.usage_view import show_usage
from services import costs
from services.handbook import word
from services.local_endpoint import data_directory
from services.local_sizes import sizes
from services.prices import read_prices
from services.usage import last_asked, read_usage

connection, group = session.connection(), session.dataset_group()
if show_running_tear_down():
    st.stop()
known = read_prices()
top, body = st.container(), st.container()
prices = show_prices(known)

resources = session.resources(connection, group) if group else []
volume = session.volume(connection, group) if group else None
users = (volume.users if volume else None) or 0
running = cost_cache.running(connection, group, users, prices) if group else []
trained = cost_cache.trained(connection, group, prices) if group else []
hourly = sum(found.hourly or 0 for found in running)

with top:
    if connection.is_local:
        st.success(
            "This computer does the work, so nothing here costs money. The amounts are what the same resources would "
            f"cost on AWS by the list prices of {known.as_of:%-d %B %Y}: an estimate, not a bill.",
            title="Costs nothing", icon=":material/savings:",
        )  # fmt: skip
    else:
        st.warning(
            f"Estimated by the list prices of {known.as_of:%-d %B %Y}; only AWS Billing knows what you pay.",
            title=f"About {dollars(hourly * costs.MONTH_HOURS)} a month while it runs", icon=":material/payments:",
        )  # fmt: skip
    with st.grid(4, min_column_width=160):
        st.metric(
            "Deployed", len(running), icon=":material/rocket_launch:", border=True, help="Campaigns and recommenders"
        )
        st.metric(
            "On AWS, per hour", dollars(hourly), icon=":material/schedule:", border=True,
            help="Campaigns and recommenders, without any traffic",
        )  # fmt: skip
        st.metric(
            "On AWS, per month", dollars(hourly * costs.MONTH_HOURS), icon=":material/calendar_month:", border=True,
            help=f"{costs.MONTH_HOURS:.0f} hours",
        )  # fmt: skip
        if connection.is_local:
            st.metric(
                "Disk used here", size(cost_cache.disk(data_directory())), icon=":material/hard_drive:", border=True,
                help="The whole data directory, all dataset groups; the Connection page has its parts",
            )  # fmt: skip
        else:
            spent = sum(found.usd for found in trained)
            st.metric(
                "Training so far", dollars(spent), icon=":material/model_training:", border=True,
                help=word("training hour"),
            )  # fmt: skip

with body:
    if group is None:
        empty_state(
            "No dataset group yet",
            "Nothing runs, so there is nothing to pay for and nothing to clean up. The forecast below works already.",
            icon="savings",
            page="pages/overview.py",
            action="Go to the Overview",
        )
    else:
        st.header("What is running", anchor=False)
        usage = read_usage(connection)
        show_running(connection, running, last_asked(usage))
        st.header("How often it was asked", anchor=False)
        show_usage(usage, {found.arn for found in resources})
        st.header("What was trained", anchor=False)
        show_trained(connection, trained, sizes(data_directory(), resources) if connection.is_local else {})
    st.header("What would training cost on AWS?", anchor=False)
    show_forecast(session.recipes(connection), volume.interactions if volume else 100_000, prices)
    if group is not None:
        st.header("Tear everything down", anchor=False)
        with st.container(border=True):
            show_plan(connection, cost_cache.tear_down(connection, resources), hourly * costs.MONTH_HOURS)
