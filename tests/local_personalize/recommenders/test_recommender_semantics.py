"""Semantic-Similarity: what items say of themselves, with popularity and freshness where a campaign asks for them."""

from __future__ import annotations

import numpy as np
import pytest

from local_personalize.recommenders.base import Query
from local_personalize.recommenders.dataset import Dataset, Interactions, Table
from local_personalize.recommenders.metrics import best
from local_personalize.recommenders.semantic_similarity import SemanticSimilarity, weighted_words

SPACE = ["A ship among the stars", "Stars and planets of a galaxy", "A galaxy ship with a robot", "Robot and planets"]
LOVE = ["A wedding by the sea", "Summer romance by the sea", "A bride and a romance", "The bride, a summer wedding"]
IDS = [f"space{n}" for n in range(4)] + [f"love{n}" for n in range(4)]


def library(*events: str, created: list[str | float | None] | None = None) -> Dataset:
    """Eight items of two kinds; each event is by a user of its own."""
    rows = Interactions.from_columns([f"u{n}" for n in range(len(events))], events, range(len(events)))
    columns: dict[str, list[str | float | None]] = {"DESCRIPTION": [*SPACE, *LOVE]}
    return Dataset(rows, Table(IDS, columns if created is None else columns | {"CREATION_TIMESTAMP": created}))


def related(model: SemanticSimilarity, item: str, **influence: float) -> list[str]:
    found = best(model.scores(Query(item_id=item, influence=influence)), len(IDS))
    return [model.item_ids[place] for place in found]


@pytest.mark.parametrize("item", IDS)
def test_texts_alone_tell_the_kind_of_items_that_nobody_took(item: str) -> None:
    found = related(SemanticSimilarity.fit(library()), item)
    assert {name[:4] for name in found[:3]} == {item[:4]}
    assert found[-1] == item


def test_items_without_a_common_word_meet_through_words_they_share_with_others() -> None:
    model = SemanticSimilarity.fit(library())
    place = model.trained.item_index
    words = model.words.toarray()
    assert words[place["space0"]] @ words[place["space3"]] == 0
    relation = model.relation(place["space0"])
    assert relation[place["space3"]] > max(relation[place[f"love{n}"]] for n in (1, 3))


def test_words_are_weighed_by_how_often_and_how_rare_they_are() -> None:
    items = Table(list("abcd"), {"TEXT": ["Sun sun moon", "moon", "sun, alone", "MOON"]})
    words = weighted_words(Dataset(Interactions.from_columns(["u"], ["a"], [0]), items)).toarray()
    common, rare = np.log(5 / 4), (1 + np.log(2)) * np.log(5 / 3)  # "alone" is in one item only
    assert sorted(words[0]) == pytest.approx(np.array([common, rare]) / np.hypot(common, rare))


def test_a_campaign_can_prefer_what_is_popular_or_fresh() -> None:
    ages: list[str | float | None] = [0, 100, 200, 1000, 0, 0, 0, 500]
    model = SemanticSimilarity.fit(library(*["love2"] * 8, *["space2"] * 4, created=ages))
    assert related(model, "space0")[0] in ("space1", "space2")
    assert related(model, "space0", POPULARITY=1.0)[0] == "love2"
    assert related(model, "space0", FRESHNESS=1.0)[0] == "space3"
    assert related(model, "space0", POPULARITY=0.0, FRESHNESS=0.0) == related(model, "space0")
