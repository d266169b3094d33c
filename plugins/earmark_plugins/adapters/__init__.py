"""Adapters: models that exist behind some interface enter without new code."""
