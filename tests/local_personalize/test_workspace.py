"""Resources that come and go in any order, held against a model of what is there: a rule-based state machine."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from tests.conftest import Endpoint
from tests.local_personalize.crowds import clients_in
from tests.local_personalize.drawing import EXAMPLES, LETTERS
from tests.local_personalize.operations.conftest import schema_text, wait_for

pytestmark = pytest.mark.conformance


class Workspace(RuleBasedStateMachine):
    """Dataset groups with schemas, datasets and solutions in them, created, described, listed and deleted."""

    endpoint: Endpoint
    numbers = itertools.count(1)
    """Each workspace has a region of its own, so that what a failed one left does not fail the next."""
    schemas, groups, datasets, solutions = (Bundle(name) for name in ("schemas", "groups", "datasets", "solutions"))
    trackers, filters = Bundle("trackers"), Bundle("filters")

    def __init__(self) -> None:
        super().__init__()
        self.clients = clients_in(self.endpoint, f"workspace-{next(self.numbers)}")
        self.personalize = self.clients.personalize
        self.there: dict[str, str] = {}
        """Kind by ARN."""
        self.uses: dict[str, set[str]] = {}
        """What each resource needs, by ARN."""
        self.inside: dict[str, set[str]] = {}
        """Filters by the ARN of their group."""
        self.tags: dict[str, dict[str, str]] = {}
        """Tags by ARN."""

    def add(self, arn: str, kind: str, *needs: str) -> str:
        self.there[arn], self.uses[arn] = kind, set(needs)
        return arn

    def users(self, arn: str) -> set[str]:
        return {one for one, needs in self.uses.items() if arn in needs}

    @rule(target=schemas)
    def create_schema(self) -> str:
        text = schema_text("Interactions")
        arn = self.personalize.create_schema(name=self.clients.unique("s"), schema=text)["schemaArn"]
        assert self.personalize.describe_schema(schemaArn=arn)["schema"]["schema"] == text
        return self.add(arn, "schema")

    @rule(target=groups)
    def create_group(self) -> str:
        name = self.clients.unique("g")
        arn = self.personalize.create_dataset_group(name=name)["datasetGroupArn"]
        with pytest.raises(self.personalize.exceptions.ResourceAlreadyExistsException):
            self.personalize.create_dataset_group(name=name)
        return self.add(arn, "dataset_group")

    @rule(target=datasets, group=groups, schema=schemas)
    def create_dataset(self, group: str, schema: str) -> str:
        asked = {"name": "d", "schemaArn": schema, "datasetGroupArn": group, "datasetType": "INTERACTIONS"}
        arn = f"{group.replace(':dataset-group/', ':dataset/')}/INTERACTIONS"
        if schema not in self.there or group not in self.there:
            return self.refused("ResourceNotFoundException", "create_dataset", **asked) or arn
        if arn in self.there:
            return self.refused("ResourceAlreadyExistsException", "create_dataset", **asked) or arn
        assert self.personalize.create_dataset(**asked)["datasetArn"] == arn
        return self.add(arn, "dataset", schema, group)

    @rule(target=solutions, group=groups)
    def create_solution(self, group: str) -> str:
        recipe = "arn:aws:personalize:::recipe/aws-sims"
        asked = {"name": self.clients.unique("x"), "datasetGroupArn": group, "recipeArn": recipe}
        if group not in self.there:
            return self.refused("ResourceNotFoundException", "create_solution", **asked) or group
        return self.add(self.personalize.create_solution(**asked)["solutionArn"], "solution", group)

    @rule(target=trackers, group=groups)
    def create_tracker(self, group: str) -> str:
        asked = {"name": "t", "datasetGroupArn": group}
        if group not in self.there:
            return self.refused("ResourceNotFoundException", "create_event_tracker", **asked) or group
        if "event_tracker" in map(self.there.get, self.users(group)):
            return self.refused("InvalidInputException", "create_event_tracker", **asked) or group
        arn = self.personalize.create_event_tracker(**asked)["eventTrackerArn"]
        return self.add(self.active("event_tracker", arn), "event_tracker", group)

    @rule(target=filters, group=groups)
    def create_filter(self, group: str) -> str:
        expression = 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")'
        asked = {"name": self.clients.unique("f"), "datasetGroupArn": group, "filterExpression": expression}
        if group not in self.there:
            return self.refused("ResourceNotFoundException", "create_filter", **asked) or group
        if "dataset" not in map(self.there.get, self.users(group)):
            return self.refused("InvalidInputException", "create_filter", **asked) or group
        arn = self.active("filter", self.personalize.create_filter(**asked)["filterArn"])
        self.there[arn], self.uses[arn] = "filter", set()
        self.inside.setdefault(group, set()).add(arn)
        return arn

    @rule(arn=st.one_of(groups, datasets, solutions, trackers, filters), key=st.sampled_from("ab"), value=LETTERS)
    def tag(self, arn: str, key: str, value: str) -> None:
        asked = {"resourceArn": arn, "tags": [{"tagKey": key, "tagValue": value}]}
        if arn not in self.there:
            self.refused("ResourceNotFoundException", "tag_resource", **asked)
            return
        self.personalize.tag_resource(**asked)
        self.tags.setdefault(arn, {})[key] = value
        found = self.personalize.list_tags_for_resource(resourceArn=arn)["tags"]
        assert {tag["tagKey"]: tag["tagValue"] for tag in found} == self.tags[arn]

    @rule(arn=solutions, automatic=st.booleans())
    def update_solution(self, arn: str, automatic: bool) -> None:
        asked = {"solutionArn": arn, "performAutoTraining": automatic}
        if self.there.get(arn) != "solution":
            self.refused("ResourceNotFoundException", "update_solution", **asked)
            return
        self.personalize.update_solution(**asked)
        assert self.personalize.describe_solution(solutionArn=arn)["solution"]["performAutoTraining"] is automatic

    @rule(
        arn=st.one_of(
            consumes(solutions), consumes(datasets), consumes(schemas), consumes(trackers), consumes(filters), groups
        )
    )
    def delete(self, arn: str) -> None:
        kind = self.there.get(arn)
        if kind is None:
            return
        asked = {f"{_camel(kind)}Arn": arn}
        if self.users(arn):
            self.refused("ResourceInUseException", f"delete_{kind}", **asked)
            return
        getattr(self.personalize, f"delete_{kind}")(**asked)
        self.wait_until_gone(kind, asked)
        self.forget(arn)
        self.refused("ResourceNotFoundException", f"delete_{kind}", **asked)

    def forget(self, arn: str) -> None:
        """Take a resource out of the model; filters leave with their group, and tags with what bears them."""
        for one in (arn, *self.inside.pop(arn, set())):
            self.tags.pop(one, None)
            self.there.pop(one, None)
            self.uses.pop(one, None)

    def active(self, kind: str, arn: str) -> str:
        describe = getattr(self.personalize, f"describe_{kind}")
        member = f"{_camel(kind)}Arn"
        assert wait_for(lambda: describe(**{member: arn})[_camel(kind)])["status"] == "ACTIVE"
        return arn

    def wait_until_gone(self, kind: str, asked: dict[str, str]) -> None:
        deadline = time.monotonic() + 20
        try:
            while time.monotonic() < deadline:
                found = getattr(self.personalize, f"describe_{kind}")(**asked)[_camel(kind)]
                assert found["status"] in ("DELETE PENDING", "DELETE IN_PROGRESS")
                time.sleep(0.02)
        except self.personalize.exceptions.ResourceNotFoundException:
            return
        raise AssertionError(f"{asked} is still there")

    def refused(self, code: str, operation: str, **asked: Any) -> None:
        with pytest.raises(ClientError) as refusal:
            getattr(self.personalize, operation)(**asked)
        assert refusal.value.response["Error"]["Code"] == code

    @invariant()
    def lists_show_what_is_there(self) -> None:
        for kind in ("schema", "dataset_group", "dataset", "solution", "event_tracker", "filter"):
            member = "Filters" if kind == "filter" else f"{_camel(kind)}s"
            listed = getattr(self.personalize, f"list_{kind}s")()[member]
            expected = {arn for arn, of in self.there.items() if of == kind}
            assert {one[f"{_camel(kind)}Arn"] for one in listed} == expected

    def teardown(self) -> None:
        for kind in ("solution", "event_tracker", "filter", "dataset", "schema", "dataset_group"):
            for arn in [arn for arn, of in self.there.items() if of == kind]:
                asked = {f"{_camel(kind)}Arn": arn}
                getattr(self.personalize, f"delete_{kind}")(**asked)
                self.wait_until_gone(kind, asked)
                self.forget(arn)


def _camel(kind: str) -> str:
    return {"dataset_group": "datasetGroup", "event_tracker": "eventTracker"}.get(kind, kind)


def test_resources_come_and_go(endpoint: Endpoint) -> None:
    Workspace.endpoint = endpoint
    run_state_machine_as_test(
        Workspace,
        settings=settings(
            max_examples=max(5, EXAMPLES // 3),
            stateful_step_count=14,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],  # a failure shows at once; shrinking would repeat it for minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
