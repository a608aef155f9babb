from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from dataclasses import asdict

from scrapy.commands import ScrapyCommand

from crawler import doctor
from crawler.doctor import Diagnosis, Patient
from crawler.doctor.checks import counted
from crawler.report import as_columns
from crawler.run import HEALTHY, UNHEALTHY, refuse

LEVELS = {"ok": "ok 정상", "advice": "advice 조언", "problem": "PROBLEM 문제"}
LABELS = {check.name: check.label for check in doctor.CHECKS}


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Examine this installation and say what to do where something is wrong"

    def long_desc(self) -> str:
        return (
            "Check environment, settings, machine, databases, archive and the last runs. Nothing is changed, and a night may"
            " be on meanwhile. Each finding is ok, advice, or a problem, with what to do about it."
            " Exit code: 0 no problem, 1 a problem, 2 wrong use."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Doctor")
        group.add_argument(
            "--deep", action="store_true", help="read every record of the archive, every page of the databases"
        )
        group.add_argument("--json", action="store_true", help="print the findings as JSON on standard output")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            self.exitcode = refuse(f"doctor takes no {args[0]!r}")
            return
        assert self.settings is not None
        found = doctor.examine(Patient(self.settings, os.environ, deep=opts.deep))
        counts: Counter[str] = Counter(one.level for one in found)
        if opts.json:
            findings = [asdict(one) for one in found]
            print(
                json.dumps(
                    {"problems": counts["problem"], "advice": counts["advice"], "findings": findings},
                    ensure_ascii=False,
                )
            )
        else:
            print(as_table(found, counts))
        self.exitcode = UNHEALTHY if counts["problem"] else HEALTHY


def as_table(found: list[Diagnosis], counts: Counter[str]) -> str:
    rows = [["part 부문", "check 점검", "state 상태", "found 결과"]]
    part = check = None
    for one in found:
        again = (one.part, one.check) == (part, check)
        rows.append(
            ["" if one.part == part else one.part, "" if again else LABELS[one.check], LEVELS[one.level], one.found]
        )
        if one.do:
            rows.append(["", "", "", f"→ {one.do}"])
        part, check = one.part, one.check
    problems, pieces = counts["problem"], counts["advice"]
    sums = f"{counted(problems, 'problem')}, {counted(pieces, 'piece')} of advice · 문제 {problems}건, 조언 {pieces}건"
    return "\n".join([*as_columns(rows), "", sums if problems or pieces else "all is well · 모두 정상"])
