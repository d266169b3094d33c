"""Scores computed again from what a model answered: no model, no audio, only the predictions of a result."""

from earmark.recount.answered import Answered, Reading, answered, target_of
from earmark.recount.rows import Row, rows_of

__all__ = ["Answered", "Reading", "Row", "answered", "rows_of", "target_of"]
