"""What connectors saw and could not see, in a few lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policycheck.model.facts import Coverage
from policycheck.reports.page import Page
from policycheck.reports.words import count


def lines(coverage: Sequence[Coverage], page: Page) -> Iterator[str]:
    """One line for each connector, then one for everything that it could not see."""
    for name in dict.fromkeys(each.connector for each in coverage):
        own = [each for each in coverage if each.connector == name]
        gaps = [each for each in own if each.status != "complete"]
        seen = sum(each.seen for each in own)
        yield from page.wrap(f"{name}: {seen:,} seen, {count(len(gaps), 'gap')}", "", "  ")
        for gap in gaps:
            what = " ".join(filter(None, (gap.account, gap.resource)))
            yield from page.wrap(f"{gap.status}: {what}: {gap.reason} [{gap.where}]", "  ", "    ")
