from __future__ import annotations

import pytest

from services.handbook import DOCS, FILES, Chapter, read_chapter, search, word


def test_every_document_is_a_chapter() -> None:
    assert {f"{stem}.md" for stem in FILES.values()} == {path.name for path in DOCS.glob("*.md")}


def test_links_within_the_documents_become_words_and_others_stay() -> None:
    text = "# Title\n\nSee [the clients](clients.md), ![a picture](a.png) and [moto](https://github.com/getmoto/moto)."
    assert Chapter("a.md", text).readable == "See the clients, a picture and [moto](https://github.com/getmoto/moto)."


@pytest.mark.parametrize("term", ["recipe", "solution", "solution version", "campaign", "event tracker"])
def test_the_words_of_the_first_tutorial_are_explained(term: str) -> None:
    assert f"\n| {term} | " in read_chapter("Words").text


def test_a_search_keeps_what_has_every_word_under_its_heading() -> None:
    text = """# Title

Nothing of it.

## One

| word | what |
|---|---|
| solution version | a trained solution |
| solution | what a Version is trained of |
| filter | a rule |

## Two

- a solution
- one version of a solution
  over two lines

A paragraph of a solution alone.
"""
    assert Chapter("a.md", text).narrowed("solution") == text.partition("Nothing of it.\n\n")[2].replace(
        "| solution version | a trained solution |\n| solution | what a Version is trained of |\n| filter | a rule |\n",
        "| solution | what a Version is trained of |\n| solution version | a trained solution |\n",
    ).rstrip("\n")
    assert Chapter("a.md", text).narrowed("version SOLUTION") == (
        "## One\n\n| word | what |\n|---|---|\n| solution version | a trained solution |\n"
        "| solution | what a Version is trained of |\n\n## Two\n\n- one version of a solution\n  over two lines"
    )
    assert Chapter("a.md", text).narrowed("campaign") == ""


def test_every_word_is_the_first_that_its_search_finds() -> None:
    assert word("campaign").startswith("Campaign: a solution version that answers")
    assert search("campaign")["Words"].splitlines()[2].startswith("| campaign |")
    assert "Operations" in search("create_campaign")
    assert search("no such word at all") == {}
