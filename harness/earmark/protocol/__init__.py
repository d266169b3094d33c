"""How a score is made: data to embeddings to probes to scores to a result."""

from earmark.protocol.recordings import Recordings
from earmark.protocol.run import result_path, run, run_each

__all__ = ["Recordings", "result_path", "run", "run_each"]
