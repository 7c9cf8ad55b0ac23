"""The colours of both themes: text has the contrast of 4.5 to 1 that WCAG 2.2 asks for (criterion 1.4.3)."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from components.theme import DARK, LIGHT, Palette
from tests.conftest import ROOT

THEMES = {"light": LIGHT, "dark": DARK}
ENOUGH = 4.5
WHITE = (255.0, 255.0, 255.0)
TINT = 0.9
"""What Streamlit takes off the opacity of the primary colour for the ground of a chosen chip."""

Color = tuple[float, float, float]


def theme(name: str) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"][name]
    return found


def rgb(color: str) -> Color:
    red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return red, green, blue


def opacity(color: str) -> float:
    return int(color[7:9] or "ff", 16) / 255


def over(front: Color, ground: Color, share: float) -> Color:
    red, green, blue = (share * one + (1 - share) * other for one, other in zip(front, ground, strict=True))
    return red, green, blue


def luminance(color: Color) -> float:
    parts = [part / 255 for part in color]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: Color, other: Color) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(WHITE, (0, 0, 0)) == pytest.approx(21)
    assert contrast(rgb("#777777"), WHITE) == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("name", THEMES)
def test_what_carries_the_primary_colour_can_be_read(name: str) -> None:
    colors = theme(name)
    primary, share = rgb(colors["primaryColor"]), opacity(colors["primaryColor"])
    page, field = rgb(colors["backgroundColor"]), rgb(colors["secondaryBackgroundColor"])
    chip = over(primary, page, max(share - TINT, 0))
    assert contrast(over(primary, chip, share), chip) >= ENOUGH
    for ground in (page, field):  # a button, and a tag in its field
        assert contrast(WHITE, over(primary, ground, share)) >= ENOUGH


@pytest.mark.parametrize("name", THEMES)
def test_text_and_links_can_be_read_on_every_ground(name: str) -> None:
    colors = theme(name)
    grounds = [colors["backgroundColor"], colors["secondaryBackgroundColor"], colors["sidebar"]["backgroundColor"]]
    for text in (colors["textColor"], colors["linkColor"]):
        assert min(contrast(rgb(text), rgb(ground)) for ground in grounds) >= ENOUGH
    assert contrast(rgb(colors["codeTextColor"]), rgb(colors["codeBackgroundColor"])) >= ENOUGH


@pytest.mark.parametrize(("name", "palette"), THEMES.items())
def test_charts_stand_on_the_page_in_the_colours_of_the_theme(name: str, palette: Palette) -> None:
    colors = theme(name)
    assert palette.surface == colors["backgroundColor"]
    assert list(palette.categorical) == colors["chartCategoricalColors"]
    said = (palette.text, palette.muted, palette.up, palette.down, palette.good, palette.warning, palette.bad)
    assert min(contrast(rgb(each), rgb(palette.surface)) for each in (*said, *palette.categorical)) >= ENOUGH
