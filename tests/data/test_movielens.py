"""MovieLens is found in every layout that it has had, and what is no MovieLens is refused in a sentence."""

from __future__ import annotations

import functools
import http.server
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data import movielens
from data.movielens_files import MovieLens, read
from data.problems import MovieLensProblem
from tests.services import sample_films

COUNT = sample_films.PEOPLE * sample_films.EACH
TITLES = {film: f"Film {film} ({1960 + film})" for film in range(1, sample_films.FILMS + 1)}


def write(folder: Path, name: str, lines: list[str], encoding: str = "utf-8") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("\n".join(lines) + "\n", encoding=encoding)


def write_1m(folder: Path) -> Path:
    write(folder, "ratings.dat", ["::".join(map(str, (u, f, int(r), t))) for u, f, r, t in sample_films.ratings()])
    films = [f"{film}::{title}::Comedy|War" for film, title in TITLES.items()]
    films[2] = "3::Film: Café 3 (1963)::Drama"
    write(folder, "movies.dat", films, "latin-1")
    write(folder, "users.dat", [f"{user}::F::25::4::12345" for user in range(1, 41)])
    return folder


def write_100k(folder: Path) -> Path:
    write(folder, "u.data", ["\t".join(map(str, (u, f, int(r), t))) for u, f, r, t in sample_films.ratings()])
    write(folder, "u.genre", ["unknown|0", "Comedy|1", "War|2"])
    films = [f"{film}|{title}|01-Jan-1990||http://x|0|1|{film % 2}" for film, title in TITLES.items()]
    films[2] = "3|Café 3 (1963)|01-Jan-1990||http://x|0|0|1"
    write(folder, "u.item", films, "latin-1")
    write(folder, "u.user", [f"{user}|24|M|writer|85711" for user in range(1, 41)])
    return folder


def write_recbole(folder: Path) -> Path:
    head = "user_id:token\titem_id:token\trating:float\ttimestamp:float"
    rows = ["\t".join(map(str, (u, f, int(r), t))) for u, f, r, t in sample_films.ratings()]
    write(folder, "ml-100k.inter", [head, *rows])
    films = [f"{film}\tFilm {film}\t{1960 + film}\tComedy War" for film in TITLES]
    films[2] = "3\tFilm 3\t\tWar"
    write(folder, "ml-100k.item", ["item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq", *films])
    users = [f"{user}\t24\tM\twriter\t85711" for user in range(1, 41)]
    write(folder, "ml-100k.user", ["user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token", *users])
    return folder


def zipped(folder: Path, target: Path, inside: str = "") -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, inside + file.name)
    return target


def film(found: MovieLens, item_id: str) -> tuple[str, str, object]:
    row = found.items[found.items["ITEM_ID"] == item_id].iloc[0]
    return row["title"], row["genres"], row["year"]


@pytest.fixture
def latest(tmp_path: Path) -> Path:
    return sample_films.write_latest(tmp_path / "ml-latest-small")


def test_every_layout_gives_the_same_ratings(tmp_path: Path, latest: Path) -> None:
    expected = read(latest).interactions
    assert len(expected) == COUNT
    assert expected["TIMESTAMP"].dtype == "int64"
    assert expected.iloc[0].to_dict() == {"USER_ID": "1", "ITEM_ID": "3", "TIMESTAMP": 1_500_001_000, "rating": 3.0}
    for write_layout in (write_1m, write_100k, write_recbole):
        found = read(write_layout(tmp_path / write_layout.__name__)).interactions
        assert found[["USER_ID", "ITEM_ID", "TIMESTAMP"]].equals(expected[["USER_ID", "ITEM_ID", "TIMESTAMP"]])


def test_titles_years_and_genres_of_every_layout(tmp_path: Path, latest: Path) -> None:
    assert film(read(latest), "2") == ("Film 2 (1962)", "Drama|War", 1962)
    one_million = read(write_1m(tmp_path / "1m"))
    assert film(one_million, "3") == ("Film: Café 3 (1963)", "Drama", 1963)
    assert list(one_million.users.columns) == ["USER_ID", "GENDER", "AGE", "OCCUPATION"]
    hundred = read(write_100k(tmp_path / "100k"))
    assert film(hundred, "3") == ("Café 3 (1963)", "War", 1963)
    assert film(hundred, "1") == ("Film 1 (1961)", "Comedy|War", 1961)
    carried = read(write_recbole(tmp_path / "recbole"))
    assert film(carried, "4") == ("Film 4 (1964)", "Comedy|War", 1964)
    assert film(carried, "3")[0] == "Film 3"


