"""Deciding: asking each theatre's rules about order lines, once per distinct set of facts, and storing the answers.

Rules are pure, so what they say of a set of facts is kept as a verdict under the rulebook's version; lines with the
same facts share it. Where a rule fails, its lines stay undecided and the failure is kept; other theatres go on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, ColumnElement, Connection, Integer, Select, Table, Text, delete, insert, select

from tap_graph.domain.combinability import combinability_of
from tap_graph.domain.errors import RuleFailed
from tap_graph.domain.finding import Finding, Weight
from tap_graph.domain.order import OrderLineFacts, ProgramUse
from tap_graph.domain.reason import BY_CODE, REGION_BITS
from tap_graph.rules.rulebook import Rulebook
from tap_graph.storage import tables as t
from tap_graph.storage.intake.touched import insert_if_absent
from tap_graph.storage.line_facts import line_facts, unpacked
from tap_graph.storage.temporary import temporary_table
from tap_graph.values.window import ONE_DAY

Rulebooks = Mapping[str, Rulebook]
HOOK = "tap_check_order_line"


def decide(connection: Connection, rulebooks: Rulebooks, lines: Select[Any], now: datetime) -> None:
    """Decides the order lines whose ids a query gives, anew, in every theatre their partner is in."""
    connection.execute(delete(t.decisions).where(t.decisions.c.order_line_id.in_(lines)))
    _decide(connection, rulebooks, t.order_lines.c.id.in_(lines), now)


def decide_undecided(connection: Connection, rulebooks: Rulebooks, now: datetime) -> None:
    """Decides every line that has no decision in a theatre of its partner: after a mended rule, or a new theatre."""
    line, place, decision = t.order_lines, t.partner_theatres, t.decisions
    is_decided = select(decision.c.order_line_id).where(decision.c.order_line_id == line.c.id, decision.c.theatre_id == place.c.theatre_id)
    _decide(connection, rulebooks, ~is_decided.correlate(line, place).exists(), now)


def _decide(connection: Connection, rulebooks: Rulebooks, which: ColumnElement[bool], now: datetime) -> None:
    asked = temporary_table(
        connection,
        "asked_lines",
        Column("order_line_id", BigInteger, nullable=False),
        Column("theatre_id", Integer, nullable=False),
        Column("facts", Text, nullable=False),
    )
    theatres = {row.code: row for row in connection.execute(select(t.theatres)) if row.code in rulebooks}
    epochs: dict[int, Sequence[date]] = {row.id: program_days(rulebooks[code]) for code, row in theatres.items()}
    asked.create(connection)
    chosen = line_facts(epochs, which).where(t.partner_theatres.c.theatre_id.in_([row.id for row in theatres.values()]))
    connection.execute(insert(asked).from_select(["order_line_id", "theatre_id", "facts"], chosen))
    for code, theatre in theatres.items():
        _ask(connection, asked, rulebooks[code], theatre.id, theatre.rulebook_id, now)
    verdict = t.verdicts
    answered = asked.join(t.theatres, t.theatres.c.id == asked.c.theatre_id).join(
        verdict, (verdict.c.rulebook_id == t.theatres.c.rulebook_id) & (verdict.c.facts == asked.c.facts)
    )
    answers = select(asked.c.order_line_id, asked.c.theatre_id, verdict.c.mask, verdict.c.id).select_from(answered)
    connection.execute(insert(t.decisions).from_select(["order_line_id", "theatre_id", "mask", "verdict_id"], answers))
    asked.drop(connection, checkfirst=False)


def _ask(connection: Connection, asked: Table, rulebook: Rulebook, theatre_id: int, rulebook_id: int, now: datetime) -> None:
    known = select(t.verdicts.c.facts).where(t.verdicts.c.rulebook_id == rulebook_id)
    distinct = select(asked.c.facts).where(asked.c.theatre_id == theatre_id, asked.c.facts.not_in(known)).distinct()
    for facts in connection.execute(distinct.order_by(asked.c.facts)).scalars().all():
        try:
            findings = rulebook.check_order_line(facts_from(facts, rulebook))
            mask = _mask(connection, rulebook.theatre.code, theatre_id, findings)
        except RuleFailed as failure:
            _keep_failure(connection, theatre_id, facts, failure, now)
            continue
        verdict = {"theatre_id": theatre_id, "rulebook_id": rulebook_id, "facts": facts, "mask": mask, "findings": findings_json(findings)}
        connection.execute(insert(t.verdicts).values(**verdict))
        mended = t.rule_failures.c.theatre_id == theatre_id, t.rule_failures.c.facts == facts
        connection.execute(delete(t.rule_failures).where(*mended))


def _keep_failure(connection: Connection, theatre_id: int, facts: str, failure: RuleFailed, now: datetime) -> None:
    values = {"theatre_id": theatre_id, "hook": failure.hook, "plugin": failure.plugin, "facts": facts, "message": str(failure)}
    connection.execute(insert_if_absent(connection, t.rule_failures).values(**values, failed_at=now))


def program_days(rulebook: Rulebook) -> list[date]:
    """The days on which the theatre's answer about some program changes, in order."""
    windows = [program.window for program in rulebook.programs if program.window]
    return sorted({day for window in windows for day in (window.first_day, window.last_day + ONE_DAY)})


def facts_from(text: str, rulebook: Rulebook) -> OrderLineFacts:
    """The facts a stored text stands for; the reverse of `storage.line_facts`."""
    code, epoch, programs = text.split("|", 2)
    days = program_days(rulebook)
    booked_on = days[int(epoch) - 1] if int(epoch) else (days[0] - ONE_DAY if days else None)
    uses = (ProgramUse(program, combinability_of(program, booked_on, rulebook.programs)) for program in msgspec.json.decode(programs))
    return replace(unpacked(int(code)), programs=tuple(uses))


def findings_json(findings: tuple[Finding, ...]) -> str:
    """Findings as they are stored and shown."""
    rows = [{"code": f.code, "message": f.message, "source": f.source, "weight": f.weight.value} for f in findings]
    return msgspec.json.encode(rows).decode()


def _mask(connection: Connection, region: str, theatre_id: int, findings: tuple[Finding, ...]) -> int:
    mask = 0
    for finding in findings:
        if finding.weight is not Weight.NOTE:
            mask |= 1 << (BY_CODE[finding.code].bit if finding.code in BY_CODE else _region_bit(connection, region, theatre_id, finding))
    return mask


def _region_bit(connection: Connection, region: str, theatre_id: int, finding: Finding) -> int:
    """The bit of a region's own reason, given out when it is first found and never changed."""
    taken = {row.code: row.bit for row in connection.execute(select(t.reasons).where(t.reasons.c.theatre_id == theatre_id))}
    if finding.code in taken:
        if taken[finding.code] not in REGION_BITS[finding.weight]:
            raise RuleFailed(region, "the region", HOOK, f"gives {finding.code} once to refuse and once as pending; choose one weight.")
        return int(taken[finding.code])
    free = (bit for bit in REGION_BITS[finding.weight] if bit not in taken.values())
    bit = next(free, None)
    if bit is None:
        raise RuleFailed(region, "the region", HOOK, f"gives more reasons of weight {finding.weight} than there are bits for; merge some.")
    row = {"theatre_id": theatre_id, "bit": bit, "code": finding.code, "weight": finding.weight.value}
    connection.execute(insert(t.reasons).values(**row, message=finding.message, source=finding.source))
    return bit
