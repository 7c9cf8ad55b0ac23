"""AWS's notebooks, story by story, each on an endpoint of its own: many leave more behind than the quotas allow."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from clients.movielens import lay_out
from clients.outcomes import Outcome, tried
from clients.shop import lay_out_shop
from clients.world import ROOT, World, bare_world
from data.movielens import find

CLIENT = "aws-samples/amazon-personalize-samples"
PYTHON = ROOT / ".venv" / "notebooks" / "bin" / "python"
AWS = ROOT / ".venv" / "awscli" / "bin"
STARTED, NEXT = "getting_started", "next_steps/core_use_cases"
DOMAINS, WORKSHOPS = f"{STARTED}/notebooks_managed_domains", "next_steps/workshops"
MAGIC, POC = f"{WORKSHOPS}/magic_movie_machine/notebooks", f"{WORKSHOPS}/POC_in_a_box/completed"
STORIES = (
    tuple(
        f"{STARTED}/notebooks/{name}"
        for name in ("1.Building_Your_First_Campaign", "2.View_Campaign_And_Interactions", "99.Cleanup")
    ),
    (f"{DOMAINS}/Building_Your_First_Recommender_Video_On_Demand", f"{DOMAINS}/Clean_Up_Resources"),
    (f"{DOMAINS}/Building_Your_First_Recommender_Ecommerce", f"{DOMAINS}/Clean_Up_Resources"),
    (f"{NEXT}/filters/promotions/Promotions", f"{NEXT}/filters/promotions/Clean_Up_Resources"),
    (f"{NEXT}/trending_now/trending_now_example",),
    (f"{NEXT}/objective_optimization/objective-optimization",),
    (f"{NEXT}/metadata/item-text-unstructured-metadata",),
    (f"{NEXT}/user_personalization/user-personalization-with-contextual-recommendations",),
    (f"{WORKSHOPS}/Immersion_Day/user_personalization_contextual_example",),
    (f"{WORKSHOPS}/Reinvent_2019/ReInvent2019_Workshop",),
    tuple(
        f"{POC}/{name}"
        for name in (
            "01_Validating_and_Importing_User_Item_Interaction_Data",
            "02_Validating_and_Importing_Item_Metadata",
            "03_Creating_and_Evaluating_Solutions",
            "04_Deploying_Campaigns_and_Filters",
        )
    ),
    tuple(f"{MAGIC}/{name}" for name in ("Building the Magic Movie Machine Recommender", "Clean_Up_Resources")),
)
"""Those of one story, in a row, without their endings."""


def trials(world: World, checkout: Path | None, movielens: str | None) -> Iterator[Outcome]:
    """Try the notebooks of a checkout of aws-samples/amazon-personalize-samples, those of one story in a row."""
    if checkout is None:
        yield Outcome(CLIENT, "notebooks", None, "SAMPLES_DIR was not given")
        return
    data = world.folder / "notebooks"
    lay_out(find(movielens, world.folder / "movielens"), data)
    lay_out_shop(data)
    for story in STORIES:
        yield _run([checkout.resolve() / f"{name}.ipynb" for name in story], data)


def _run(story: list[Path], data: Path) -> Outcome:
    folder = data.parent / "stories" / story[0].stem
    shutil.copytree(data, folder / "work")
    python = str(PYTHON) if PYTHON.exists() else sys.executable
    command = [python, str(ROOT / "clients" / "notebooks.py"), *map(str, story)]
    settings = {"PATH": f"{AWS}{os.pathsep}{os.environ['PATH']}", "MPLBACKEND": "agg"}
    with bare_world(folder / "endpoint") as world:
        return tried(world, CLIENT, ", ".join(file.stem for file in story), command, folder / "work", settings)
