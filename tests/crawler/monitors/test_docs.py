import re

from crawler.monitors.checks import CHECKS
from crawler.monitors.night import NIGHT_CHECKS
from tests.newsroom.process import ROOT


def test_the_documentation_tells_of_every_check_and_its_level():
    text = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([\w-]+)` \| (error|warning) \|", text, re.M))
    assert told == {check.name: check.level for check in CHECKS} | {"suspended": "warning"}
    assert all(f"`{name}`" in text for name, *_ in NIGHT_CHECKS)
