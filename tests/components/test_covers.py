from __future__ import annotations

from xml.etree import ElementTree

import pytest

from components.covers import WIDTH, cover
from components.text import plain
from services.catalog import Item

SVG = "{http://www.w3.org/2000/svg}"


def letters(item: Item) -> str:
    return " ".join(text.text or "" for text in ElementTree.fromstring(cover(item)).iter(f"{SVG}text"))


@pytest.mark.parametrize("title", ["Alien", "<b>Bold</b> & co", "Dr. Strangelove or: How I Learned", "Interstellar"])
def test_a_cover_shows_title_year_and_genres_as_text(title: str) -> None:
    shown = letters(Item("1", title, 1979, ("Hor\x02ror", "Sci-Fi")))
    assert title in shown
    assert "1979 · Horror · Sci-Fi" in shown


def test_a_title_of_any_length_stays_on_the_cover() -> None:
    drawn = ElementTree.fromstring(cover(Item("1", "word " * 200)))
    rows = [text for text in drawn.iter(f"{SVG}text") if "font-weight" in text.attrib]
    assert len(rows) == 7
    assert all(len(row.text or "") * float(row.attrib["font-size"]) * 0.55 < WIDTH for row in rows)
    assert (rows[-1].text or "").endswith("…")


@pytest.mark.parametrize(
    ("title", "breadth"),
    [
        ("Donaudampfschifffahrtsgesellschaftskapitän", 0.55),
        ("千と千尋の神隠し", 1.0),
        ("W" * 30, 1.0),
        ("🍣🍤 Sushi & Co", 0.7),
        ("مطعم السلطان الكبير للمأكولات الشرقية", 0.55),
        ("Q", 0.8),
        ("", 0),
    ],
)
def test_words_of_any_script_and_length_fit(title: str, breadth: float) -> None:
    drawn = ElementTree.fromstring(cover(Item("1", title)))
    rows = [text for text in drawn.iter(f"{SVG}text") if "font-weight" in text.attrib]
    assert "".join(row.text or "" for row in rows).replace(" ", "") == title.replace(" ", "")
    assert all(len(row.text or "") * float(row.attrib["font-size"]) * breadth < WIDTH - 20 for row in rows)


def test_a_cover_is_always_the_same_and_another_for_another_title() -> None:
    assert cover(Item("1", "Alien")) == cover(Item("2", "Alien"))
    assert cover(Item("1", "Alien")) != cover(Item("1", "Aliens"))


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("*NSYNC", r"\*NSYNC"),
        ("a <b>$x$</b>", r"a \<b\>\$x\$\</b\>"),
        ("[x](http://y", "\\[x\\](http:\u2060//y"),
        ("1. Day (2) - x", r"1\. Day (2) - x"),
        ("# loud", r"\# loud"),
        (":red[x] M: y", ":\u2060red\\[x\\] M: y"),
        ("two\nlines", "two lines"),
        ("\u202eturned\x00\x01", "turned"),
    ],
)
def test_markup_in_titles_is_shown_letter_by_letter(title: str, shown: str) -> None:
    assert plain(title) == shown
