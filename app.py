"""Marquee: a dashboard for Amazon Personalize. Run with `streamlit run app.py`.

The server imports this file once for `app`; every visit runs it as the router of the pages.
"""

from __future__ import annotations

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

from components.deep_links import DeepLinks
from components.warm_up import warmed_up

# Every url_path differs from its file's name: otherwise Streamlit serves pages/NAME.py alone on a cold deep link.
PAGES = {
    "": [("overview", "Overview", "theaters", "home")],
    "Build": [
        ("upload", "Upload data", "upload_file", "upload-data"),
        ("resources", "Resources", "account_tree", "resource-list"),
        ("automation", "Training workflow", "conveyor_belt", "training-workflow"),
    ],
    "Explore": [
        ("metrics", "Compare solutions", "leaderboard", "compare-solutions"),
        ("recommendations", "Recommendations", "recommend", "recommend"),
        ("simulator", "Watch simulator", "live_tv", "watch-simulator"),
        ("batch", "Batch & segments", "dynamic_feed", "batch-segments"),
    ],
    "Operate": [
        ("costs", "Cost & clean-up", "payments", "cost-cleanup"),
        ("connection", "Connection", "cable", "settings-connection"),
        ("handbook", "Handbook", "menu_book", "read-handbook"),
    ],
}


def page_of(stem: str, title: str, icon: str, url_path: str) -> st.Page:
    """Return one page of the navigation; the overview is the one at the address without a path."""
    path, default = f"pages/{stem}.py", stem == "overview"
    return st.Page(path, title=title, icon=f":material/{icon}:", url_path=url_path, default=default)


def route() -> None:
    """Draw the frame and the page that was asked for."""
    from components.lock import show_lock
    from components.session import guarded  # with its caches, which want a running server
    from components.sidebar import show_account_banner, show_sidebar
    from components.trace import traced

    st.set_page_config(page_title="Marquee", page_icon="components/images/icon.svg", layout="wide")
    st.logo("components/images/logo.svg", icon_image="components/images/icon.svg", size="large")
    page = st.navigation({section: [page_of(*page) for page in pages] for section, pages in PAGES.items()})
    st.title(page.title, anchor=False)
    with guarded(), traced(page.title):
        show_account_banner()
        show_lock()
        show_sidebar()
        page.run()


if st.runtime.exists():
    route()
else:
    # Or else Streamlit shows the first visitor the names of the files in pages/ until this file ran once.
    PagesManager.uses_pages_directory = False
    app = st.App(__file__, middleware=[Middleware(DeepLinks)], lifespan=warmed_up)
