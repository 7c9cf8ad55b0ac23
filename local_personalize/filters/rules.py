"""What an expression may ask, beyond its grammar (developer guide, filter-expression guidelines and requirements)."""

from __future__ import annotations

from local_personalize.filters.tree import (
    EVENT_DATASETS,
    NAMES,
    Condition,
    Filter,
    FilterError,
    Parameter,
    Subject,
    SymbolError,
)
from local_personalize.recipe_book import PERSONALIZED_ACTIONS, USER_SEGMENTATION, Recipe

EVENT_TYPE = "EVENT_TYPE"


def check(tree: Filter) -> None:
    """Raise FilterError where a new filter asks what filters cannot answer."""
    for condition in tree.conditions:
        _check_placeholders(condition)
        if condition.dataset in EVENT_DATASETS and condition.field != EVENT_TYPE:
            raise FilterError(f"{condition.dataset} can be filtered by {EVENT_TYPE} only, not by {condition.field}")
        if "*" in condition.values and condition.field != EVENT_TYPE:
            raise FilterError("* can be used with Interactions.EVENT_TYPE only")


def _check_placeholders(condition: Condition) -> None:
    placeholders = [value for value in condition.values if isinstance(value, Parameter)]
    if not placeholders:
        return
    if condition.operator == "NOT IN":
        raise SymbolError(f"${placeholders[0].name}. Placeholders can only be used with IN or EQ operator")
    if len(condition.values) > 1:
        raise SymbolError(f"${placeholders[0].name}. A placeholder stands alone; a request gives it several values")


def check_use(tree: Filter, recipe: Recipe) -> None:
    """Raise FilterError where a filter cannot be applied to what a recipe recommends."""
    subjects: dict[str, Subject] = {USER_SEGMENTATION: "user", PERSONALIZED_ACTIONS: "action"}
    wanted = subjects.get(recipe.type, "item")
    if tree.subject != wanted:
        raise FilterError(f"the recipe {recipe.name} needs a filter about {NAMES[wanted]}")
    if recipe.name == "aws-item-attribute-affinity" and "Interactions" in tree.datasets:
        raise FilterError(f"the recipe {recipe.name} cannot be filtered by Interactions")
    if "CurrentItem" in tree.datasets and "itemId" not in recipe.needs:
        raise FilterError(f"CurrentItem needs a recipe for related items, and {recipe.name} is none")
