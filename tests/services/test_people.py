from __future__ import annotations

import pandas as pd

from data.schemas import Field, schema
from services import datasets
from services.connection import Connection
from services.people import People, read_people
from services.progress import Progress
from services.uploads import prepare
from tests.conftest import Clients

FIELDS = (Field("USER_ID"), Field("AGE", "int"), Field("GENDER", categorical=True))


def people() -> People:
    """Make 40 people: ages 20 to 59, every other one F, each with a code of their own."""
    ids = [str(number) for number in range(40)]
    columns = {"AGE": range(20, 60), "GENDER": ["F", "M"] * 20, "CODE": [f"c{number * 7919}" for number in range(40)]}
    return People(pd.DataFrame(columns, index=ids))


def test_numbers_are_grouped_in_ranges_and_words_as_they_are() -> None:
    crowd = people()
    assert crowd.options("AGE") == ["20 to 27", "28 to 35", "36 to 43", "44 to 51", "52 to 59"]
    assert crowd.options("GENDER") == ["F", "M"]


def test_users_are_chosen_by_every_field_that_names_groups() -> None:
    crowd, users = people(), [*map(str, range(40)), "stranger"]
    assert crowd.chosen(users, {"GENDER": ["F"], "AGE": ["20 to 27"]}) == ["0", "2", "4", "6"]
    assert crowd.chosen(users, {"GENDER": ["F"], "AGE": []}) == [str(number) for number in range(0, 40, 2)]
    assert crowd.about("1") == {"AGE": "21", "GENDER": "M", "CODE": "c7919"}
    assert crowd.about("stranger") == {}


def test_nobody_is_grouped_where_there_is_no_users_dataset() -> None:
    nobody = People(pd.DataFrame())
    assert nobody.groups == {}
    assert nobody.about("1") == {}


def test_users_are_read_from_what_was_imported(clients: Clients) -> None:
    connection, progress = Connection(endpoint=clients.endpoint.url), Progress()
    bucket, role = prepare(connection, progress)
    group = clients.personalize.create_dataset_group(name=clients.unique("people"))["datasetGroupArn"]
    assert read_people(connection, group).groups == {}
    dataset = datasets.ensure_dataset(connection, group, "Users", schema("Users", FIELDS), [], progress)
    known = [f"{number:03},{20 + number},{'FM'[number % 2]}" for number in range(40)]
    rows = "\n".join(["USER_ID,AGE,GENDER", *known, "NA,20,None"])
    key = f"{clients.unique('users')}/users.csv"
    clients.s3.put_object(Bucket=bucket, Key=key, Body=rows.encode())
    job = clients.personalize.create_dataset_import_job(
        jobName=clients.unique("users"), datasetArn=dataset, roleArn=role,
        dataSource={"dataLocation": f"s3://{bucket}/{key}"},
    )["datasetImportJobArn"]  # fmt: skip
    datasets.wait(connection, "dataset_import_job", job, Progress())
    crowd = read_people(connection, group)
    assert crowd.about("007") == {"AGE": "27", "GENDER": "M"}
    assert crowd.about("NA") == {"AGE": "20", "GENDER": "None"}
    assert crowd.options("GENDER") == ["F", "M", "None"]
