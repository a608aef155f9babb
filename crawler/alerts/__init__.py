"""Alerts: what an operator hears of a night, when and only when something is new, changed or over.

`configured(settings)` reads what is set up; `Alerts.begin()` at a night's beginning, `Alerts.tell(report, data)` at its
end. None raises; `tell` gives what went wrong in sentences, `Alerts.mistakes` what is set wrongly.
"""

from crawler.alerts.desk import Alerts, configured

__all__ = ["Alerts", "configured"]
