"""The newcomer's story and the lists of two users on real MovieLens data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from local_personalize.recommenders import load
from local_personalize.recommenders.base import Event, Query, Recommender
from local_personalize.recommenders.evaluation import USUAL_NDCG, evaluate
from local_personalize.recommenders.metrics import best
from local_personalize.recommenders.user_personalization import UserPersonalization

from .conftest import Films

STORY = ("1253", "5410", "70599", "1301", "113378", "5468")
GENRES = (
    "Action",
    "Animation",
    "Comedy",
    "Crime",
    "Drama",
    "Fantasy",
    "Film-Noir",
    "Horror",
    "Musical",
    "War",
    "Western",
)
STAR_WARS, SHAWSHANK = "260", "318"


@pytest.fixture(scope="module")
def trained(films: Films) -> UserPersonalization:
    return UserPersonalization.fit(films.dataset)


def top(recommender: Recommender, query: Query, count: int = 25) -> list[str]:
    return [recommender.item_ids[place] for place in best(recommender.scores(query), count)]


def science_fiction(films: Films, items: list[str]) -> int:
    return sum("Sci-Fi" in films.genres[item] for item in items)


def watched(*items: str) -> tuple[Event, ...]:
    return tuple(Event(item, 1.6e9 + place, "watch") for place, item in enumerate(items))


def test_a_newcomer_gets_what_most_people_watch(films: Films, trained: UserPersonalization) -> None:
    before = top(trained, Query("777"))
    assert before == top(trained, Query("abc"))
    assert {STAR_WARS, SHAWSHANK} <= set(before)
    assert science_fiction(films, before[:10]) <= 5


def test_six_films_turn_the_newcomers_list_to_science_fiction(films: Films, trained: UserPersonalization) -> None:
    after = top(trained, Query("777", watched(*STORY)))
    assert science_fiction(films, after[:10]) >= 8
    assert science_fiction(films, after) >= 15
    assert not set(STORY) & set(after)


def test_one_film_is_enough_to_move_the_list(films: Films, trained: UserPersonalization) -> None:
    assert science_fiction(films, top(trained, Query("777", watched("1253")))[:10]) >= 8


def lists_of_stories(films: Films, trained: UserPersonalization, least: int, most: int) -> dict[str, list[list[str]]]:
    """Return by genre the ten films after each of six stories of six films that have so many events."""
    events = dict(zip(trained.item_ids, trained.trained.item_events.tolist(), strict=True))
    found = {}
    for genre in GENRES:
        known = [item for item, count in events.items() if least <= count <= most and genre in genres_of(films, item)]
        draws = [np.random.default_rng(seed).choice(known, 6, replace=False).tolist() for seed in range(6)]
        found[genre] = [top(trained, Query("777", watched(*story)), 10) for story in draws]
    return found


def shares(films: Films, lists: dict[str, list[list[str]]]) -> dict[str, np.floating]:
    """Return by genre how many of ten films are of it."""
    return {
        genre: np.mean([sum(genre in genres_of(films, item) for item in after) for after in found])
        for genre, found in lists.items()
    }


def genres_of(films: Films, item: str) -> list[str]:
    return films.genres[item].split("|")


def test_the_story_can_be_told_in_any_genre(films: Films, trained: UserPersonalization) -> None:
    found = shares(films, lists_of_stories(films, trained, 15, 60))
    assert min(found.values()) >= 6, found
    assert np.mean(list(found.values())) >= 7.5, found


def test_rarities_lead_to_well_known_films_of_their_kind(films: Films, trained: UserPersonalization) -> None:
    lists = lists_of_stories(films, trained, 1, 14)
    found = shares(films, lists)
    assert np.mean(list(found.values())) >= 9, found
    events = trained.trained.item_events
    listed = [trained.trained.item_index[item] for stories in lists.values() for after in stories for item in after]
    assert np.median(events[listed]) > 30  # so many users took it; before, these were the least known films of all


def test_two_users_have_lists_of_their_own(trained: UserPersonalization) -> None:
    first, second = top(trained, Query("1")), top(trained, Query("2"))
    assert len(set(first) & set(second)) < 12
    assert not set(first) & {event.item_id for event in trained.history("1")}


def test_published_scores_are_modest(trained: UserPersonalization) -> None:
    for user in ("1", "2", "42", "610"):
        published = trained.publish(trained.scores(Query(user)))
        assert published.sum() == pytest.approx(1)
        assert 0.003 < published.max() < 0.5


def test_the_saved_model_is_small_and_answers_the_same(trained: UserPersonalization, tmp_path: Path) -> None:
    trained.save(tmp_path)
    assert (tmp_path / "model.npz").stat().st_size < 50_000_000
    assert top(load(tmp_path), Query("1")) == top(trained, Query("1"))


def test_lists_are_far_better_than_popularity_without_leaking(films: Films) -> None:
    personal = evaluate("aws-user-personalization", films.dataset)
    popular = evaluate("aws-popularity-count", films.dataset)
    assert personal.test_users == popular.test_users
    assert len(personal.test_users) == 61
    usual = {name: float(sum(found.per_user[USUAL_NDCG]) / 61) for name, found in (("E", personal), ("P", popular))}  # type: ignore[arg-type]
    assert usual["E"] > usual["P"] + 0.04
    assert usual["E"] < 0.20  # more would mean that the future leaked into training
