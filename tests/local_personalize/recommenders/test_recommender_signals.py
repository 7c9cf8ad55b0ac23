"""The parts of the personal score against numbers worked out by hand or by another formula."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from local_personalize.recommenders import transitions as transitions_module
from local_personalize.recommenders.base import Event, Query
from local_personalize.recommenders.dataset import Dataset, Interactions, Table
from local_personalize.recommenders.ease import DualEase, PrimalEase
from local_personalize.recommenders.metadata import item_features
from local_personalize.recommenders.metrics import best
from local_personalize.recommenders.signals import Weights, likeness
from local_personalize.recommenders.similar_items import SimilarItems
from local_personalize.recommenders.sims import Sims
from local_personalize.recommenders.sparse_rows import nearest, weighted_histories
from local_personalize.recommenders.splitting import HeldOut, earlier
from local_personalize.recommenders.transitions import transitions
from local_personalize.recommenders.trending_now import TrendingNow
from local_personalize.recommenders.tuning import repeat_rate
from local_personalize.recommenders.user_personalization import UserPersonalization


def sequences(*rows: str) -> Interactions:
    """One user per word, one item per letter; items are numbered by the alphabet's order of appearance."""
    users = [f"u{user}" for user, row in enumerate(rows) for _ in row]
    return Interactions.from_columns(users, "".join(rows), range(len(users)))


def random_rows(users: int, items: int, seed: int = 0) -> Interactions:
    random = np.random.default_rng(seed)
    pairs = random.integers(0, (users, items), size=(users * 8, 2))
    return Interactions.from_columns((f"u{u}" for u, _ in pairs), (f"i{i}" for _, i in pairs), range(len(pairs)))


def test_transitions_fade_with_the_gap_and_never_cross_users() -> None:
    found = transitions(sequences("abc", "d"), 4, window=2).toarray()
    expected = np.zeros((4, 4))
    expected[0, 1] = expected[1, 2] = 1 / 21  # d = 1, beta = 20
    expected[0, 2] = 0.5 ** (1 / 10) / 21
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_transitions_do_not_depend_on_the_size_of_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = random_rows(30, 25)
    whole = transitions(rows, 25, window=8)
    monkeypatch.setattr(transitions_module, "BLOCK_PAIRS", 1)
    np.testing.assert_array_equal(transitions(rows, 25, window=8).toarray(), whole.toarray())


def test_nearest_keeps_the_largest_of_each_row() -> None:
    matrix = sparse.csr_array(np.array([[3.0, 1.0, 2.0, 0.0], [0.0, 5.0, 0.0, 0.0], [0.0] * 4, [1.0, 1.0, 1.0, 1.0]]))
    assert nearest(matrix, 2).toarray().tolist() == [[3, 0, 2, 0], [0, 5, 0, 0], [0, 0, 0, 0], [1, 1, 0, 0]]


def test_a_history_fades_by_position_and_counts_an_item_by_its_latest_event() -> None:
    rows = weighted_histories([np.array([0, 1, 0, 2]), np.array([], dtype=int)], 2.0, 4).toarray()
    np.testing.assert_allclose(rows, [[0.5**0.5, 0.5, 1, 0], [0, 0, 0, 0]])
    np.testing.assert_allclose(weighted_histories([np.array([0, 1, 0])], np.inf, 2).toarray(), [[1, 1]])


def test_both_forms_of_ease_are_the_published_formula() -> None:
    random = np.random.default_rng(1)
    rows_of_items = sparse.csr_array((random.random((30, 12)) < 0.3) * random.choice([1.0, 3.0], 12))
    gram = (rows_of_items @ rows_of_items.T).toarray()
    inverse = np.linalg.inv(gram + 5 * np.eye(30))
    weights = np.eye(30) - inverse / np.diag(inverse)
    histories = sparse.csr_array((random.random((4, 30)) < 0.2) * random.random((4, 30)))
    for form, precision in ((DualEase, 1e-9), (PrimalEase, 1e-4)):
        fitted = form.fit(rows_of_items, 5)
        np.testing.assert_allclose(fitted.scores(histories), histories @ weights, atol=precision)
        np.testing.assert_allclose(fitted.towards(7), weights[:, 7], atol=precision)


def test_likeness_is_the_cosine_of_rare_and_common_metadata() -> None:
    rows = likeness(sparse.csr_array(np.array([[1.0, 1, 0], [1, 1, 0], [1, 0, 1], [0, 0, 0]])))
    product = (rows @ rows.T).toarray()
    common, rare, rarer = np.sqrt(np.log1p([4 / 3, 4 / 2, 4 / 1]))
    assert product[0, 1] == pytest.approx(1)
    assert product[0, 2] == pytest.approx(common**2 / np.hypot(common, rare) / np.hypot(common, rarer))
    assert product[3].tolist() == [0, 0, 0, 0]


