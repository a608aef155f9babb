"""Alerts: what an operator hears of a night, when and only when something is new, changed or over.

`begin(settings)` at a night's beginning, `Alerts.tell(report, data)` at its end. Neither raises; `tell` gives what went
wrong in sentences, `Alerts.mistakes` what is set wrongly.
"""

from crawler.alerts.desk import Alerts, begin, configured

__all__ = ["Alerts", "begin", "configured"]
