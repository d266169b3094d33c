"""Whether the answers that a result claims come out when the model is run again."""

from earmark.verify.main import Sample, Where, verify
from earmark.verify.record import Verification

__all__ = ["Sample", "Verification", "Where", "verify"]
