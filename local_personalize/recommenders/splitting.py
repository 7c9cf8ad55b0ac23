"""Which users and which events are kept from training: by Amazon Personalize's test split, or by percentiles."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from local_personalize.recommenders.dataset import Interactions

TEST_USERS = 0.1
TRUTH_SHARE = 10


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A user kept from training: the oldest events as input and the newest as truth, as rows of the interactions."""

    user: int
    given: slice
    truth: slice


def hold_out(user_ids: list[str], share: float, seed: int) -> NDArray[np.bool_]:
    """Choose a share of the users, at least one, by a hash of the seed and the user id."""
    order = _by_hash(user_ids, seed)
    chosen = np.zeros(len(user_ids), dtype=np.bool_)
    chosen[order[: max(1, round(share * len(user_ids)))]] = True
    return chosen


def folds(user_ids: list[str], count: int, seed: int = 0) -> list[NDArray[np.bool_]]:
    """Divide the users by the same hash, so that everyone is held out once; the first fold is hold_out's choice."""
    order = _by_hash(user_ids, seed)
    bounds = [round(fold * len(order) / count) for fold in range(count + 1)]
    masks = [np.zeros(len(order), dtype=np.bool_) for _ in range(count)]
    for mask, start, stop in zip(masks, bounds[:-1], bounds[1:], strict=True):
        mask[order[start:stop]] = True
    return masks


def _by_hash(user_ids: list[str], seed: int) -> list[int]:
    hashes = [hashlib.blake2b(f"{seed}:{user_id}".encode(), digest_size=8).digest() for user_id in user_ids]
    return sorted(range(len(user_ids)), key=hashes.__getitem__)


def held_out(interactions: Interactions, chosen: NDArray[np.bool_]) -> list[HeldOut]:
    """Cut the chosen users' histories: the newest tenth, at least one event, is truth, the rest is given."""
    offsets = interactions.user_offsets()
    cuts = []
    for user in np.flatnonzero(chosen).tolist():
        start, stop = int(offsets[user]), int(offsets[user + 1])
        cut = stop - max(1, (stop - start) // TRUTH_SHARE)
        if stop > start:
            cuts.append(HeldOut(user, slice(start, cut), slice(cut, stop)))
    return cuts


def earlier(cut: HeldOut) -> HeldOut:
    """Move a cut back by the length of its truth, so that the same user can be judged once more."""
    start = max(cut.given.start, cut.given.stop - (cut.truth.stop - cut.truth.start))
    return HeldOut(cut.user, slice(cut.given.start, start), slice(start, cut.given.stop))


def newest_share(interactions: Interactions, share: float) -> NDArray[np.bool_]:
    """Mark the newest share of every user's events, rounded down."""
    offsets = interactions.user_offsets()
    lengths = np.diff(offsets)[interactions.users]
    age = offsets[interactions.users + 1] - np.arange(len(interactions))
    return np.asarray(age <= share * lengths)


def within_percentiles(interactions: Interactions, parameters: Mapping[str, str]) -> Interactions:
    """Return the rows whose user's history length and item's count lie within the percentiles asked for, if any.

    The parameters are featureTransformationParameters: {min,max}_user_history_length_percentile, and for SIMS
    {min,max}_item_interaction_count_percentile, each 0 to 1.
    """
    keep = np.ones(len(interactions), dtype=np.bool_)
    for codes, name in (
        (interactions.users, "user_history_length"),
        (interactions.items, "item_interaction_count"),
    ):
        low, high = (parameters.get(f"{end}_{name}_percentile") for end in ("min", "max"))
        counts = np.bincount(codes) if len(codes) else np.zeros(1, dtype=np.int64)
        bounds = np.quantile(counts[counts > 0], [float(low or 0), float(high or 1)]) if counts.any() else (0, 0)
        keep &= (counts[codes] >= bounds[0]) & (counts[codes] <= bounds[1])
    return interactions if keep.all() else interactions.where(keep)
