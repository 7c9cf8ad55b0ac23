"""What the documents list is what the code has."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()
CODE = ("services", "components", "pages", "data", "local_personalize")


def pages() -> list[tuple[str, str]]:
    """Return section and title of each page in app.py, in order."""
    table = next(node for node in ast.parse((ROOT / "app.py").read_text()).body if isinstance(node, ast.Assign))
    return [(section, page[1]) for section, found in ast.literal_eval(table.value).items() for page in found]


def sources() -> list[Path]:
    """Return the modules of the app and of the service."""
    return [ROOT / "app.py", *(path for folder in CODE for path in (ROOT / folder).rglob("*.py"))]


def test_the_readme_lists_the_pages_in_the_order_of_the_sidebar() -> None:
    rows = re.findall(r"^\| (\w* ?)\| ([^|]+) \| [^|]+\|$", README.split("## The pages")[1], re.MULTILINE)
    assert [(section.strip(), title) for section, title in rows if title != "page"] == pages()


def test_every_setting_of_the_environment_is_documented() -> None:
    used = {
        name
        for path in sources()
        for name in re.findall(r'"((?:MARQUEE|LOCAL_PERSONALIZE)_[A-Z_]+)"', path.read_text())
    }
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", ARCHITECTURE, re.MULTILINE))
    assert used, "the pattern finds no setting any more"
    assert used <= documented
    assert documented - {"PORT"} <= used


@pytest.mark.parametrize(
    "path", sorted({*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")}), ids=lambda path: path.name
)
def test_links_and_named_modules_exist(path: Path) -> None:
    text = path.read_text()
    links = [link for link in re.findall(r"\]\(([^)#\s]+)\)", text) if "://" not in link]
    assert [link for link in links if not (path.parent / link).exists()] == []
    folders = "app|pages|components|services|data|local_personalize|tests|clients|benchmarks|examples|scripts"
    named = re.findall(rf"\b((?:{folders})/[\w/]+\.py)\b", text)
    assert [name for name in named if not (ROOT / name).exists()] == []
    modules = [
        name.replace(".", "/") for name in re.findall(r"python -m ((?:benchmarks|clients|local_)[\w.]*\w)", text)
    ]
    assert [
        name for name in modules if not list(ROOT.glob(f"{name}.py")) + list(ROOT.glob(f"{name}/__main__.py"))
    ] == []
