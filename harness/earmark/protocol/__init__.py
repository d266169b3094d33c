"""How a score is made: data to embeddings to probes to scores to a result."""

from earmark.protocol.recordings import Recordings
from earmark.protocol.run import result_path, run

__all__ = ["Recordings", "result_path", "run"]
