from __future__ import annotations

import re

from components.shift_charts import STUB, bump, genre_profile, genre_shift, journey, move_text
from components.theme import LIGHT
from services.catalog import Item
from services.recommendations import Move

LONG = Item("4", "A title that is so very long that nobody reads it to its end", 1999)
MOVES = [
    Move(Item("1", "Alien"), 3, 1),
    Move(LONG, None, 2),
    Move(Item("2", "Big"), 1, 3),
    Move(Item("3", "Cube"), 2, None),
]


def test_what_is_new_or_gone_ends_in_a_stub_at_its_own_height() -> None:
    lines = bump(MOVES, LIGHT).data[:4]
    assert [(list(line.x), list(line.y)) for line in lines] == [
        ([0, 1], [3, 1]),
        ([1 - STUB, 1], [2, 2]),
        ([0, 1], [1, 3]),
        ([0, STUB], [2, 2]),
    ]
    assert [line.line.color for line in lines] == [LIGHT.up, LIGHT.accent, LIGHT.down, LIGHT.muted]
    assert lines[3].line.dash == "dot"


def test_long_titles_are_cut_in_the_picture_and_whole_on_hover() -> None:
    drawn = bump(MOVES, LIGHT)
    assert "very long…<" in drawn.layout.yaxis2.ticktext[2]
    assert any(points.customdata is not None and points.customdata[1][0] == LONG.label for points in drawn.data)


def test_moves_are_told_in_a_word() -> None:
    assert [move_text(move) for move in MOVES] == ["▲ 2", "New", "▼ 2", "Gone"]
    assert move_text(Move(LONG, 4, 4)) == "="


def test_the_genre_shift_is_sorted_and_leaves_out_what_stayed() -> None:
    drawn = genre_shift(
        {"Drama": 0.8, "War": 0.2, "Sci-Fi": 0.4}, {"Drama": 0.3, "War": 0.2, "Sci-Fi": 1.0}, LIGHT
    ).data[0]
    assert list(drawn.y) == ["Drama", "Sci-Fi"]
    assert list(drawn.text) == ["80% → 30%", "40% → 100%"]
    assert list(drawn.marker.color) == [LIGHT.down, LIGHT.accent]


def test_a_genre_profile_puts_lists_beside_each_other() -> None:
    drawn = genre_profile({"Watched": {"Drama": 0.5}, "List": {"Comedy": 1.0}}, LIGHT)
    assert [(trace.name, list(trace.y), list(trace.x)) for trace in drawn.data] == [
        ("Watched", ["Drama", "Comedy"], [0.5, 0]),
        ("List", ["Drama", "Comedy"], [0, 1.0]),
    ]


def test_pictures_of_nothing_are_empty_not_broken() -> None:
    assert list(bump([], LIGHT).data[0].x) == []
    assert list(genre_shift({}, {}, LIGHT).data[0].y) == []
    assert genre_profile({}, LIGHT).data == ()


def test_a_journey_joins_the_ranks_of_every_stay_and_stubs_where_it_begins_and_ends() -> None:
    alien, big, cube, duel = (Item(name, name) for name in ("Alien", "Big", "Cube", "Duel"))
    drawn = journey([[alien, big], [cube, alien], [duel, big]], ["before", "1", "2"], LIGHT)
    gone, stayed, new = ([list(trace.x), list(trace.y)] for trace in drawn.data if trace.mode == "lines")
    assert gone == [
        [0, 1, 1 + STUB, None, 0, STUB, None, 1 - STUB, 1, 1 + STUB, None],
        [1, 2, 2, None, 2, 2, None, 1, 1, 1, None],
    ]
    assert stayed == [[], []]
    # Big left and came back: its second stay is a new one.
    assert new == [[2 - STUB, 2, None, 2 - STUB, 2, None], [2, 2, None, 1, 1, None]]
    before, after = drawn.layout.yaxis, drawn.layout.yaxis2
    assert [re.sub("<[^>]*>", "", text).strip() for text in before.ticktext] == ["Alien", "Big"]
    assert [re.sub("<[^>]*>", "", text).strip() for text in after.ticktext] == ["Duel", "Big"]
    assert (list(before.tickvals), list(after.tickvals)) == ([1, 2], [1, 2])
    assert (before.automargin, after.automargin) == (True, True)
