from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.conftest import Clients, Endpoint

POPULARITY = "arn:aws:personalize:::recipe/aws-popularity-count"


def offer(url: str, group: str) -> None:
    """Draw the offer as the page does."""
    from components.baseline_offer import offer_baseline
    from services.connection import Connection

    offer_baseline(Connection(endpoint=url), group)


def test_a_second_dataset_group_gets_its_baseline_too(endpoint: Endpoint, clients: Clients) -> None:
    personalize = clients.personalize
    first, second = (
        personalize.create_dataset_group(name=name)["datasetGroupArn"] for name in ("baseline-one", "baseline-two")
    )
    if "popularity" not in (found["name"] for found in personalize.list_solutions()["solutions"]):
        personalize.create_solution(name="popularity", datasetGroupArn=first, recipeArn=POPULARITY)
    app = AppTest.from_function(offer, args=(endpoint.url, second)).run()
    app.button(key="metrics.train_baseline").click().run()
    assert not app.exception
    [made] = personalize.list_solutions(datasetGroupArn=second)["solutions"]
    assert made["recipeArn"] == POPULARITY
    assert made["name"].startswith("popularity-")
