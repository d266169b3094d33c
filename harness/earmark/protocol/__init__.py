"""How a score is made: data to embeddings to probes to scores to a result."""

from earmark.protocol.main import result_path, run, run_each
from earmark.protocol.recordings import Recordings

__all__ = ["Recordings", "result_path", "run", "run_each"]
