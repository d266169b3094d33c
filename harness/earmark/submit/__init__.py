"""Submissions to a leaderboard, checked and filed: a stranger's numbers, without a stranger's code."""

from earmark.errors import SubmissionError
from earmark.submit.case import Finding
from earmark.submit.main import Submitted, decide, submit
from earmark.submit.reading import Submission, read_submission

__all__ = ["Finding", "Submission", "SubmissionError", "Submitted", "decide", "read_submission", "submit"]
