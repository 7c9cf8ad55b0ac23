"""What answers a request: a campaign's, recommender's or version's model, with what came after its training."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from local_personalize import put_records
from local_personalize.exploration import Exploration
from local_personalize.filtering import Place
from local_personalize.recommenders.base import Query
from local_personalize.resources import Document, Resource
from local_personalize.serving import Deployed, Models, Streamed


@dataclass(frozen=True, slots=True)
class Target:
    """A model of a dataset group, and how the campaign, recommender or job that asks it is configured."""

    place: Place
    deployed: Deployed
    config: Document

    @property
    def exploration(self) -> Exploration:
        """Return how the campaign or recommender explores."""
        return Exploration.of(self.config.get("itemExplorationConfig", {}))

    def streamed(self, user_id: str | None) -> list[Streamed]:
        """Return the events of a user that arrived after training, oldest first."""
        return self.deployed.streamed(self.place.connection, self.place.group, user_id)

    def query(
        self, user_id: str | None, item_id: str | None, streamed: Sequence[Streamed], context: Mapping[str, str]
    ) -> Query:
        """Return what to ask the model, with what was put about the user since training."""
        query = self.deployed.query(user_id, item_id, streamed, context)
        if user_id is None or not self.deployed.recipe.live:
            return query
        return replace(query, traits=put_records.user(self.place.connection, self.place.group, user_id))


def target_of(models: Models, connection: sqlite3.Connection, group: str, model: str, config: Document) -> Target:
    """Return what answers for a model of a dataset group under a configuration.

    Items that came after training belong to it where its recipe explores. Exploration alone recommends them, but
    events with them shape the lists of their users in any case.
    """
    model = models.renewed(connection, group, model)
    return Target(Place(models, connection, group, model), models.get(model), config)


def behind(models: Models, connection: sqlite3.Connection, resource: Resource) -> Target:
    """Return what answers for an active campaign, recommender or solution version."""
    group = str(resource.doc.get("datasetGroupArn", resource.parent))
    config: Document = resource.doc.get("campaignConfig") or resource.doc.get("recommenderConfig") or {}
    return target_of(models, connection, group, resource.doc["_model"], config)
