"""What is chosen per data set, on users kept from an inner training: weights, temperature, and what repeats are worth.

Where order carries nothing plain EASE wins by far, where it does decay and transitions win, so neither is assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from local_personalize.recommenders.base import Floats, Progress, silent
from local_personalize.recommenders.dataset import Interactions
from local_personalize.recommenders.metrics import LIST_LENGTH
from local_personalize.recommenders.progress import part
from local_personalize.recommenders.signals import Parts, Shape, Signals, Weights
from local_personalize.recommenders.sparse_rows import Matrix
from local_personalize.recommenders.splitting import HeldOut, earlier, held_out, hold_out

HALF_LIVES = (10.0, 20.0, np.inf)
TRANSITIONS = (1.0, 0.5, 2.0, 0.0)
WITHOUT_ORDER = Weights(half_life=np.inf, transitions=0.0, content=0.25, popularity=0.25)
"""Where old events tell as much as new ones, E says nearly all, and what is put beside it has to show that it helps."""
CONTENT = ((2.0, 0.0), (1.0, 2.0), (0.5, 2.0), (0.25, 2.0))
"""Weights of C from the highest, and by how many standard errors a lower one must be better."""
FEWEST_FOR_CONTENT = 50
"""Judged lists below which C begins at its second weight: so few cannot show that the highest does harm."""
MARGIN = 1.0
"""By how many standard errors, paired by user, another half-life or weight of T must be better than the usual."""
USUAL_TEMPERATURE = 3.0
INNER_SHARE = 0.2
INNER_SEED, SAMPLE_SEED = 1_000, 2_000
"""Added to the seed: the users of one split must not be those of another, whose rows are gone."""
FEWEST_USERS = 5
MOST_CELLS = 3_000_000
MOST_ROWS = 200_000
REPEATS_ALLOWED = 0.01


@dataclass(frozen=True, slots=True)
class Choice:
    """The weights of the signals, the temperature of the softmax, and what a seen item loses."""

    weights: Weights
    temperature: float
    seen_offset: float


def choose(
    interactions: Interactions,
    features: Matrix,
    shape: Shape,
    *,
    seed: int,
    half_lives: tuple[float, ...] = HALF_LIVES,
    progress: Progress = silent,
) -> Choice:
    """Choose on an inner user split; with fewer than five users to judge by, keep the usual values."""
    sample = _sampled(interactions, seed)
    chosen = hold_out(sample.user_ids, INNER_SHARE, seed + INNER_SEED)
    judged = [cut for cut in held_out(sample, chosen) if cut.given.stop > cut.given.start]
    judged += [cut for cut in map(earlier, judged) if cut.given.stop > cut.given.start]
    judged = judged[: max(FEWEST_USERS, MOST_CELLS // features.shape[0])]
    repeats = repeat_rate(interactions)
    usual = Weights(half_life=half_lives[0])
    if len(judged) < FEWEST_USERS:
        return Choice(usual, USUAL_TEMPERATURE, _offset_without_trial(repeats))
    inner = sample.where(~chosen[sample.users])
    signals = Signals.fit(inner, features, shape, progress=part(progress, 0, 0.4))
    trial = _Trial(sample, judged, signals, hides_seen=repeats < REPEATS_ALLOWED)
    weights = trial.best_weights(half_lives, part(progress, 0.4, 1))
    temperature, offset = trial.calibrated(weights, repeats)
    return Choice(weights, temperature, offset)


def repeat_rate(interactions: Interactions) -> float:
    """Return the share of events whose item the user had before, never quite 0."""
    repeats = len(interactions) - len(interactions.distinct_pairs())
    return (repeats + 0.5) / (len(interactions) + 1)


def _offset_without_trial(repeats: float) -> float:
    """Return the offset by which one seen item among equals would come at the repeat rate."""
    return USUAL_TEMPERATURE * float(np.log((1 - repeats) / repeats))


class _Trial:
    """Users kept from the inner training, and how well weights do on them."""

    def __init__(
        self, interactions: Interactions, judged: list[HeldOut], signals: Signals, *, hides_seen: bool
    ) -> None:
        self.given = [interactions.items[cut.given] for cut in judged]
        self.truth = [np.unique(interactions.items[cut.truth]) for cut in judged]
        self.signals = replace(signals, popularity=signals.popularity.astype(np.float32))
        shape = (len(judged), len(signals.popularity))
        self.seen, self.wanted = _marked(self.given, shape), _marked(self.truth, shape)
        self.hides_seen = hides_seen
        self.qualities: dict[Weights, Floats] = {}
        self.parts: dict[float, Parts] = {}
        """The signals at the half-life that was asked for last: one at a time is enough memory."""

    def best_weights(self, half_lives: tuple[float, ...], progress: Progress) -> Weights:
        """Choose the half-life, then the weight of T, then ask how much C counts.

        What lists alone can tell of two hundred users is mostly chance, so the usual value stays unless another is
        clearly better. C counts double, and less only where lists are better for it by two standard errors: short
        histories need it more than the long ones that are judged here. It never goes: metadata are all that speaks for
        items with few events, and half their weight costs less than such tests can tell.
        """
        text = "Choosing weights on an inner split of the users"
        usual = Weights(half_life=half_lives[0])
        progress(0, text)
        chosen = self._clearly_better([(replace(usual, half_life=value), MARGIN) for value in half_lives])
        progress(0.4, text)
        if np.isinf(chosen.half_life):
            return self._without_order()
        chosen = self._clearly_better([(replace(chosen, transitions=value), MARGIN) for value in TRANSITIONS])
        progress(0.7, text)
        (content, _), *lower = CONTENT if len(self.given) >= FEWEST_FOR_CONTENT else CONTENT[1:]
        kept = replace(chosen, content=content)
        for content, margin in lower:
            kept = self._clearly_better([(kept, 0.0), (replace(chosen, content=content), margin)])
        return kept

    def _without_order(self) -> Weights:
        """Begin with E and little else; T and C count for as much as makes lists clearly better."""
        chosen = self._clearly_better(
            [(replace(WITHOUT_ORDER, transitions=value), MARGIN) for value in sorted(TRANSITIONS)]
        )
        content = sorted({WITHOUT_ORDER.content, *(value for value, _ in CONTENT)})
        return self._clearly_better([(replace(chosen, content=value), MARGIN) for value in content])

    def _clearly_better(self, rivals: list[tuple[Weights, float]]) -> Weights:
        """Return the first of the rivals, or the one that beats it by most beyond its margin of standard errors."""
        for weights, _ in reversed(rivals):  # the first, which mostly stays, comes last, so that its signals are kept
            if weights not in self.qualities:
                self.qualities[weights] = self._qualities(weights)
        leads = []
        for weights, margin in rivals:
            gain = self.qualities[weights] - self.qualities[rivals[0][0]]
            leads.append(float(gain.mean() - margin * gain.std() / np.sqrt(len(gain))))
        return rivals[int(np.argmax(leads))][0]

    def calibrated(self, weights: Weights, repeats: float) -> tuple[float, float]:
        """Fit the temperature to the likelihood of the next new items, and the offset to the rate of repeats."""
        from scipy import optimize  # a third of a second that the endpoint's start can do without

        relevance = self._relevance(weights).astype(np.float64)
        temperature = self._temperature(np.where(self.seen, -np.inf, relevance))
        likelihood = np.exp((relevance - relevance.max(axis=1, keepdims=True)) / temperature)
        old, new = (likelihood * self.seen).sum(axis=1), (likelihood * ~self.seen).sum(axis=1)

        def excess(offset: float) -> float:
            kept = old * np.exp(-offset)
            return float(np.mean(kept / (kept + new))) - repeats

        low, high = -20.0, 60.0
        root = (
            optimize.brentq(excess, low, high)
            if excess(low) > 0 > excess(high)
            else (low if excess(low) <= 0 else high)
        )
        return temperature, temperature * float(root)

    def _qualities(self, weights: Weights) -> Floats:
        """Return the usual NDCG at 25 of each judged list."""
        scores = self._relevance(weights)
        if self.hides_seen:
            scores[self.seen] = -np.inf
        count = min(LIST_LENGTH, scores.shape[1])
        top = np.argpartition(scores, -count, axis=1)[:, -count:]
        order = np.argsort(-np.take_along_axis(scores, top, axis=1), axis=1, kind="stable")
        hits = np.take_along_axis(self.wanted, np.take_along_axis(top, order, axis=1), axis=1)
        discounts = 1 / np.log2(np.arange(2, count + 2))
        ideals = np.cumsum(discounts)[np.minimum(self.wanted.sum(axis=1), count) - 1]
        return np.asarray((hits * discounts).sum(axis=1) / ideals)

    def _relevance(self, weights: Weights) -> Floats:
        """Return the scores under some weights, in single precision: they are but compared."""
        if weights.half_life not in self.parts:
            parts = self.signals.parts(self.given, weights.half_life)
            single = (getattr(parts, name.name).astype(np.float32) for name in fields(parts))
            self.parts = {weights.half_life: Parts(*single)}
        return self.signals.weighted(self.parts[weights.half_life], weights)

    def _temperature(self, unseen: Floats) -> float:
        """Maximise the likelihood of each user's truth under softmax(unseen / temperature)."""
        from scipy import optimize

        rows = [row for row, truth in enumerate(self.truth) if np.isfinite(unseen[row, truth]).any()]
        if not rows:
            return USUAL_TEMPERATURE
        top = unseen[rows] - unseen[rows].max(axis=1, keepdims=True)
        truths = [top[place, self.truth[row]] for place, row in enumerate(rows)]
        hoped = np.array([truth[np.isfinite(truth)].mean() for truth in truths])

        def surprise(log_temperature: float) -> float:
            scale = np.exp(-log_temperature)
            return float(np.mean(np.log(np.exp(top * scale).sum(axis=1)) - hoped * scale))

        found = optimize.minimize_scalar(
            surprise, bounds=(np.log(0.3), np.log(30)), method="bounded", options={"xatol": 0.02}
        )
        return float(np.exp(found.x))


def _marked(lists: Sequence[NDArray[Any]], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return which places each list names: (lists, items)."""
    answer = np.zeros(shape, dtype=np.bool_)
    for row, places in zip(answer, lists, strict=True):
        row[places] = True
    return answer


def _sampled(interactions: Interactions, seed: int) -> Interactions:
    """Keep a hashed sample of users so large data are judged on about 200,000 rows."""
    if len(interactions) <= MOST_ROWS:
        return interactions
    kept = hold_out(interactions.user_ids, MOST_ROWS / len(interactions), seed + SAMPLE_SEED)
    return interactions.where(kept[interactions.users])
