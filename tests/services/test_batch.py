from __future__ import annotations

import io
import json
from typing import cast

import pandas as pd
import pyarrow.parquet
import pytest

from services import batch
from services.batch_lines import (
    EXAMPLES,
    MOST_LINES,
    Asked,
    asked_by,
    json_lines,
    lines_of,
    read_lines,
    with_filter_values,
)
from services.batch_output import (
    Answer,
    makeup,
    overlaps,
    parquet,
    parse_output,
    segments_frame,
    shared_users,
    titles_frame,
)
from services.catalog import Catalog, Item
from services.errors import Problem
from services.recipes import Purpose, Recipe
from services.resources import Resource
from services.statuses import ACTIVE, FAILED

CATALOG = Catalog(
    {
        "1": Item("1", "Firm, The", 1993, ("Drama", "Thriller")),
        "2": Item("2", "Face/Off", 1997, ("Action",)),
        "3": Item("3", "Nothing more"),
    }
)


def recipe(name: str, purpose: str) -> Recipe:
    return Recipe(name, f"arn:aws:personalize:::recipe/{name}", cast(Purpose, purpose), "")


@pytest.mark.parametrize("asked", list(EXAMPLES))
def test_the_examples_that_the_page_shows_are_good_lines(asked: Asked) -> None:
    checked = read_lines(EXAMPLES[asked].encode(), asked)
    assert checked.faults == ()
    assert checked.lines == (json.loads(EXAMPLES[asked]),)


def test_every_bad_line_is_told_with_its_number() -> None:
    lines = ['{"userId": "1"}', "", '{"userId": 5}', "{broken", '["1"]', '{"itemId": "1"}', '{"userId": "2"}']
    checked = read_lines("\n".join(lines).encode(), "user")
    assert [line["userId"] for line in checked.lines] == ["1", "2"]
    assert [fault.line for fault in checked.faults] == [3, 4, 5, 6]
    told = [str(fault) for fault in checked.faults]
    assert told[0] == "Line 3: userId must be text in quotation marks, not 5."
    assert told[1].startswith("Line 4: This is not JSON")
    assert told[2].startswith("Line 5: This is not a JSON object.")
    assert told[3].startswith("Line 6: userId is missing.")


def test_plain_ids_may_be_pasted_however_they_are_apart() -> None:
    checked = read_lines(b"1, 2;3\n\n  4\t5\r\n", "item")
    assert [line["itemId"] for line in checked.lines] == ["1", "2", "3", "4", "5"]
    assert checked.faults == ()


def test_attributes_are_one_expression_a_line() -> None:
    checked = read_lines(b'ITEMS.genres = "Comedy"\nITEMS.genres = "Drama" AND ITEMS.year > 1990', "attribute segment")
    assert checked.lines[0] == {"itemAttributes": 'ITEMS.genres = "Comedy"'}
    assert len(checked.lines) == 2


def test_bytes_that_are_no_text_are_told_with_their_line() -> None:
    checked = read_lines(b'{"userId": "1"}\n{"userId": "\xff"}', "user")
    assert checked.lines == ()
    assert str(checked.faults[0]) == "Line 2: This is not UTF-8 text. Save the file as UTF-8."


def test_a_list_to_rank_and_filter_values_are_checked() -> None:
    lines = [{"userId": "1"}, {"userId": "1", "itemList": [1]}, {"userId": "1", "itemList": ["1"] * 501}]
    faults = read_lines(json_lines(lines), "ranking").faults
    assert [fault.line for fault in faults] == [1, 2, 3]
    assert faults[2].text == "itemList has 501 items; 500 are the most."
    assert read_lines(b'{"userId": "1", "filterValues": {"GENRE": 1}}', "user").faults[0].line == 1


def test_a_job_takes_no_more_lines_than_the_service_does() -> None:
    most = MOST_LINES["attribute segment"]
    checked = read_lines("\n".join(['ITEMS.genres = "x"'] * (most + 2)).encode(), "attribute segment")
    assert len(checked.lines) == most
    assert checked.faults[0].line == most + 1


def test_picked_ids_and_filter_values_become_lines() -> None:
    lines = with_filter_values(lines_of(["7"], "ranking", ["1", "2"]), {"GENRE": '"Drama"'})
    assert lines == [{"filterValues": {"GENRE": '"Drama"'}, "userId": "7", "itemList": ["1", "2"]}]
    own = with_filter_values([{"userId": "7", "filterValues": {"GENRE": '"War"'}}], {"GENRE": '"Drama"'})
    assert own[0]["filterValues"] == {"GENRE": '"War"'}
    assert read_lines(json_lines(lines), "ranking").lines == tuple(lines)


