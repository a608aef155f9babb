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

__all__ = [
    "SCALARS",
    "BreakdownRow",
    "Evidence",
    "Flag",
    "JobPlan",
    "OtherValue",
    "Source",
    "Strategy",
    "extract",
]
