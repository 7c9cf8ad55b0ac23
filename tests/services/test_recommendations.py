from __future__ import annotations

from services.catalog import Item
from services.filters import SavedFilter, listed
from services.recipes import hears_events, short_name
from services.recommendations import Move, RankedItem, genre_shares, moves

A, B, C, D = (
    Item(name, name, None, genres) for name, genres in zip("ABCD", (("x",), ("x", "y"), (), ("y",)), strict=True)
)


def ranked(*items: Item) -> list[RankedItem]:
    return [RankedItem(rank, item) for rank, item in enumerate(items, start=1)]


def test_moves_tell_rank_before_and_after_and_what_went() -> None:
    assert moves(ranked(A, B, C), ranked(C, D, A)) == [
        Move(C, 3, 1),
        Move(D, None, 2),
        Move(A, 1, 3),
        Move(B, 2, None),
    ]
    assert [move.gain for move in moves(ranked(A, B, C), ranked(C, D, A))] == [2, None, -2, None]


def test_genre_shares_count_items_that_carry_a_genre() -> None:
    assert genre_shares([A, B, C, D]) == {"x": 0.5, "y": 0.5}
    assert genre_shares([]) == {}


def test_filter_parameters_are_found_and_quoted_as_the_service_wants_them() -> None:
    saved = SavedFilter("arn", "f", "INCLUDE ItemID WHERE Items.GENRES IN ($GENRE) AND Items.YEAR >= $YEAR")
    assert saved.parameters == ["GENRE", "YEAR"]
    chosen = saved.with_values({"GENRE": 'Comedy, "Sci-Fi"', "YEAR": "1990", "OTHER": "no"})
    assert chosen.members() == {
        "filterArn": "arn",
        "filterValues": {"GENRE": '"Comedy","Sci-Fi"', "YEAR": "1990"},
    }
    assert saved.with_values({"GENRE": " "}).members() == {"filterArn": "arn"}
    assert listed('a,,b "c') == '"a","b \\"c"'


def test_recipes_that_hear_no_events_are_told_apart() -> None:
    heard = [
        "aws-user-personalization",
        "aws-user-personalization-v2",
        "aws-personalized-ranking",
        "aws-hrnn",
        "aws-vod-top-picks",
    ]
    deaf = [
        "aws-popularity-count",
        "aws-sims",
        "aws-similar-items",
        "aws-trending-now",
        "aws-vod-because-you-watched-x",
    ]
    assert [hears_events(recipe) for recipe in heard + deaf] == [True] * len(heard) + [False] * len(deaf)
    assert short_name("aws-user-personalization") == "User-Personalization"
    assert short_name("aws-vod-top-picks") == "Top picks"
