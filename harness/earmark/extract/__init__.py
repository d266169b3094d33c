"""Embeddings from audio: windows, batches, padding, pooling and caching are ours, never a plugin's."""

from earmark.extract.chunk import Setup
from earmark.extract.device import pick_device
from earmark.extract.embed import FULL_PRECISION, PRECISIONS, windows_at_once
from earmark.extract.embeddings import GRID_S, Embeddings
from earmark.extract.extract import Extraction, extract, extract_each
from earmark.extract.fingerprint import EXTRACTION_VERSION, model_fingerprint
from earmark.extract.layers import choose_layers
from earmark.extract.plan import Asked
from earmark.extract.take import MARK, Take

__all__ = [
    "EXTRACTION_VERSION",
    "FULL_PRECISION",
    "GRID_S",
    "MARK",
    "PRECISIONS",
    "Asked",
    "Embeddings",
    "Extraction",
    "Setup",
    "Take",
    "choose_layers",
    "extract",
    "extract_each",
    "model_fingerprint",
    "pick_device",
    "windows_at_once",
]
