"""`make bench`: figures as ratios of interleaved runs on this machine, with the raw counts beside them.

`python -m tests.bench --quick` takes a tenth of the pages, for work on the code; its figures are no results.
"""

from __future__ import annotations

import argparse
import sys

from tests.bench import nights, reading

MONITORING_PAIRS = 9


def main() -> int:
    """Print all figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="places articles and plans")
    parser.add_argument("--pairs", type=int, default=3, help="of a nightly crawl and a bare one")
    parser.add_argument("--quick", action="store_true", help="a tenth of the pages, one pair")
    parser.add_argument("--only", choices=["crawl", "monitoring", "read"], help="one of them")
    options = parser.parse_args()
    if options.only in (None, "crawl"):
        outlets, articles, pairs = (10, 50, 1) if options.quick else (50, 100, options.pairs)
        nights.crawl_costs(options.seed, outlets, articles, pairs)
    if options.only in (None, "monitoring"):
        nights.monitoring_costs(options.seed, 10, 60, 2 if options.quick else MONITORING_PAIRS)
    if options.only in (None, "read"):
        reading.extract_costs()
        reading.read_costs()
    return 0


if __name__ == "__main__":
    sys.exit(main())
