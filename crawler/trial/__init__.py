"""One address, tried out: fetched as a night would fetch it, and read step by step, without a trace."""

from crawler.trial.spiders import choose
from crawler.trial.steps import Step, Trial, follow

__all__ = ["Step", "Trial", "choose", "follow"]
