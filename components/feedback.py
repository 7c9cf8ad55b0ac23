"""What a page says when there is nothing, when something runs, and when something failed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from components.text import plain
from services.errors import Explained, explain

log = logging.getLogger(__name__)


def show_error(exception: BaseException, doing: str = "") -> None:
    """Draw an error: what happened, what to do, and the details for whoever wants them."""
    explained = explain(exception, doing)
    with st.container(gap="xsmall"):
        st.error(plain(explained.body), title=plain(explained.title), icon=":material/error:")
        if explained.code or explained.message:
            _show_details(explained)


@contextmanager
def errors_shown(
    doing: str = "",
    *,
    unless: Callable[[BaseException], bool] = lambda _: False,
    then: Callable[[], object] = lambda: None,
) -> Iterator[None]:
    """Draw what the block raises instead of a traceback, log it, and stop the page there.

    What `unless` says yes to is raised on; `then` draws what is below the error.
    """
    try:
        yield
    except Exception as failure:
        if unless(failure):
            raise
        log.warning("shown to the user", exc_info=failure)
        show_error(failure, doing)
        then()
        st.stop()


def empty_state(title: str, body: str, *, icon: str, page: str = "", action: str = "") -> None:
    """Draw a card that says why there is nothing here yet and links to the page of the next step."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.header(f":material/{icon}: {title}", text_alignment="center")
        st.markdown(body, text_alignment="center")
        if page:
            st.page_link(page, label=action, icon=":material/arrow_forward:")


def show_progress(fraction: float, text: str | None = None) -> None:
    """Draw the bar of a running job; the fraction may overshoot a little without harm."""
    st.progress(min(max(fraction, 0.0), 1.0), text=text)


def _show_details(explained: Explained) -> None:
    lines = {"Code": explained.code, "Message": explained.message, "Request id": explained.request_id}
    with st.expander("Details", icon=":material/info:"):
        st.code("\n".join(f"{name}: {value}" for name, value in lines.items() if value), language=None, wrap_lines=True)
