"""AWS's public JavaScript examples of Amazon Personalize, run with what a reader would put into them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from clients.outcomes import SECONDS, Outcome, npm_install
from clients.world import BUCKET, REGION, World

CLIENT = "awsdocs/aws-doc-sdk-examples (JavaScript)"
FOLDER = Path("javascriptv3") / "example_code" / "personalize"
RECIPES = "arn:aws:personalize:::recipe/"
_ARN = re.compile(r"(\w+)Arn: '([^']+)'")
_INPUT = re.compile(r"(?<=[\"'])[A-Z][A-Z0-9_]*(?=[\"'])")


def trials(world: World, checkout: Path | None) -> Iterator[Outcome]:
    """Try the examples one after another; what one creates, later ones use."""
    if checkout is None:
        yield Outcome(CLIENT, str(FOLDER), None, "EXAMPLES_DIR was not given")
        return
    folder = world.folder / "javascript-examples"
    shutil.copytree(checkout / FOLDER, folder)
    clients = folder / "src" / "libs" / "personalizeClients.js"
    clients.write_text(clients.read_text().replace('"REGION"', f'"{REGION}"'))
    if shutil.which("node") is None or not npm_install(folder):
        yield Outcome(CLIENT, str(FOLDER), None, "the SDK cannot be installed here")
        return
    made = dict(world.arns)
    for example, inputs in _examples().items():
        yield _run(
            world, folder / "src", example, {name: made.get(value, value) for name, value in inputs.items()}, made
        )


def _examples() -> dict[str, dict[str, str]]:
    """Return the examples in an order that works, each with its inputs; lower-case ones name what was made."""
    bucket = f"s3://{BUCKET}"
    dataset = {"DATASET_ARN": "dataset", "ROLE_ARN": "role"}
    batch = {"ROLE_ARN": "role", "OUTPUT_PATH": f"{bucket}/javascript/"}
    campaign = {"CAMPAIGN_ARN": "campaign", "USER_ID": "1"}
    columns = {f"PROPERTY{number}_NAME": name for number, name in enumerate(("TITLE", "GENRES", "STUDIO"), start=1)}
    domain = {"DOMAIN": "VIDEO_ON_DEMAND"}
    return {
        "createFilter": {
            "DATASET_GROUP_ARN": "group",
            "FILTER_EXPRESSION": "EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ($PROPERTY)",
        },
        "getRecommendations": campaign,
        "getPersonalizedRanking": {
            **{f"ITEM_ID_{number}": str(number) for number in range(1, 5)},
            **campaign,
            "CAMPAIGN_ARN": "rankingCampaign",
        },
        "putEvents": {"TRACKING_ID": "tracking", "USER_ID": "1", "ITEM_ID": "7", "EVENT_TYPE": "watch"},
        "putItems": {"DATASET_ARN": "items", **columns},
        "putUsers": {"DATASET_ARN": "users", "PROPERTY1_NAME": "CITY"},
        "createDatasetImportJob": {**dataset, "S3_PATH": f"{bucket}/interactions.csv"},
        "createDatasetExportJob": {**dataset, "S3_DESTINATION_PATH": f"{bucket}/javascript/"},
        "createBatchInferenceJob": {**batch, "INPUT_PATH": f"{bucket}/users.json", "SOLUTION_VERSION_ARN": "version"},
        "createBatchSegmentJob": {**batch, "INPUT_PATH": f"{bucket}/items.json", "SOLUTION_VERSION_ARN": "segments"},
        "getRecommendationsWithFilter": {**campaign, "FILTER_ARN": "filter", "VALUE": "watch"},
        "createSolution": {"DATASET_GROUP_ARN": "group", "RECIPE_ARN": f"{RECIPES}aws-user-personalization"},
        "createSolutionVersion": {"SOLUTION_ARN": "solution"},
        "createCampaign": {"SOLUTION_VERSION_ARN": "version"},
        "createSchema": {"SCHEMA_PATH": "mySchema.json"},
        "createDatasetGroup": {},
        "createDataset": {"DATASET_GROUP_ARN": "datasetGroup", "SCHEMA_ARN": "schema", "DATASET_TYPE": "Interactions"},
        "createEventTracker": {"DATASET_GROUP_ARN": "datasetGroup"},
        "createDomainDatasetGroup": domain,
        "createDomainSchema": {"SCHEMA_PATH": "myDomainSchema.json", **domain},
        "createRecommender": {"DATASET_GROUP_ARN": "datasetGroup", "RECIPE_ARN": f"{RECIPES}aws-vod-top-picks"},
    }


def _run(world: World, folder: Path, example: str, inputs: dict[str, str], made: dict[str, str]) -> Outcome:
    """Run one example, put the ARNs that it prints into `made`; it prints Success or Error and always exits with 0."""
    program = folder / f"personalize_{example}.js"
    code, inputs = program.read_text(), {"NAME": f"javascript-{example}", "JOB_NAME": f"javascript-{example}", **inputs}
    program.write_text(_INPUT.sub(lambda found: inputs.get(found[0], found[0]), code))
    done = subprocess.run(
        ["node", program.name],
        cwd=folder,
        env=world.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    made |= dict(_ARN.findall(done.stdout))
    passed = done.returncode == 0 and done.stdout.startswith("Success")
    return Outcome(CLIENT, program.name, passed, "" if passed else (done.stdout + done.stderr).strip()[:200])
