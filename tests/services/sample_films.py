"""A small MovieLens of our own: 40 people, 60 films, 1,200 ratings; who has an even number likes even films."""

from __future__ import annotations

from pathlib import Path

PEOPLE, FILMS, EACH = 40, 60, 30
START = 1_500_000_000


def ratings() -> list[tuple[int, int, float, int]]:
    """Return user, film, rating and time of every rating, the films of one's own parity first."""
    rows = []
    for user in range(1, PEOPLE + 1):
        own = [film for film in range(1, FILMS + 1) if film % 2 == user % 2]
        for place in range(EACH):
            film = own[(place * 7 + user) % len(own)]
            rows.append((user, film, 3.0 + place % 3, START + user * 1000 + place * 60))
    return rows


def write_latest(folder: Path) -> Path:
    """Write the layout of ml-latest-small and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{user},{film},{rating},{time}" for user, film, rating, time in ratings()]
    (folder / "ratings.csv").write_text("\n".join(["userId,movieId,rating,timestamp", *lines]))
    films = [
        f"{film},Film {film} ({1960 + film}),{'Comedy' if film % 2 else 'Drama|War'}" for film in range(1, FILMS + 1)
    ]
    (folder / "movies.csv").write_text("\n".join(["movieId,title,genres", *films]))
    return folder
