"""Each alert of Prometheus leads to a section that says what to do."""

import re
from pathlib import Path

DEPLOY = Path("deploy") / "prometheus" / "dolbom.rules.yml"
ALERT = re.compile(r"- alert: (\w+)\n.*?runbook_url: (\S+)", re.DOTALL)
SECTION = re.compile(r"^## (\w+)\n\n(.+?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
SHORTEST = 40
"""Characters of what somebody could do."""


def test_each_alert_has_a_section_and_each_section_an_alert(repository: Path) -> None:
    alerts = dict(ALERT.findall((repository / DEPLOY).read_text(encoding="utf-8")))
    sections = dict(SECTION.findall((repository / "docs/runbook.md").read_text(encoding="utf-8")))
    assert len(alerts) > 10
    assert sections.keys() == alerts.keys()
    assert [name for name, text in sections.items() if len(text) < SHORTEST] == []
    leads = {name: f"docs/runbook.md#{name.lower()}" for name in sections}
    assert alerts == leads
