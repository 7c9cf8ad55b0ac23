"""Lays a made-up shop out in the forms of the public data sets that notebooks download and that cannot be fetched."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

CUSTOMERS, PRODUCTS, VISITS = 400, 160, 60
CATEGORIES = ("seasonal", "apparel", "beauty", "books", "electronics", "footwear", "grocery", "homedecor")
FIRST = 1_600_000_000


@dataclass(frozen=True, slots=True)
class Visit:
    """A customer met a product; customers keep to the categories next to their number."""

    customer: int
    product: int
    time: int
    bought: bool


def lay_out_shop(folder: Path) -> None:
    """Write the shop as the Retail Demo Store, product reviews and airline reviews have it."""
    visits = _visits()
    _retail_demo_store(folder, visits)
    _reviews(folder / "raw_data", "Prime_Pantry", visits)
    _flights(folder / "airlines_data", visits)


def _visits() -> list[Visit]:
    draw = random.Random(7)
    return [
        Visit(customer, _product(draw, customer), FIRST + 86_400 * day + 60 * customer, draw.random() < 0.3)
        for customer in range(1, CUSTOMERS + 1)
        for day in range(VISITS)
    ]


def _product(draw: random.Random, customer: int) -> int:
    """Draw a product, mostly of the customer's own category, small numbers more often."""
    category = customer % len(CATEGORIES) if draw.random() < 0.8 else draw.randrange(len(CATEGORIES))
    shelf = min(draw.randrange(PRODUCTS // len(CATEGORIES)) for _ in range(2))
    return category + len(CATEGORIES) * shelf


def _retail_demo_store(folder: Path, visits: Iterable[Visit]) -> None:
    users = pd.DataFrame({"USER_ID": range(1, CUSTOMERS + 1)})
    users["AGE"], users["GENDER"] = 18 + users["USER_ID"] % 60, users["USER_ID"].map(lambda one: "MF"[one % 2])
    products = [
        {
            "ITEM_ID": f"product-{product}",
            "PRICE": 5 + product,
            "CATEGORY_L1": CATEGORIES[product % len(CATEGORIES)],
            "CATEGORY_L2": "halloween" if product % 16 == 0 else f"kind-{product % 16}",
            "PRODUCT_DESCRIPTION": f"A {CATEGORIES[product % len(CATEGORIES)]} product, number {product}",
            "GENDER": "Any",
            "PROMOTED": "Y" if product % 10 == 0 else "N",
        }
        for product in range(PRODUCTS)
    ]
    events = [
        (f"product-{one.product}", one.customer, kind, one.time + later, "Yes" if one.product % 5 == 0 else "No")
        for one in visits
        for later, kind in enumerate(("View", "Purchase") if one.bought else ("View",))
    ]
    users.to_csv(folder / "users.csv", index=False)
    pd.DataFrame(products).to_csv(folder / "items.csv", index=False)
    columns = ["ITEM_ID", "USER_ID", "EVENT_TYPE", "TIMESTAMP", "DISCOUNT"]
    pd.DataFrame(events, columns=columns).to_csv(folder / "interactions.csv", index=False)


def _reviews(folder: Path, name: str, visits: Iterable[Visit]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    reviews: list[Mapping[str, object]] = [
        {
            "reviewerID": f"A{one.customer}",
            "asin": f"B{one.product}",
            "unixReviewTime": one.time,
            "overall": 4 + one.bought,
        }
        for one in visits
    ]
    products: list[Mapping[str, object]] = [
        {
            "asin": f"B{product}",
            "title": f"Product {product}",
            "brand": f"Brand {product % 7}",
            "price": f"${product}.50",
            "description": [f"Fine {CATEGORIES[product % len(CATEGORIES)]}", "<p>Made with care.</p>"],
            "category": ["Shop", CATEGORIES[product % len(CATEGORIES)]],
            "main_cat": "Grocery",
        }
        for product in range(PRODUCTS)
    ]
    for file, rows in ((f"{name}.json.gz", reviews), (f"meta_{name}.json.gz", products)):
        (folder / file).write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))


def _flights(folder: Path, visits: Iterable[Visit]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    flights = [
        {
            "airline_name": f"airline-{one.product}",
            "author": f"Customer {one.customer}",
            "author_country": f"Country {one.customer % 9}",
            "date": str(pd.Timestamp(one.time, unit="s").date()),
            "cabin_flown": ("Economy", "Business Class", "First Class", "Premium Economy")[one.product % 4],
            "overall_rating": float(7 + 2 * one.bought),
        }
        for one in visits
    ]
    pd.DataFrame(flights).to_csv(folder / "airline.csv", index=False)
