from __future__ import annotations

from services.catalog import parse_catalog
from services.filters import SavedFilter, templates


def test_expressions_to_start_from_speak_of_the_catalogue_at_hand() -> None:
    films = templates(parse_catalog(b"movieId,title,genres\n1,Alien (1979),Sci-Fi\n"))
    assert films["Only chosen genres"] == "INCLUDE ItemID WHERE Items.GENRES IN ($GENRE)"
    places = templates(parse_catalog(b"item_id,name,cuisines\nr1,Trattoria,Italian\n"))
    assert list(places)[:2] == ["Leave out what the user visited", "Only chosen cuisines"]
    assert SavedFilter("", "", places["Only chosen cuisines"]).parameters == ["CUISINE"]
    assert "Items.CUISINES" in places["Without chosen cuisines"]
