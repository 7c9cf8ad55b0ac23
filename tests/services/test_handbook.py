from __future__ import annotations

import pytest

from services.handbook import DOCS, FILES, Chapter, read_chapter


def test_every_document_is_a_chapter() -> None:
    assert {f"{stem}.md" for stem in FILES.values()} == {path.name for path in DOCS.glob("*.md")}


def test_links_within_the_documents_become_words_and_others_stay() -> None:
    text = "# Title\n\nSee [the clients](clients.md), ![a picture](a.png) and [moto](https://github.com/getmoto/moto)."
    assert Chapter("a.md", text).readable == "See the clients, a picture and [moto](https://github.com/getmoto/moto)."


@pytest.mark.parametrize("term", ["recipe", "solution", "solution version", "campaign", "event tracker"])
def test_the_words_of_the_first_tutorial_are_explained(term: str) -> None:
    assert f"\n| {term} | " in read_chapter("Words").text
