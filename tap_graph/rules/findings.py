"""Findings as the plugins give them: collected from all, checked, and fenced in.

A rule that raises or answers what its hook does not allow never decides money: it becomes a `RuleFailed` that
names region, plugin, version and hook, and what it was asked about stays undecided.
"""

import re
from collections.abc import Callable, Iterable
from itertools import islice

from tap_graph.domain.errors import RuleFailed
from tap_graph.domain.finding import Finding, Weight
from tap_graph.domain.reason import BY_CODE
from tap_graph.rules.plugins import Panel

FINDING_CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
MOST_FINDINGS = 100
"""More findings about one thing than anybody reads: a rule that gives them does not end."""


def collect(panel: Panel, region: str, hook: str, **facts: object) -> tuple[Finding, ...]:
    """All findings of all plugins about these facts, the baseline's first."""
    found: list[Finding] = []
    for speaker, ask in panel.voices(hook, **facts):
        try:
            found += _asked(ask)
        except _Garbage as error:
            raise RuleFailed(region, str(speaker), hook, str(error)) from error
        except (Exception, SystemExit) as error:
            raise RuleFailed(region, str(speaker), hook, f"raised {type(error).__name__}: {error}") from error
    return tuple(found)


class _Garbage(Exception):
    """An answer its hook does not allow; the message goes on after the plugin's name."""


def _asked(ask: Callable[[], object]) -> list[Finding]:
    answer = ask()
    if answer is None:
        return []
    if not isinstance(answer, Iterable) or isinstance(answer, str):
        raise _Garbage(f"answered {answer!r}, not findings")
    findings = list(islice(answer, MOST_FINDINGS + 1))
    if len(findings) > MOST_FINDINGS:
        raise _Garbage(f"answered more than {MOST_FINDINGS} findings")
    return [_checked(finding) for finding in findings]


def _checked(finding: object) -> Finding:
    if not isinstance(finding, Finding):
        raise _Garbage(f"answered {finding!r}, not a finding")
    if not isinstance(finding.code, str) or not FINDING_CODE.fullmatch(finding.code):
        raise _Garbage(f"answered the code {finding.code!r}, which is not UPPER_SNAKE")
    if not isinstance(finding.weight, Weight):
        raise _Garbage(f"answered {finding.code} with the weight {finding.weight!r}, not refuse, pending or note")
    for name in ("message", "source"):
        text = getattr(finding, name)
        if not isinstance(text, str) or not text.strip():
            raise _Garbage(f"answered {finding.code} without a {name}")
    core = BY_CODE.get(finding.code)
    if core is not None and core.weight is not finding.weight:
        raise _Garbage(f"answered the core's code {finding.code} with the weight {finding.weight}; the core's is {core.weight}")
    return finding
