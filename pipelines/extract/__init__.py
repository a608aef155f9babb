"""The reader: the text of an article in, the facts of a municipal job plan out, each with its evidence.

Pure functions: no network, no database, no files but the gazetteer. `extract` is the one entrance.
"""

from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
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


def __getattr__(name: str) -> Any:
    """`extract` comes with its tables of patterns at first use: most who import the records read no article."""
    if name == "extract":
        from pipelines.extract.plan import extract

        return extract
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
