"""Alerts: rules on findings that a person wants to hear of, from `[[alerts]]` in corpus.toml.

    [[alerts]]
    name = "Conflict is high in the Example"
    measure = "share of stories"      # each key picks findings; * and ? are wildcards, an absent key picks all
    label = "conflict"
    group = "The Example"
    above = 0.4                       # or below = ...; or both, for a range that should not be left
    sure = true                       # only where the whole interval lies beyond (default: the estimate is enough)

A rule that picks no finding is said to pick none: a misspelt label must not look like calm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

PICKS = ("report", "id", "measure", "label", "group", "voice")


@dataclass(frozen=True)
class Alert:
    """One rule and what it found: the findings it holds for (as sentences), and how many it looked at."""

    name: str
    said: Sequence[str]
    looked_at: int

    @property
    def line(self) -> str:
        """For a log or a page."""
        if not self.looked_at:
            return f"{self.name}: no finding is picked by this rule; findings.csv lists what there is"
        return f"{self.name}: {'; '.join(self.said)}"


def check_alerts(rules: Sequence[Mapping[str, Any]], findings: Sequence[Mapping[str, Any]]) -> list[Alert]:
    """The rules that hold, and those that pick nothing, in their order."""
    found = []
    for number, rule in enumerate(rules, 1):
        picked = [row for row in findings if _picks(rule, row)]
        said = [_sentence(row) for row in picked if _holds(rule, row)]
        if said or not picked:
            found.append(Alert(str(rule.get("name") or f"alert {number}"), said, len(picked)))
    return found


def _picks(rule: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return all(fnmatchcase(str(row.get(key) or ""), str(rule[key])) for key in PICKS if rule.get(key))


def _holds(rule: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    low, high = (row.get("low"), row.get("high")) if rule.get("sure") else (row.get("estimate"), row.get("estimate"))
    if row.get("estimate") is None or low is None or high is None:
        return False
    return (rule.get("above") is not None and low > rule["above"]) or (rule.get("below") is not None and high < rule["below"])


def _sentence(row: Mapping[str, Any]) -> str:
    from corpus_utils.report.findings_block import described, finding_forms, finding_value

    form = finding_forms([row])[str(row.get("id"))]
    where = f" ({row['report']})" if row.get("report") else ""
    return f"{described(row) or row.get('id')} is {finding_value(row, form)}{where}"
