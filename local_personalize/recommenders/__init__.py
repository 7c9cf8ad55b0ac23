"""The recommenders behind the recipes, on numpy and scipy alone.

Read in this order: dataset (what goes in), trained (what every model remembers), base (what every model can do),
popularity (the simplest), ease and transitions (the two halves of the personal score), user_personalization, the
other recipes, splitting and metrics and evaluation (how well they do).
"""
