"""One address, tried out: fetched as a night would fetch it, and read step by step, without a trace."""

from crawler.trial.spiders import Chosen, choose
from crawler.trial.steps import STEPS, Step, Trial, follow

__all__ = ["STEPS", "Chosen", "Step", "Trial", "choose", "follow"]
