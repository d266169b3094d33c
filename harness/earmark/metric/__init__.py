"""Scores of answers against reference labels, for a thousand resamples of the tracks at once, and intervals.

By form of answer, the main metric first: class ACCURACY, MACRO_F1 · ordered ACCURACY, MAE_PERIODS, mae_years()
· classes MACRO_AP, MACRO_AUC · presence ROC_AUC, PRESENCE_ACCURACY · key MIREX, KEY_ACCURACY · tempo ACC1, ACC2
· number R2
· timeline SEGMENT_METRICS.
"""

from earmark.metric.classification import ACCURACY, MACRO_F1, MAE_PERIODS, mae_years
from earmark.metric.interval import (
    Difference,
    Interval,
    difference_of,
    group_weights,
    interval_of,
)
from earmark.metric.key import KEY_ACCURACY, MIREX
from earmark.metric.metric import Metric, PerTrack, Scores, Weights, mean_over_tracks
from earmark.metric.number import R2
from earmark.metric.ranking import MACRO_AP, MACRO_AUC, PRESENCE_ACCURACY, ROC_AUC, scored_classes
from earmark.metric.segments import HR3F, HR_HALF_F, PAIRWISE_F, SEGMENT_METRICS, V_MEASURE
from earmark.metric.tempo import ACC1, ACC2

__all__ = [
    "ACC1",
    "ACC2",
    "ACCURACY",
    "HR3F",
    "HR_HALF_F",
    "KEY_ACCURACY",
    "MACRO_AP",
    "MACRO_AUC",
    "MACRO_F1",
    "MAE_PERIODS",
    "MIREX",
    "PAIRWISE_F",
    "PRESENCE_ACCURACY",
    "R2",
    "ROC_AUC",
    "SEGMENT_METRICS",
    "V_MEASURE",
    "Difference",
    "Interval",
    "Metric",
    "PerTrack",
    "Scores",
    "Weights",
    "difference_of",
    "group_weights",
    "interval_of",
    "mae_years",
    "mean_over_tracks",
    "scored_classes",
]
