"""The recommenders behind the recipes, on numpy and scipy alone.

Read in this order: dataset (what goes in), trained (what every model remembers), base (what every model can do),
popularity (the simplest), ease and transitions and signals (the personal score), tuning (what is chosen per data set),
user_personalization, the other recipes, registry (recipe to class), splitting and metrics and evaluation.
"""

from local_personalize.recommenders.registry import load, recommender_for

__all__ = ["load", "recommender_for"]
