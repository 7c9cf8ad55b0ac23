"""Small worlds with known tastes: people who watch (or eat) one kind of thing, so that the right answer is known."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence

FILMS = 80
"""Film ids 1..80; odd ids are science fiction, even ids are romance."""
START = 1_500_000_000


def movies_csv() -> str:
    """Return movieId,title,genres of the films."""
    rows = [
        (
            film,
            f"{'Rocket' if film % 2 else 'Garden'} {film} ({1950 + film})",
            "Sci-Fi|Action" if film % 2 else "Romance",
        )
        for film in range(1, FILMS + 1)
    ]
    return table(("movieId", "title", "genres"), rows)


def watch_csv(users: int = 60, seed: int = 7) -> str:
    """Return USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE: users with odd ids watch science fiction, the others romance."""
    draw = random.Random(seed)
    rows = []
    for user in range(1, users + 1):
        films = [film for film in range(1, FILMS + 1) if film % 2 == user % 2]
        # Low ids are popular: everybody watches 1 to 4, few watch the last ones.
        chosen = sorted(films, key=lambda film: draw.random() * film)[:20]
        rows += [(user, film, START + user * 997 + step * 60, "watch") for step, film in enumerate(chosen)]
    return table(("USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE"), rows)


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return rows as CSV text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
