"""Run inside the review's environment: what a distribution's entry points offer, as JSON."""

import json
import os
import sys
from importlib.metadata import distribution

from earmark.hookspecs import PROJECT
from earmark.model import ModelInfo
from earmark.registry import Catalogue, load_catalogue
from earmark.registry.catalogue import HOOKS

FACTS = ("name", "version", "sample_rate", "dim", "window_s", "license", "source", "training_data", "summary")


def tell() -> None:
    """Write to standard output what the distribution that is named first offers; what it prints goes to errors."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a plugin prints must not stand between our words
    points = [point for point in distribution(sys.argv[1]).entry_points if point.group == PROJECT]
    json.dump(_told(load_catalogue(points)), out, allow_nan=False)
    out.flush()


def _told(catalogue: Catalogue) -> dict[str, object]:
    shelves = {shelf for shelf, kind in HOOKS.values() if kind is not ModelInfo}
    others = {shelf: list(getattr(catalogue, shelf)) for shelf in sorted(shelves) if getattr(catalogue, shelf)}
    models = [{fact: getattr(model, fact) for fact in FACTS} for model in catalogue.models.values()]
    return {"models": models, "others": others, "broken": list(catalogue.broken)}


if __name__ == "__main__":
    tell()