def test_metadata_become_categories_and_bins() -> None:
    ids = [f"i{item}" for item in range(20)]
    columns: dict[str, list[str | float | None]] = {
        "KIND": ["a|b", "a", "b", "lonely", None, *["a"] * 15],
        "YEAR": [None, *(1950.0 + item for item in range(19))],
        "TITLE": [f"title {item}" for item in range(20)],
        "SAME": [1.0] * 20,
    }
    dataset = Dataset(Interactions.from_columns(["u"], ["elsewhere"], [0]), Table(ids, columns, frozenset({"KIND"})))
    features = item_features(dataset).toarray()
    assert dataset.item_ids == ["elsewhere", *sorted(ids)]
    assert features[0].sum() == 0
    kinds = features[[dataset.item_ids.index(item) for item in ids[:5]]][:, :2]
    assert kinds.tolist() == [[1, 1], [1, 0], [0, 1], [0, 0], [0, 0]]  # of "lonely" one item is too few
    assert (features[:, 2:12].sum(axis=0) / 0.7).tolist() == pytest.approx([2] * 10, abs=1)  # a range counts less
    assert features[dataset.item_ids.index("i0"), 2:12].sum() == 0
    assert features.shape[1] == 13  # the last column is SAME's only bin, TITLE has none


def test_what_follows_is_what_followed() -> None:
    cycle = "abcdefghijkl"
    rows = sequences(*(cycle[user % 12 :] + cycle[: user % 12 - 4 or None] for user in range(12, 60)))
    model = UserPersonalization.fit(Dataset(rows))
    for place, letter in enumerate(cycle[:-1]):
        scores = model.scores(Query("new", (Event(letter, 1.0),)))
        assert model.item_ids[best(scores, 1)[0]] == cycle[place + 1]


def test_a_shop_whose_customers_buy_again_keeps_seen_items() -> None:
    rows = sequences(*("".join("abcdefghijklmnopqrst"[user % 20] for _ in range(12)) for user in range(100)))
    model = UserPersonalization.fit(Dataset(rows))
    assert repeat_rate(rows) == pytest.approx(11 / 12, abs=0.01)
    hers = model.history("u3")[0].item_id
    assert model.item_ids[best(model.scores(Query("u3")), 1)[0]] == hers


def test_where_nobody_returns_seen_items_come_last(checkerboard: Dataset) -> None:
    model = UserPersonalization.fit(checkerboard)
    had = {event.item_id for event in model.history("u5")}
    last = best(model.scores(Query("u5")), 20)[-len(had) :]
    assert {model.item_ids[place] for place in last} == had


def test_without_the_recency_mask_order_does_not_count(checkerboard: Dataset) -> None:
    model = UserPersonalization.fit(checkerboard, {"recency_mask": "False"})
    assert model.tuned()["tuned_half_life"] == "inf"
    events = tuple(Event(f"i{item}", 1e6 + item) for item in range(6))
    np.testing.assert_allclose(
        model.scores(Query("new", events)), model.scores(Query("new", events[::-1])), rtol=1e-9, atol=1e-9
    )


def test_bptt_is_how_far_transitions_look(checkerboard: Dataset) -> None:
    short, far = (UserPersonalization.fit(checkerboard, {"bptt": text}) for text in ("2", "32"))
    assert short.signals.follows.nnz < far.signals.follows.nnz


def test_hidden_dimension_is_how_freely_ease_fits(checkerboard: Dataset) -> None:
    few, many = (UserPersonalization.fit(checkerboard, {"hidden_dimension": text}) for text in ("32", "256"))
    assert isinstance(few.signals.together, PrimalEase)
    assert isinstance(many.signals.together, PrimalEase)
    assert np.abs(few.signals.together.weights).sum() < np.abs(many.signals.together.weights).sum()


def test_sims_divide_common_users_by_popularity() -> None:
    rows = sequences("abc", "abc", "abx", "ax", "b", "ac")
    discount = {"popularity_discount_factor": "0.25", "min_cointeraction_count": "2"}
    found = Sims.fit(Dataset(rows), discount)
    users = {"a": 5, "b": 4, "c": 3, "x": 2}
    common = {"b": 3, "c": 3, "x": 2}
    relation = dict(zip(found.item_ids, found.relation(0).tolist(), strict=True))
    for item, count in common.items():
        assert relation[item] == pytest.approx(count / (users["a"] ** 0.75 * users[item] ** 0.25), rel=1e-6)
    strict = Sims.fit(Dataset(rows), discount | {"min_cointeraction_count": "3"})
    assert dict(zip(strict.item_ids, strict.relation(0) > 0, strict=True)) == {
        "a": False,
        "b": True,
        "c": True,
        "x": False,
    }


def test_what_rises_trends_and_what_is_merely_popular_does_not() -> None:
    hour, day = 3600, 24 * 3600
    times = {
        "steady": range(0, 10 * day, hour),
        "rising": range(10 * day - 2 * hour, 10 * day, 60),
        "fallen": range(0, day, 60),
    }
    rows = [(f"u{place}", item, time) for item, when in times.items() for place, time in enumerate(when)]
    users, items, stamps = zip(*rows, strict=True)
    for frequency in ("3h", "3 hours", "1 Day"):
        model = TrendingNow.fit(
            Dataset(Interactions.from_columns(users, items, stamps)), {"trend_discovery_frequency": frequency}
        )
        assert model.item_ids[best(model.scores(Query()), 1)[0]] == "rising"


