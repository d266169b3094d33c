"""Embeddings from audio: windows, batches, padding, pooling and caching are ours, never a plugin's."""

from earmark.extract.device import pick_device
from earmark.extract.embeddings import GRID_S, Embeddings
from earmark.extract.extract import Extraction, extract
from earmark.extract.fingerprint import EXTRACTION_VERSION, model_fingerprint

__all__ = ["EXTRACTION_VERSION", "GRID_S", "Embeddings", "Extraction", "extract", "model_fingerprint", "pick_device"]
