"""First aid: what is checked about an installation, and in which order it is told. Nothing is changed.

A check is a small function that looks at a `Patient` and gives what it found; `CHECKS` is the table of all.
"""

from crawler.doctor import archives, databases, environment, machine, runs, variables
from crawler.doctor.checks import Check, Diagnosis, Patient, Result, diagnose

__all__ = ["CHECKS", "Check", "Diagnosis", "Patient", "Result", "examine"]

CHECKS: tuple[Check, ...] = (
    *environment.CHECKS, *variables.CHECKS, *machine.CHECKS, *databases.CHECKS, *archives.CHECKS, *runs.CHECKS,
)  # fmt: skip


def examine(patient: Patient) -> list[Diagnosis]:
    """All checks, in their order. None raises: what keeps a check from looking is told in its place."""
    return [found for check in CHECKS for found in diagnose(check, patient)]
