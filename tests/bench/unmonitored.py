"""Scrapy's command line without the monitors: what `monitoring_cost` is measured against.

Outcomes are summed up and entered as ever; nothing is measured, compared, checked or validated, and the modules that do
it are not even imported.
"""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

OUTLET, NIGHT = "crawler.monitors.outlet", "crawler.monitors.night"


def _judge(night: Any, spider: Any, finish: str, seconds: float) -> SimpleNamespace:
    account = night.ledger.sum_up(night.run, spider.name, f"the crawl of the outlet ended first ({finish})")
    state, reason = night.watch.close(spider.name, "ok" if finish == "finished" else "stopped", None)
    return SimpleNamespace(state=state, reason=reason, account=account, measures={}, findings=[])


def _stand_in(name: str, **contents: Any) -> None:
    module = ModuleType(name)
    vars(module).update(contents)
    sys.modules[name] = module
    package, _, leaf = name.rpartition(".")
    setattr(sys.modules[package], leaf, module)


def main() -> None:
    """Run Scrapy's command line."""
    import crawler.monitors  # noqa: F401

    _stand_in(OUTLET, judge=_judge)
    _stand_in(NIGHT, check_night=lambda night, state, memory: [])
    from crawler.monitors.measures import Tally

    Tally.take = lambda *arguments: None  # type: ignore[method-assign]
    from scrapy.cmdline import execute

    execute()


if __name__ == "__main__":
    main()
