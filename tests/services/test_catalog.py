from __future__ import annotations

import pandas as pd
import pytest

from services.catalog import Catalog, Item, parse_catalog
from services.errors import Problem
from services.interactions import Interactions
from services.personas import fans, personas

MOVIES = b"""movieId,title,genres
1,Toy Story (1995),Adventure|Animation|Children
1253,"Day the Earth Stood Still, The (1951)",Drama|Sci-Fi|Thriller
5410,Silent Running (1972),Drama|Sci-Fi
1301,Forbidden Planet (1956),Drama|Sci-Fi
922,Sunset Blvd. (a.k.a. Sunset Boulevard) (1950),Drama|Film-Noir
9,Nothing Known,(no genres listed)
"""


def test_titles_years_and_genres_are_read_from_movielens() -> None:
    catalog = parse_catalog(MOVIES, "s3://bucket/movies.csv")
    assert catalog.item("1") == Item("1", "Toy Story", 1995, ("Adventure", "Animation", "Children"))
    assert catalog.item("1").label == "Toy Story (1995)"
    assert catalog.item("9") == Item("9", "Nothing Known", None, ())
    assert catalog.of_genre("Film-Noir") == ["922"]
    assert catalog.source == "s3://bucket/movies.csv"


def test_an_unknown_item_is_called_by_its_id() -> None:
    assert Catalog().item("42") == Item("42", "42")


def test_titles_have_no_letters_that_nobody_sees() -> None:
    catalog = parse_catalog("id,title\n\x01a,\u202eAl\x00ien\n\x02,\u202e\n".encode())
    assert catalog.item("\x01a") == Item("\x01a", "Alien")
    assert catalog.item("\x03b") == Item("\x03b", "b")


def test_items_that_are_called_the_same_can_be_told_apart_in_a_choice() -> None:
    films = parse_catalog(b"movieId,title\n838,Emma (1996)\n26958,Emma (1996)\n2,Jumanji (1995)\n")
    assert [films.label(item_id) for item_id in ("838", "26958", "2", "77")] == [
        "Emma (1996) · 838", "Emma (1996) · 26958", "Jumanji (1995)", "77",
    ]  # fmt: skip


def test_the_id_may_be_named_after_what_it_is_of() -> None:
    found = parse_catalog(b"owner_name,restaurant_id,name\nAda,r1,Curry Garden\n")
    assert found.item("r1").title == "Curry Garden"
    assert found.noun.one == "restaurant"


def test_any_table_with_an_id_and_a_title_will_do() -> None:
    catalog = parse_catalog("\ufeffid,name,cuisine,year\n7,Zum Löwen,Swabian| Vegan ,1905.0\n".encode())
    assert catalog.item("7") == Item("7", "Zum Löwen", 1905, ("Swabian", "Vegan"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"movieId,genres\n1,Drama\n", "a column title"),
        (b"", "a column item_id"),
        (b"id,title\n1,\xff\xfe\n", "not UTF-8"),
        (b'id,title\n1,"' + b"x" * 200_000 + b'"\n', "cannot be read at line"),
    ],
)
def test_a_catalogue_that_cannot_be_used_is_refused_with_a_reason(content: bytes, told: str) -> None:
    with pytest.raises(Problem, match=told):
        parse_catalog(content)


def test_films_are_found_by_title_and_year_wherever_the_article_stands() -> None:
    catalog = parse_catalog(MOVIES)
    wanted = [("The Day the Earth Stood Still", 1951), ("Sunset Blvd.", 1950), ("Silent Running", 1900)]
    assert [item.item_id for item in catalog.find(wanted)] == ["1253", "922"]


def test_a_persona_needs_three_of_its_films() -> None:
    found = personas(parse_catalog(MOVIES))
    assert [(persona.name, [item.item_id for item in persona.items]) for persona in found] == [
        ("Sci-fi fan", ["1253", "5410", "1301"])
    ]
    assert personas(Catalog()) == []


def test_a_catalogue_without_known_films_has_fans_of_its_kinds() -> None:
    rows = [f"r{number},Place {number},{'pizza' if number < 5 else 'sushi'}" for number in range(7)]
    catalog = parse_catalog("\n".join(["restaurant_id,name,cuisines", *rows]).replace("restaurant_id", "id").encode())
    visits = [("u", f"r{number}") for number in (4, 4, 2, 1)] + [("v", f"r{number}") for number in (4, 2, 5, 6)]
    interactions = Interactions(
        pd.DataFrame(visits, columns=["USER_ID", "ITEM_ID"]).assign(TIMESTAMP=1, EVENT_TYPE="visit")
    )
    [fan] = fans(catalog, interactions)
    assert fan.name == "Pizza fan"
    assert fan.about == "The most popular restaurants of the cuisine pizza"
    assert [item.item_id for item in fan.items] == ["r4", "r2", "r1"]
    assert catalog.kind_column == "CUISINES"


@pytest.mark.parametrize(
    ("header", "noun"),
    [("movieId,title,genres", "films"), ("id,name,cuisine", "restaurants"), ("item_id,title", "items")],
)
def test_the_words_follow_the_catalogue(header: str, noun: str) -> None:
    assert parse_catalog(f"{header}\n1,One,x\n".encode()).noun.many == noun


def test_only_links_to_the_web_are_pictures() -> None:
    rows = b"id,title,poster\n1,One,https://pictures.example/1.jpg\n2,Two,javascript:alert(1)\n"
    items = parse_catalog(rows).items
    assert [item.picture for item in items.values()] == ["https://pictures.example/1.jpg", ""]
