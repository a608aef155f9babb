from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

from scrapy.commands import genspider
from scrapy.utils.template import render_templatefile, string_camelcase

from crawler.run import refuse

_NAME = re.compile(r"[a-z][a-z0-9]*")
_DOMAIN = re.compile(r"(?:https?://)?[a-z0-9-]+(?:\.[a-z0-9-]+)+/?")
TEMPLATES = Path(__file__).parent.parent / "templates"
SPIDER_TESTS = Path("tests/spiders")


class Command(genspider.Command):
    """Scrapy's own, with a template for each publishing system; such a spider comes with its test."""

    def long_desc(self) -> str:
        systems = ", ".join(path.stem for path in self._own_templates())
        return (
            f"Write a spider for an outlet: scrapy genspider -t SYSTEM NAME DOMAIN, SYSTEM being one of {systems}."
            " The spider stands in crawler/spiders, its test in tests/spiders. Scrapy's own templates still work."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--outlet", default="", help="the outlet's name as it writes itself (default: NAME)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self._outlet = opts.outlet
        if opts.list or opts.dump:
            super().run(args, opts)
            return
        why = self._mistake(args)
        if why:
            self.exitcode = refuse(why)
            return
        there = self._spider_file(args[0]).exists()
        super().run(args, opts)
        if not self._spider_file(args[0]).exists() or (there and not opts.force):
            self.exitcode = 1

    def _mistake(self, args: list[str]) -> str | None:
        if len(args) != 2:
            return "write: scrapy genspider -t SYSTEM NAME DOMAIN; --list shows the systems"
        if not _NAME.fullmatch(args[0]):
            return f"{args[0]!r} is no name for a spider; take lower-case letters and digits, e.g. mypaper"
        if not _DOMAIN.fullmatch(args[1]):
            return f"{args[1]!r} is no domain; write e.g. www.mypaper.co.kr or http://www.mypaper.co.kr"
        return None

    def _genspider(self, module: str, name: str, url: str, template_name: str, template_file: Any) -> Path:
        spider = super()._genspider(module, name, url, template_name, template_file)
        test = TEMPLATES / "test_spider.py.tmpl"
        if Path(template_file).parent == TEMPLATES:
            (SPIDER_TESTS / "pages").mkdir(parents=True, exist_ok=True)
            path = SPIDER_TESTS / f"test_{module}.py"
            path.write_text(test.read_text(encoding="utf-8"), encoding="utf-8")
            variables = self._generate_template_variables(module, name, url, template_name)
            render_templatefile(path, **variables)
            print(
                f"and its test:\n  {path}\nNext: look at the outlet's lists, fill in what the comments ask, run the test."
            )
        return spider

    def _generate_template_variables(self, module: str, name: str, url: str, template_name: str) -> dict[str, Any]:
        made = super()._generate_template_variables(module, name, url, template_name)
        domain = made["domain"].removeprefix("www.")
        return made | {
            "outlet": json.dumps(self._outlet or name, ensure_ascii=False),
            "bare_domain": domain,
            "base": url.rstrip("/"),
            "classname": f"{string_camelcase(module)}Spider",
        }

    def _find_template(self, template: str) -> Path | None:
        own = TEMPLATES / f"{template}.tmpl"
        return own if own in self._own_templates() else super()._find_template(template)

    def _list_templates(self) -> None:
        print("Publishing systems:\n" + "\n".join(f"  {path.stem}" for path in self._own_templates()))
        super()._list_templates()

    def _own_templates(self) -> list[Path]:
        return sorted(path for path in TEMPLATES.glob("*.tmpl") if not path.name.startswith("test_"))

    def _spider_file(self, name: str) -> Path:
        return Path("crawler/spiders") / f"{genspider.sanitize_module_name(name)}.py"
