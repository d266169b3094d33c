"""The command ``bench``: parses, makes one call, prints. Heavy libraries are imported inside commands."""

from earmark.cli.app import main

__all__ = ["main"]
