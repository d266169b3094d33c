"""How a score is made: data to embeddings to probes to scores to a result."""

from earmark.protocol.main import run, run_each
from earmark.protocol.recordings import Recordings
from earmark.protocol.report import result_path

__all__ = ["Recordings", "result_path", "run", "run_each"]
