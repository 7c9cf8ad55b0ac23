"""The frame: colours that plotly takes, and addresses that work on a cold deep link."""

from __future__ import annotations

import ast
import tomllib

import pytest

from components import theme
from tests.conftest import ROOT

CONFIG = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())


@pytest.mark.parametrize(("name", "palette"), [("light", theme.LIGHT), ("dark", theme.DARK)])
def test_a_theme_has_ten_colours_of_each_scale(name: str, palette: theme.Palette) -> None:
    section = CONFIG["theme"][name]
    for scale in ("Categorical", "Sequential", "Diverging"):
        colours = section[f"chart{scale}Colors"]
        assert len(set(colours)) == 10
    assert tuple(section["chartCategoricalColors"]) == palette.categorical


@pytest.mark.parametrize(("name", "palette"), [("light", theme.LIGHT), ("dark", theme.DARK)])
def test_colours_that_carry_text_can_be_read(name: str, palette: theme.Palette) -> None:
    background = CONFIG["theme"][name]["backgroundColor"]
    assert background == palette.surface
    for colour in (
        *palette.categorical,
        palette.accent,
        palette.up,
        palette.down,
        palette.good,
        palette.bad,
        palette.text,
    ):
        assert contrast(colour, background) >= 4.5, colour


def test_no_address_is_a_files_stem() -> None:
    tree = ast.parse((ROOT / "app.py").read_text())
    pages = next(
        node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PAGES"
    )
    listed = [page for section in ast.literal_eval(pages).values() for page in section]
    assert listed
    for stem, _, _, url_path in listed:
        assert url_path not in {"", stem}
        assert (ROOT / "pages" / f"{stem}.py").exists()


def test_the_server_keeps_to_this_machine() -> None:
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["browser"]["gatherUsageStats"] is False


def contrast(one: str, two: str) -> float:
    """Return the contrast ratio of WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
