"""Tells how far a longer piece of work is, step by step, to whoever looks from another thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from services.call_log import MadeCall, heard


class Cancelled(Exception):  # noqa: N818  (nothing went wrong)
    """The user asked to stop."""


class Step:
    """One step of the work: what it does, how far it is (0 to 1), and how long it has taken."""

    def __init__(self, text: str, check: Callable[[], None] = lambda: None) -> None:
        self._check = check
        self.text = text
        self.detail = ""
        self.fraction = 0.0
        self.started = time.monotonic()
        self.ended: float | None = None

    @property
    def seconds(self) -> float:
        """Return how long the step took, or has taken until now."""
        return (self.ended or time.monotonic()) - self.started

    def tell(self, fraction: float, detail: str) -> None:
        """Say how far the step is. Raises Cancelled where the work was asked to stop."""
        self._check()
        self.fraction, self.detail = fraction, detail

    def end(self) -> None:
        """Mark the step as done."""
        self.fraction, self.ended = 1.0, time.monotonic()


@dataclass(frozen=True, slots=True)
class Calls:
    """A call of the API with how often it was made and the seconds that took in all."""

    operation: str
    subject: str
    count: int
    seconds: float
    refused: bool


class Progress:
    """The steps of one piece of work, in the order in which they began."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._calls: dict[tuple[str, str, bool], list[float]] = {}
        self._cancelled = threading.Event()

    def steps(self) -> list[Step]:
        """Return the steps so far."""
        return list(self._steps)

    def hear(self, call: MadeCall) -> None:
        """Note a call of the API; those that only look again are counted together."""
        self._calls.setdefault((call.operation, call.subject, call.refused), []).append(call.seconds)

    def calls(self) -> list[Calls]:
        """Return the calls so far, in the order in which each was first made."""
        return [
            Calls(operation, subject, len(seconds), sum(seconds), refused)
            for (operation, subject, refused), seconds in list(self._calls.items())
        ]

    def begin(self, text: str) -> Step:
        """Begin a step, which its Step.end() ends; several may be open at once. Raises Cancelled."""
        self.check()
        step = Step(text, self.check)
        self._steps.append(step)
        return step

    @contextmanager
    def step(self, text: str) -> Iterator[Step]:
        """Begin a step that ends with the block. Raises Cancelled."""
        step = self.begin(text)
        yield step
        step.end()

    def interrupt(self) -> None:
        """End the open steps, which will not go on."""
        for step in self._steps:
            if step.ended is None:
                step.text += " (interrupted)"
                step.end()

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Tell whether the work was asked to stop."""
        return self._cancelled.is_set()

    @contextmanager
    def cleaning(self) -> Iterator[Step]:
        """Begin the step that clears up after a failure; it runs even where the work was asked to stop."""
        step = Step("Remove what was made")
        self._steps.append(step)
        yield step
        step.end()

    def check(self) -> None:
        """Raise Cancelled where the work was asked to stop."""
        if self._cancelled.is_set():
            raise Cancelled

    def sleep(self, seconds: float) -> None:
        """Wait, but no longer than until the work is asked to stop. Raises Cancelled."""
        self._cancelled.wait(seconds)
        self.check()


class Task:
    """Work in a thread of its own, which outlives the page that started it."""

    def __init__(self, work: Callable[[Progress], object]) -> None:
        self.progress = Progress()
        self.failure: Exception | None = None
        self.started = time.monotonic()
        self.ended: float | None = None
        self._thread = threading.Thread(target=self._run, args=(work,), name="task", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Tell whether the work goes on."""
        return self.ended is None

    @property
    def seconds(self) -> float:
        """Return how long the work took, or has taken until now."""
        return (self.ended or time.monotonic()) - self.started

    def wait(self, seconds: float) -> None:
        """Wait for the end of the work, at most so long."""
        self._thread.join(seconds)

    def _run(self, work: Callable[[Progress], object]) -> None:
        try:
            with heard(self.progress.hear):
                work(self.progress)
        except Exception as failure:  # noqa: BLE001  (the edge of the thread: the page shows it)
            self.failure = failure
        finally:
            self.ended = time.monotonic()