def test_metadata_weigh_in_similar_items_as_asked(checkerboard: Dataset) -> None:
    table = Table([f"i{item}" for item in range(20)], {"HALF": ["low"] * 10 + ["high"] * 10}, frozenset({"HALF"}))
    dataset = Dataset(checkerboard.interactions, table)
    alike = []
    for dimension in ("30", "200"):
        model = SimilarItems.fit(dataset, {"item_metadata_hidden_dim": dimension})
        first = [int(model.item_ids[place][1:]) for place in best(model.scores(Query(item_id="i2")), 9)]
        alike.append(sum(item < 10 for item in first))
    assert alike == [4, 9]  # taste alone knows four other even items below ten


def test_what_comes_next_hangs_on_what_came_last() -> None:
    signals = UserPersonalization.fit(Dataset(random_rows(40, 30))).signals
    history = np.array([3, 8, 1, 5])
    for half_life, span in ((10.0, 3.0), (np.inf, np.inf)):
        follows = signals.parts([history], half_life).follows
        raw = np.zeros(len(signals.popularity))
        for since, place in enumerate(history[::-1]):
            raw += 0.5 ** (since / span) * signals.follows.toarray()[place]
        np.testing.assert_allclose(follows[0], (raw - raw.mean()) / raw.std(), rtol=1e-5)


def test_what_goes_together_hangs_on_old_events_too() -> None:
    signals = UserPersonalization.fit(Dataset(random_rows(40, 30))).signals
    history = np.array([3, 8, 1, 5])
    together = signals.parts([history], 2.0).together[0]
    weights = np.zeros((1, 30))
    weights[0, history] = [0.1 + 0.9 / 8, 0.1 + 0.9 / 4, 0.1 + 0.9 / 2, 1]
    raw = signals.together.scores(sparse.csr_array(weights))[0]
    np.testing.assert_allclose(together, (raw - raw.mean()) / raw.std(), rtol=1e-5)


def test_little_evidence_lets_popularity_count_for_more_and_order_for_less() -> None:
    """Doubt is one half where 50 events lie behind a history, the older ones counting less."""
    users = [f"u{user}" for user in range(100)]
    taken = {"loved": users[:50], "liked": users[:25], "rare": users[:2], "other": users}
    pairs = [(user, item) for item, who in taken.items() for user in who]
    names, items = zip(*pairs, strict=True)
    signals = UserPersonalization.fit(Dataset(Interactions.from_columns(names, items, range(len(pairs))))).signals
    loved, liked, rare, _ = range(4)
    for history, events in (([loved], 50), ([liked, loved], 50 + 25 / 2), ([rare], 2), ([loved, rare], 2 + 50 / 2)):
        doubt = 1 / (1 + (events / 50) ** 2)
        weights, parts = Weights(1.0, 2.0, 3.0), signals.parts([np.array(history)], 1.0)
        assert parts.doubt[0, 0] == pytest.approx(doubt)
        expected = parts.together + (1 - doubt) * 2 * parts.follows + 3 * parts.alike
        expected = expected + (0.5 + 2 * doubt) * np.log(np.array([50.5, 25.5, 2.5, 100.5]))
        np.testing.assert_allclose(signals.relevance([np.array(history)], weights), expected)


def test_an_item_is_as_certain_as_any_other_where_it_is_asked_about(checkerboard: Dataset) -> None:
    model = SimilarItems.fit(checkerboard)
    parts = model.signals.parts([np.array([3])], np.inf)
    expected = parts.together[0] + parts.follows[0] + 0.5 * model.signals.popularity
    np.testing.assert_allclose(model.relation(3), expected)


def test_where_order_carries_nothing_no_order_is_learned() -> None:
    """Each user took five of the six items of eight groups in twenty, in any order: old events tell as much as new."""
    random = np.random.default_rng(3)
    rows = []
    for user in range(200):
        taken = [group * 6 + item for group in random.permutation(20)[:8] for item in random.permutation(6)[:5]]
        rows += [(f"u{user}", f"i{item}") for item in random.permutation(taken)]
    users, items = zip(*rows, strict=True)
    weights = UserPersonalization.fit(Dataset(Interactions.from_columns(users, items, range(len(rows))))).choice.weights
    assert weights == Weights(half_life=np.inf, transitions=0, content=0.25, popularity=0.25)


def test_a_user_is_judged_once_more_before_the_truth() -> None:
    cut = HeldOut(3, slice(10, 28), slice(28, 30))
    assert earlier(cut) == HeldOut(3, slice(10, 26), slice(26, 28))
    assert earlier(HeldOut(0, slice(0, 1), slice(1, 3))) == HeldOut(0, slice(0, 0), slice(0, 1))
