"""Find and load plugins by name."""

from earmark.registry.catalogue import Catalogue, PluginWarning, installed, load_catalogue, plugin_name
from earmark.registry.data import find_benchmark, find_dataset, find_reader
from earmark.registry.models import find_model, folder_of, open_model
from earmark.registry.options import split_options
from earmark.registry.perturbations import find_conditions
from earmark.registry.trainers import find_trainer
from earmark.registry.translators import find_translator

__all__ = [
    "Catalogue",
    "PluginWarning",
    "find_benchmark",
    "find_conditions",
    "find_dataset",
    "find_model",
    "find_reader",
    "find_trainer",
    "find_translator",
    "folder_of",
    "installed",
    "load_catalogue",
    "open_model",
    "plugin_name",
    "split_options",
]