@pytest.mark.parametrize(
    ("name", "purpose", "inference", "segment", "asked"),
    [
        ("aws-user-personalization", "user", True, False, "user"),
        ("aws-similar-items", "item", True, False, "item"),
        ("aws-personalized-ranking", "ranking", True, False, "ranking"),
        ("aws-item-affinity", "segment", False, True, "item segment"),
        ("aws-item-attribute-affinity", "segment", False, True, "attribute segment"),
        ("aws-trending-now", "user", False, False, "user"),
        ("aws-next-best-action", "action", False, False, "user"),
    ],
)
def test_each_recipe_does_the_work_that_it_can(
    name: str, purpose: str, inference: bool, segment: bool, asked: str
) -> None:
    made = recipe(name, purpose)
    assert (batch.fits(made, "inference"), batch.fits(made, "segment")) == (inference, segment)
    assert asked_by(made) == asked


def test_only_active_versions_are_offered() -> None:
    made = {"aws-sims": recipe("aws-sims", "item")}
    versions = [
        Resource(f"arn:solution/s/{status}", "solution-version", "s", status, "", None, None, "aws-sims")
        for status in (ACTIVE, FAILED, "CREATE IN_PROGRESS")
    ]
    assert batch.fitting_versions(versions, made, "inference") == versions[:1]
    assert batch.fitting_versions(versions, made, "segment") == []


def output(*lines: object) -> bytes:
    return b"\n".join(json.dumps(line).encode() for line in lines)


def test_results_become_titles_with_the_first_genre() -> None:
    answers = parse_output(
        output(
            {"input": {"userId": "15"}, "output": {"recommendedItems": ["1", "2", "3"], "scores": [0.5, 0.3, None]}},
            {"input": {"userId": 5}, "output": None, "error": "userId is required, as a string."},
        )
    )
    frame = titles_frame(answers, CATALOG)
    titles = "Firm, The (1993) (Drama) | Face/Off (1997) (Action) | Nothing more"
    assert frame.to_dict("records") == [{"userId": "15", "Recommendations": titles}]
    assert [entry.score for entry in answers[0].ranked(CATALOG)] == [0.5, 0.3, None]
    assert answers[1].error == "userId is required, as a string."


def test_the_parquet_is_the_tutorials() -> None:
    frame = titles_frame([Answer({"userId": "15"}, ("1",))], CATALOG)
    file = pyarrow.parquet.ParquetFile(io.BytesIO(parquet(frame)))
    columns = [(field.name, str(field.type).removeprefix("large_")) for field in file.schema_arrow]
    assert columns == [("userId", "string"), ("Recommendations", "string")]
    assert file.metadata.row_group(0).column(0).compression == "SNAPPY"
    pd.testing.assert_frame_equal(file.read().to_pandas(), frame)


def test_similar_items_are_named_after_their_item() -> None:
    answers = [Answer({"itemId": "2"}, ("1",))]
    assert list(titles_frame(answers, CATALOG).columns) == ["itemId", "Recommendations"]
    assert answers[0].label(CATALOG) == "Face/Off (1997)"
    asked = ['Items.CUISINES = "fish & chips"', 'ITEMS.a = "x" AND ITEMS.b = "y"']
    labels = [Answer({"itemAttributes": expression}, ()).label(CATALOG) for expression in asked]
    assert labels == ["cuisines: fish & chips", asked[1]]


def test_segments_tell_who_is_in_them() -> None:
    gender = pd.Series(["F", "M", "M", "F", None], index=list("abcde"), dtype="str")
    shares = makeup({"War": ("a", "b", "e", "unknown"), "Romance": ("a", "d"), "Nobody known": ("x",)}, gender)
    assert shares.loc["All users"].to_dict() == {"F": 0.5, "M": 0.5}
    assert shares.loc["War"].to_dict() == {"F": 0.5, "M": 0.5}
    assert shares.loc["Romance"].to_dict() == {"F": 1.0, "M": 0.0}
    assert shares.loc["Nobody known"].sum() == 0


def test_segments_tell_what_they_share() -> None:
    one, two, none = Answer({"itemId": "1"}, ("a", "b", "c", "d")), Answer({"itemId": "2"}, ("d", "e")), Answer({}, ())
    assert overlaps([one, two, none]) == [[1, 0.25, 0], [0.5, 1, 0], [0, 0, 0]]
    assert shared_users([one, two]).most_common(1) == [("d", 2)]
    frame = segments_frame([one, two, Answer({"itemId": "3"}, (), error="no")], CATALOG)
    assert frame.iloc[4].tolist() == ["Face/Off (1997)", 1, "d"]
    assert len(frame) == 6


@pytest.mark.parametrize("line", ["{broken", "[]", '{"output": {}}', '{"input": {}, "output": "x"}'])
def test_what_is_no_output_is_told_with_its_line(line: str) -> None:
    with pytest.raises(Problem, match="Line 2"):
        parse_output(output({"input": {"userId": "1"}, "output": {"recommendedItems": []}}) + b"\n" + line.encode())


@pytest.mark.parametrize("name", ["recommendedUsers", "usersList"])
def test_a_segment_is_read_under_either_of_its_names(name: str) -> None:
    line = json.dumps({"input": {"itemId": "1"}, "output": {name: ["7", "9"]}, "error": None})
    assert parse_output(line.encode()) == [Answer({"itemId": "1"}, ("7", "9"))]
