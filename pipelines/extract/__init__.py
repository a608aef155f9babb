"""The reader: the text of an article in, the facts of a municipal job plan out, each with its evidence.

Pure functions: no network, no database, no files but the gazetteer. `extract` is the one entrance.
"""

from pipelines.extract.model import (
    SCALARS,
    BreakdownRow,
    Evidence,
    Flag,
    JobPlan,
    OtherValue,
    Source,
    Strategy,
)
from pipelines.extract.plan import extract

VERSION = "1"
"""Version of the readings: raised when the same text may give other facts, so that stored ones are read again."""

__all__ = [
    "SCALARS",
    "VERSION",
    "BreakdownRow",
    "Evidence",
    "Flag",
    "JobPlan",
    "OtherValue",
    "Source",
    "Strategy",
    "extract",
]
