"""Covers: the catalogue's picture where it has one, else one drawn from title, year and genres, always the same."""

from __future__ import annotations

import textwrap
import unicodedata
import zlib
from collections.abc import Sequence
from xml.sax.saxutils import escape

import streamlit as st

from components.figures import cut, mix
from components.text import plain
from components.theme import LIGHT
from services.catalog import Item
from services.letters import visible
from services.recommendations import RankedItem

WIDTH, HEIGHT = 240, 340
GAP = 12
"""Transparent margin on the right: Streamlit draws pictures of a list edge to edge."""
SHOWN = 160
"""Pixels on the page: six or seven in a row beside the sidebar."""
SIZES = ((34, 11, 3), (28, 14, 4), (22, 18, 5), (17, 23, 7))
"""Font size, letters in a line, lines: the first that the title fits into, no word divided, is taken."""
WIDE = 1.7
"""Breadth of scripts without spaces, Chinese and Japanese, whose words may be divided."""


def show_covers(items: Sequence[Item], captions: Sequence[str], *, width: int = SHOWN) -> None:
    """Draw items as cards; captions are a few words of markdown under each, in the same order."""
    st.image(
        [item.picture or cover(item) for item in items],
        caption=list(captions),
        width=width,
        alt=[item.label for item in items],
    )


def ranked_caption(entry: RankedItem, note: str) -> str:
    """Return what stands under the cover of one place of a list."""
    return f"**{entry.rank}** {plain(note)}" if note else f"**{entry.rank}**"


def cover(item: Item) -> str:
    """Return a cover as SVG; genres choose the colour, the title what it fades to and the ornament."""
    color = LIGHT.categorical[zlib.crc32(item.genres[0].encode()) % 10] if item.genres else LIGHT.categorical[4]
    other = LIGHT.categorical[zlib.crc32(item.title.encode()) // 7 % 10]
    size, lines = _lines(item.title)
    top = HEIGHT - 62 - (len(lines) - 1) * size * 1.12
    title = "".join(
        f'<text x="20" y="{top + place * size * 1.12:.0f}" font-size="{size}" font-weight="600">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    below = " · ".join([*([str(item.year)] if item.year else []), *map(visible, item.genres[:2])])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + GAP} {HEIGHT}" '
        f'width="{WIDTH + GAP}" height="{HEIGHT}"><clipPath id="c"><rect width="{WIDTH}" height="{HEIGHT}" rx="12"/>'
        f"</clipPath>"
        f'<defs><linearGradient id="g" x1="0" y1="0" x2="0.6" y2="1"><stop offset="0" stop-color="{color}"/>'
        f'<stop offset="1" stop-color="{mix(other, "#000000", 0.62)}"/></linearGradient></defs>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="12" fill="url(#g)"/>'
        f'<g clip-path="url(#c)" fill="none" stroke="#ffffff" stroke-opacity="0.2" stroke-width="2">'
        f"{_ornament(item.title)}</g>"
        f'<g fill="#ffffff" font-family="Georgia, serif">{title}</g>'
        f'<text x="20" y="{HEIGHT - 26}" fill="#ffffff" fill-opacity="0.86" font-family="Helvetica, Arial, sans-serif" '
        f'font-size="14">{escape(cut(below, 30))}</text></svg>'
    )


def _lines(title: str) -> tuple[int, list[str]]:
    """Return the font size and the lines of a title; scripts that are wide get fewer letters in a line."""
    breadth = max(sum(map(_breadth, title)) / max(len(title), 1), 1.0)
    narrowed = [(size, int(letters / breadth), most) for size, letters, most in SIZES]
    longest = max(map(len, title.split()), default=0)
    for size, letters, most in narrowed:
        lines = textwrap.wrap(title, letters) or [""]
        if len(lines) <= most and (longest <= letters or breadth > WIDE):
            return size, lines
    if len(lines) <= most:  # of a word that is longer than the longest line
        return size, lines
    return size, [*lines[: most - 1], cut(lines[most - 1] + "…", letters)]


def _breadth(letter: str) -> float:
    """Return about how wide a letter is against the letters that SIZES reckons with."""
    return 2.0 if unicodedata.east_asian_width(letter) in "WF" else 1.9 if letter in "MW" else 0.95


def _ornament(title: str) -> str:
    """Return one of six drawings, placed by the title, in the upper part where no letter is."""
    seed = zlib.crc32(title.encode())
    x, y = 60 + seed % 120, 50 + seed // 120 % 50
    rings = "".join(f'<circle cx="{x}" cy="{y}" r="{radius}"/>' for radius in range(14, 130, 19))
    rays = "".join(f'<path d="M{x} {y}L{x + step} -10"/>' for step in range(-240, 260, 28))
    waves = "".join(f'<path d="M-10 {20 + 17 * row}q40 -26 80 0t80 0t80 0t80 0"/>' for row in range(7))
    bars = "".join(
        f'<path d="M{18 + 17 * place} 150V{140 - (seed >> place) % 8 * 15}" stroke-width="7"/>' for place in range(13)
    )
    grid = "".join(
        f'<circle cx="{22 + 28 * column}" cy="{24 + 28 * row}" r="{3 + (seed >> (row + column)) % 8}"/>'
        for row in range(5)
        for column in range(8)
    )
    slopes = "".join(f'<path d="M-10 {y + step}L{x} {step}L260 {y + step + 40}"/>' for step in range(-20, 110, 16))
    return (rings, rays, waves, bars, grid, slopes)[seed % 6]
