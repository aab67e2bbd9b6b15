"""The world with its distributors: what is expected of them, what they reported, and what people decided in place."""

import json
from random import Random

from tests.builders import Rows, day
from tests.reads.world import DAYS, DISTRIBUTORS, EVERY_ODDITY, MOMENTS, TEXTS, Filling, Oddity

MONTHS = (("2008-01", 31), ("2008-02", 29), ("2008-03", 31), ("2008-07", 31), ("9999-11", 30))


class Reporting(Filling):
    """Fills one database, distributors included."""

    def fill(self) -> None:
        """Everything, noun by noun."""
        super().fill()
        for distributor in self.mixed(DISTRIBUTORS):
            self._distributor(distributor)
        for place in range(24):
            self._report(place)
            self._act()

    def _distributor(self, distributor: str) -> None:
        place = DISTRIBUTORS.index(distributor)
        row = {
            "name": (TEXTS[1], None, "Ärger GmbH")[place], "country": (None, "SG", "KR")[place],
            "reports_from": None if place == 1 else day("2008-01-01"), "due_days": place,
        }  # fmt: skip
        self.rows.distributor(distributor, **row)
        for month, last in self.mixed(MONTHS):
            due = day(self.turn("due", ("2008-03-01", "2008-07-26", "2008-07-25", "9999-12-31")))
            self.rows.expected_report(distributor, f"{month}-01", f"{month}-{last}", due_on=due)
        for valid_from in self.mixed(sorted(set(DAYS))[place : 2 + place]):
            self.rows.profile(distributor, valid_from, self.turn("profile", TEXTS))
        for key in self.mixed(range(place)):
            moments = {name: self.or_null(name, MOMENTS) for name in ("ends_at", "revoked_at")}
            self.rows.api_key(f"{distributor}-{key}", distributor, kind=self.turn("key kind", ("pos", "deviations")), **moments)

    def _report(self, place: int) -> None:
        """Reports that cover months, cancel one another by number, and do neither."""
        row = {
            "delivery_id": self.or_null("reported by", (1, 2, 3)), "number": self.or_null("report number", ("R1", "R2", TEXTS[3])),
            "purpose": self.turn("purpose", ("ORIGINAL", "ORIGINAL", "REPLACE", "CANCEL")),
            "replaces": self.or_null("replaces", ("R1", "R2")), "state": self.turn("report state", ("RECEIVED",) * 3 + ("REFUSED",)),
            "reported_on": self.any_day("report day"), "lines": self.turn("report lines", (0, 0, 1, 7)),
            "first_day": self.any_day("first day"), "last_day": self.any_day("last reported"),
            "received_at": self.turn("report received", MOMENTS), "defects": json.dumps(self.reasons() if place % 5 == 4 else []),
        }  # fmt: skip
        self.rows.pos_report(self.turn("reporting", DISTRIBUTORS), **row)

    def _act(self) -> None:
        noun, deviation = self.turn("act noun", ("deviation", "deviation", "alias")), self.turn("acted about", self.deviations[:12])
        row = {
            "reason": self.or_null("act reason", TEXTS), "acted_by": self.turn("acting", TEXTS),
            "distributor_id": self.or_null("act of", DISTRIBUTORS), "role": self.turn("acting role", ("DISTRIBUTOR", "DEVIATION_APPROVER")),
            "acted_at": self.turn("acted", MOMENTS),
        }  # fmt: skip
        self.rows.act(noun, deviation, self.turn("act", ("deviationRevise", "x")), **row)


def fill(rows: Rows, seed: int, oddities: frozenset[Oddity] = EVERY_ODDITY) -> None:
    """The world of that seed, with those oddities."""
    Reporting(rows, Random(seed), oddities).fill()
