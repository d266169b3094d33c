"""Bundled presets: conditions that belong together, one file each."""
