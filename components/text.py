"""Words of users and catalogues inside the page's own text: shown letter by letter, never taken for markup."""

from __future__ import annotations

import html
import re

from services.letters import visible

_MARKUP = re.compile(r"([\\`*_{}\[\]~|$<>^&])")
_START = re.compile(r"^(\d*)([#+\-=.)])")
_DIRECTIVE = re.compile(r":(?=[\w/])")
_JOINER = "\u2060"
"""Invisible; keeps ":red" and ":material" from being read as Streamlit's directives, which no backslash does."""


def plain(text: str) -> str:
    """Return text for Streamlit's markdown that shows exactly these letters on one line."""
    escaped = _MARKUP.sub(r"\\\1", visible(text))
    return _DIRECTIVE.sub(f":{_JOINER}", _START.sub(r"\1\\\2", escaped))


def in_figure(text: str) -> str:
    """Return text for Plotly, which takes a few HTML tags in labels."""
    return html.escape(text, quote=False)