def test_a_zip_with_a_folder_inside_is_read(tmp_path: Path, latest: Path) -> None:
    archive = zipped(latest, tmp_path / "x.zip", "ml-latest-small/")
    assert len(movielens.find(str(archive), tmp_path / "cache").interactions) == COUNT


def test_a_folder_above_the_data_is_read(latest: Path) -> None:
    assert len(read(latest.parent).interactions) == COUNT


def cut_short(folder: Path) -> None:
    lines = (folder / "ratings.csv").read_text().splitlines()
    (folder / "ratings.csv").write_text("\n".join(lines[:1000]))


def without_a_film(folder: Path) -> None:
    lines = (folder / "movies.csv").read_text().splitlines()
    (folder / "movies.csv").write_text("\n".join(lines[:-1]))


def in_milliseconds(folder: Path) -> None:
    head, *rows = (folder / "ratings.csv").read_text().splitlines()
    (folder / "ratings.csv").write_text("\n".join([head, *(row + "000" for row in rows)]))


def without_a_column(folder: Path) -> None:
    path = folder / "ratings.csv"
    path.write_text(path.read_text().replace("movieId", "film"))


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (cut_short, "fewer than 1,000 ratings"),
        (without_a_film, "rates films that its list of films does not have"),
        (in_milliseconds, "no seconds since 1970"),
        (without_a_column, "is damaged"),
    ],
)
def test_what_only_looks_like_movielens_is_refused(latest: Path, spoil: Callable[[Path], None], fault: str) -> None:
    spoil(latest)
    with pytest.raises(MovieLensProblem, match=fault):
        read(latest)


@pytest.mark.parametrize("content", [None, b"no zip at all"])
def test_a_path_without_movielens_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ml.zip"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MovieLensProblem, match="Name a folder or a zip"):
        movielens.find(str(path), tmp_path / "cache")


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MovieLensProblem, match="holds none of MovieLens's layouts"):
        read(tmp_path)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Path]:
    """A folder behind a web server on loopback; its address stands in for GroupLens's."""
    folder = tmp_path / "web"
    folder.mkdir()
    handler = functools.partial(QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(movielens, "URL", f"http://127.0.0.1:{server.server_port}/ml-latest-small.zip")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder
        server.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def no_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for the only source of packages."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return wheels


def test_what_grouplens_serves_is_fetched_once(tmp_path: Path, served: Path, latest: Path) -> None:
    zipped(latest, served / "ml-latest-small.zip")
    told: list[float] = []
    cache = tmp_path / "cache"
    assert len(movielens.find(None, cache, lambda fraction, text: told.append(fraction)).interactions) == COUNT
    assert told[0] == 0.0
    assert told[-1] == 1.0
    (served / "ml-latest-small.zip").unlink()
    assert len(movielens.find(None, cache).interactions) == COUNT


def test_the_package_stands_in_for_grouplens(tmp_path: Path, served: Path, no_index: Path) -> None:
    files = write_recbole(tmp_path / "recbole")
    wheel = zipped(files, no_index / "recbole-1.2.1-py3-none-any.whl", "recbole/dataset_example/ml-100k/")
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr("recbole-1.2.1.dist-info/METADATA", "Metadata-Version: 2.1\nName: recbole\nVersion: 1.2.1\n")
        archive.writestr(
            "recbole-1.2.1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("recbole-1.2.1.dist-info/RECORD", "")
    found = movielens.find(None, tmp_path / "cache")
    assert found.name == "MovieLens 100K"
    assert len(found.interactions) == COUNT
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["ml-100k.zip"]


def test_nothing_reachable_says_what_to_do_and_leaves_nothing(tmp_path: Path, served: Path, no_index: Path) -> None:
    with pytest.raises(MovieLensProblem, match="set MARQUEE_MOVIELENS to its path") as told:
        movielens.find(None, tmp_path / "cache")
    assert "404" in str(told.value)
    assert "recbole==1.2.1 cannot be downloaded" in str(told.value)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_spoiled_download_is_not_kept(tmp_path: Path, served: Path, latest: Path, no_index: Path) -> None:
    cut_short(latest)
    zipped(latest, served / "ml-latest-small.zip")
    with pytest.raises(MovieLensProblem, match="fewer than 1,000 ratings"):
        movielens.find(None, tmp_path / "cache")
    assert not (tmp_path / "cache" / "ml-latest-small.zip").exists()
