"""`make soak SEED=… N=…`: the long trials. A simulated week and month; N rounds of kills; 20,000 mutated articles; 300 outlets at
once; each handling of a fault taken away in turn."""

from __future__ import annotations

import argparse
import sys

from tests.soak import fuzz, kills, month, removals, scale, week


def main() -> int:
    """Run what is asked for and print the counts; 1 where something went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="places kills, mutations and the faults of week and month")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of kills, four each")
    parser.add_argument("--articles", type=int, default=20_000, help="mutated articles")
    parser.add_argument(
        "--only", choices=["week", "month", "kills", "fuzz", "scale", "removals"], help="one of the trials"
    )
    options = parser.parse_args()
    bad = 0
    if options.only in (None, "week"):
        report = week.run(options.seed)
        bad += not report.ok
        print(report.text())
    if options.only in (None, "month"):
        told = month.run(options.seed)
        bad += not told.ok
        print(told.text())
    if options.only in (None, "fuzz"):
        counts = fuzz.soak(options.seed, options.articles)
        grown = fuzz.growth()
        worst = max(grown, key=lambda name: grown[name])
        bad += counts["raised"] + counts["misplaced"] + (grown[worst] > fuzz.MOST_GROWTH)
        print(
            f"fuzzing: {dict(counts)}; work a paragraph in {fuzz.TIMES} times the text: at most {grown[worst]:.2f} times ({worst})"
        )
    if options.only in (None, "kills"):
        counts = kills.soak(options.seed, options.rounds)
        bad += sum(counts[name] for name in kills.BAD)
        for name, count in counts.items():
            print(f"{name}: {count}")
    if options.only in (None, "scale"):
        seen = scale.soak(options.seed)
        bad += sum(seen[name] for name in scale.BAD)
        for name, value in seen.items():
            print(f"scale, {name}: {value}")
    if options.only in (None, "removals"):
        counts = removals.soak()
        bad += sum(counts[name] for name in removals.BAD)
        print(f"removals: {dict(counts)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
