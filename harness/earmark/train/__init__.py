"""Trained references: any architecture that a plugin brings, on any data that earmark can read."""

from earmark.train.checkpoint import Checkpoint, Files, read_checkpoint
from earmark.train.curve import Epoch
from earmark.train.loop import Standing
from earmark.train.train import train

__all__ = ["Checkpoint", "Epoch", "Files", "Standing", "read_checkpoint", "train"]
