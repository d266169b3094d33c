"""Bundled translators of embeddings, one file each."""
