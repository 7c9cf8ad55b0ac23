from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from services.catalog import Item
from services.configurations import differing
from services.interactions import Interactions, Watched
from services.local_insights import TestResults as Results
from services.metrics import VersionMetrics
from services.recommendations import RankedItem
from services.replay import Replay, split
from services.segments import groups, habits, paired, segments

USERS = tuple(str(number) for number in range(12))


def version(name: str, values: list[float], users: tuple[str, ...] = USERS) -> VersionMetrics:
    return VersionMetrics(name, name, "recipe", None, {}, Results(users, {"mrr": np.array(values)}))


def events() -> Interactions:
    """User n has n + 1 events; the first item is everybody's."""
    rows = [(user, f"item{place}", place, "watch") for number, user in enumerate(USERS) for place in range(number + 1)]
    frame = pd.DataFrame(rows, columns=["USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE"])
    typed = frame.astype({"USER_ID": "category", "ITEM_ID": "category", "EVENT_TYPE": "category"})
    return Interactions(typed.sort_values(["USER_ID", "TIMESTAMP"], ignore_index=True))


def test_users_are_paired_by_id_and_the_worst_comes_first() -> None:
    table = paired("mrr", version("new", [0.1, 0.9], ("b", "a")), version("old", [0.5, 0.5], ("a", "b")))
    assert table["User"].tolist() == ["b", "a"]
    assert table["Difference"].tolist() == pytest.approx([-0.4, 0.4])


def test_versions_without_results_have_no_pairs() -> None:
    bare = VersionMetrics("x", "x", "recipe", None)
    assert paired("mrr", bare, version("old", [0.0] * 12)).empty


def test_heavy_users_gain_and_light_ones_lose() -> None:
    table = paired("mrr", version("new", [0.1] * 4 + [0.5] * 4 + [0.9] * 4), version("old", [0.5] * 12))
    found = {segment.name: segment for segment in segments(table, habits(events()))}
    assert [found[name].mean for name in ("Light users", "Medium users", "Heavy users")] == pytest.approx(
        [-0.4, 0, 0.4]
    )
    assert (found["Light users"].worse, found["Light users"].better, found["Light users"].users) == (4, 0, 4)
    # Who watched little watched what everybody did, and so was the last of it.
    assert found["Mainstream taste"].mean == pytest.approx(-0.4)
    assert found["Next picks popular"].mean == pytest.approx(-0.4)
    assert found["Next picks niche"].mean == pytest.approx(0.4)


def test_habits_count_events_and_rank_what_came_last() -> None:
    found = habits(events())
    assert found.loc["11", "Events"] == 12
    # item0 is the most popular of 12, item11 the least; user 11's newest tenth is item11 alone.
    assert (found.loc["0", "Mainstream"], found.loc["0", "Next"]) == (1.0, 1.0)
    assert found.loc["11", "Next"] == pytest.approx(1 / 12)
    assert found.loc["11", "Mainstream"] == pytest.approx(np.mean(np.arange(1, 13) / 12))


def test_users_are_grouped_by_what_is_known_of_them() -> None:
    table = paired("mrr", version("new", [0.9] * 6 + [0.1] * 6), version("old", [0.5] * 12))
    gender = pd.Series(["F"] * 6 + ["M"] * 4 + ["X"], index=list(USERS[:11]), dtype="str")
    assert [(one.name, one.users, one.better) for one in groups(table, gender)] == [("F", 6, 6), ("M", 4, 0)]


def test_too_few_users_are_not_split() -> None:
    table = paired("mrr", version("new", [1.0], ("1",)), version("old", [0.0], ("1",)))
    assert segments(table, habits(events())) == []


def test_the_newest_tenth_is_held_out() -> None:
    newest_first = [Watched(str(number), number) for number in range(20, 0, -1)]
    known, held_out = split(newest_first)
    assert known == [str(number) for number in range(1, 19)]
    assert held_out == ["19", "20"]


def test_terms_add_up_to_the_ndcg() -> None:
    ranked = tuple(RankedItem(rank, Item(item, item)) for rank, item in enumerate("abc", start=1))
    found = Replay(ranked, 10, ("a", "c", "z"))
    assert found.terms == pytest.approx([1.0, 0.0, 0.5])
    assert found.ndcg == pytest.approx(1.5 / (1 + 1 / np.log2(3)))
    assert Replay(ranked, 10, ("z",)).ndcg == 0


def test_only_settings_that_differ_are_told() -> None:
    settings = {"one": {"recipe": "a", "hpo": "True"}, "two": {"recipe": "b", "hpo": "True", "event": "watch"}}
    assert differing(settings) == ["recipe", "event"]
