"""The red light of a release: a new version against an old one, and how much worse it may be."""

from earmark.gate.main import gate
from earmark.gate.record import Judged, Threshold, Verdict
from earmark.gate.terms import Terms

__all__ = ["Judged", "Terms", "Threshold", "Verdict", "gate"]
