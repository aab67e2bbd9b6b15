"""Random partners of a program year: what each enrolled in, booked, reported and sent back, on the days that decide."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tests.model.cells import COLUMNS, Row, full
from tests.model.figures import THEATRES, Option

LEVELS = ["GOLD", "SILVER", "PREMIER", "SELECT"]
COUNTRIES = {
    "APAC": ["SG", "KR", "CN", "TW", "HK", "IN", "JP"],
    "US": ["US", "US", "US", "CA"],
    "CANADA": ["CA", "CA", "CA", "US"],
    "EUROPE": ["DE", "FR", "CH", "NL", "HR"],
    "EMERGING": ["AE", "ZA", "BR", "RU", "DE"],
}
DEFECTS: list[tuple[str, list[str]]] = [
    ("sale_type", ["INTERNAL", ""]),
    ("acquisition", ["LEASE", ""]),
    ("existing_network", ["false", ""]),
    ("programs", ["VIP", "MSCP", "OIP", "SIP", "VIP;SIP", "FASTTRACK", "VIP;FASTTRACK"]),
    ("quote_number", [""]),
    ("net_value", ["", "0.00"]),
    ("credit", ["", "0.10", "0.30"]),
    ("confirmed_on", [""]),
    ("quantity", ["", "3"]),
]
AMOUNTS = ["12500.00", "12499.99", "25000.00", "24999.99", "6250.00", "6250.01", "13000.5", "26000", "31000.00"]


@dataclass
class Story:
    """The rows of one program year while it is being told, with the chance that decides them."""

    chance: Random
    rows: dict[str, list[Row]] = field(default_factory=lambda: {kind: [] for kind in COLUMNS})

    def add(self, kind: str, **cells: str) -> Row:
        """One more row of a kind, empty where nothing is said."""
        row = full(kind, cells)
        self.rows[kind].append(row)
        return row

    def number(self, kind: str, prefix: str) -> str:
        """The next number of a kind."""
        return f"{prefix}{len(self.rows[kind]) + 1:03d}"

    def rarely(self, one_in: int) -> bool:
        """Whether something that happens once in a number of times happens now."""
        return self.chance.randrange(one_in) == 0

    def beside(self, *days: date) -> str:
        """One of some days, or the day before or after it."""
        return (self.chance.choice(days) + timedelta(days=self.chance.choice([-1, 0, 0, 0, 1]))).isoformat()


def tell(story: Story, number: int) -> None:
    """One partner with its certifications, enrollments and orders, and all that follows from them."""
    theatre = story.chance.choice(["APAC", "APAC", "APAC", *THEATRES])
    options = list(THEATRES[theatre].values())
    partner = f"P{number:02d}"
    tier = story.chance.choice(["ONE_TIER", "ONE_TIER", "TWO_TIER", "TWO_TIER", ""])
    country = story.chance.choice(COUNTRIES[theatre][: story.chance.choice([2, 4, 7])])
    story.add("partners", partner_number=partner, name=f"Partner {number}", country=country, tier=tier, cam_email="cam@example.com")
    chosen = story.chance.sample(options, story.chance.randint(1, len(options)))
    for option in chosen:
        _enroll(story, partner, theatre, option)
    _certify(story, partner, story.chance.choice(chosen))
    for _ in range(story.chance.randint(2, 6)):
        _book(story, partner, tier, story.chance.choice(chosen))


def _enroll(story: Story, partner: str, theatre: str, option: Option) -> None:
    submitted = story.beside(option.first_day - timedelta(days=28), option.first_day, option.first_day + timedelta(days=42))
    if story.rarely(3):
        submitted = option.first_day.isoformat()[:8] + "20"
    status = story.chance.choice(["APPROVED"] * 16 + ["DENIED", "WITHDRAWN", "SUBMITTED", ""])
    decided = "" if status in {"SUBMITTED", ""} else (date.fromisoformat(submitted) + timedelta(days=4)).isoformat()
    story.add(
        "enrollments",
        partner_number=partner,
        region=theatre,
        option=option.code,
        submitted_on=submitted,
        status=status,
        decided_on=decided,
    )


def _certify(story: Story, partner: str, option: Option) -> None:
    first, last = option.first_day, option.last_day
    middle = first + timedelta(days=story.chance.randint(20, 60))
    gap = story.chance.choice([1, 1, 1, 2, 0])
    spans: list[tuple[str, date | str, date | str]] = story.chance.choice(
        [
            [("GOLD", "2007-01-01", "")],
            [("GOLD", "2007-01-01", "2009-12-31")],
            [("SELECT", "2007-01-01", "")],
            [("GOLD", "2007-01-01", middle), ("SILVER", middle + timedelta(days=gap), "2009-12-31")],
            [("PREMIER", first, last), ("REGISTERED", "2006-01-01", "")],
            [("PREMIER", first, last - timedelta(days=1))],
            [("PREMIER", first + timedelta(days=1), last)],
            [("REGISTERED", "2006-01-01", "")],
            [("GOLD", "", "2009-12-31")],
            [("GOLD", "2007-01-01", middle), ("GOLD", middle - timedelta(days=9), last)],
        ]
    )
    for level, begins, ends in spans if story.rarely(2) else [(story.chance.choice(LEVELS), "2007-01-01", "")]:
        story.add("certifications", partner_number=partner, level=level, first_day=str(begins), last_day=str(ends))


def _book(story: Story, partner: str, tier: str, option: Option) -> None:
    first, last = option.first_day, option.last_day
    middle = first + timedelta(days=story.chance.randint(10, 70))
    clean = not story.rarely(4)
    booked = str(middle) if clean else story.beside(first, last, option.last_tracked_day, option.evaluation_day("FIRST"), middle)
    distributor = story.chance.choice(["D1", "D2"]) if tier == "TWO_TIER" or story.rarely(6) else ""
    number = story.number("orders", "SO")
    for line in range(1, story.chance.choice([1, 1, 2, 3]) + 1):
        quote = _quote(story, partner, booked)
        deviation = _deviate(story, partner, booked, quote) if distributor and not story.rarely(8) else ""
        order = story.add(
            "orders",
            order_number=number,
            line=str(line),
            partner_number=partner,
            quote_number=quote,
            deviation_number=deviation,
            distributor_id=distributor,
            **_days(story, option, booked),
            sale_type="RESALE",
            acquisition="PURCHASE",
            existing_network="true",
            product="WS-C3750G-24TS",
            quantity="1" if story.rarely(2) else "2",
            net_value=story.chance.choice(AMOUNTS),
            credit=f"{story.chance.randint(100, 600000) / 100:.2f}",
        )
        if story.rarely(3):
            column, values = story.chance.choice(DEFECTS)
            order[column] = story.chance.choice(values)
        if distributor or tier == "TWO_TIER":
            report(story, order, option)
    if not story.rarely(5):
        send_back(story, number, option)


def _days(story: Story, option: Option, booked: str) -> Row:
    evaluations = (option.evaluation_day("FIRST"), option.evaluation_day("SECOND"))
    plain = (date.fromisoformat(booked) + timedelta(days=9)).isoformat()
    return {
        "booked_on": "" if story.rarely(30) else booked,
        "confirmed_on": booked,
        "shipped_on": story.chance.choice([plain] * 6 + [story.beside(*evaluations), ""]),
        "cancelled_on": story.beside(*evaluations) if story.rarely(10) else "",
    }


def _quote(story: Story, partner: str, booked: str) -> str:
    number = story.number("quotes", "Q")
    day = date.fromisoformat(booked)
    for line in ("1", "2") if story.rarely(4) else ("1",):
        issued = "" if story.rarely(25) else str(day - timedelta(days=story.chance.choice([20, 20, 20, 20, 0, -1])))
        valid = "" if story.rarely(12) else str(day + timedelta(days=story.chance.choice([20, 20, 20, 20, 5, 0, -1])))
        if issued and valid and valid < issued:
            valid = issued
        story.add("quotes", quote_number=number, line=line, partner_number=partner, issued_on=issued, valid_until=valid, credit="1000.00")
    return number


def _deviate(story: Story, partner: str, booked: str, quote: str) -> str:
    number = story.number("deviations", "DV")
    day = date.fromisoformat(booked)
    decided = str(day + timedelta(days=story.chance.choice([-2, -2, -2, -2, -2, -2, -1, 0, 0, 1])))
    status = story.chance.choice(["APPROVED"] * 16 + ["DECLINED", "REQUESTED", ""])
    story.add(
        "deviations",
        deviation_number=number,
        distributor_id="D1",
        partner_number=partner,
        quote_number=quote,
        type=story.chance.choice(["TMP"] * 18 + ["OTHER", ""]),
        requested_on=str(day - timedelta(days=9)),
        status=status,
        decided_on="" if status in {"REQUESTED", ""} else decided,
    )
    return number


def report(story: Story, order: Row, option: Option) -> None:
    """What a distributor reports of one order line: all of it, part of it, late, never, or with a return."""
    whole = int(order["quantity"] or 1)
    quantities = story.chance.choice([[whole]] * 5 + [[whole - 1, 1], [whole, 1, -1], [whole, -1], [whole - 1], []])
    by_deviation = bool(order["deviation_number"]) and story.rarely(4)
    plain = str(option.first_day + timedelta(days=80))
    for quantity in quantities:
        days = [plain if not story.rarely(7) else story.beside(*map(option.evaluation_day, ("FIRST", "SECOND"))) for _ in range(3)]
        story.add(
            "pos",
            distributor_id=order["distributor_id"] or "D9",
            invoice_number=story.number("pos", "INV"),
            invoice_line="1",
            partner_number=order["partner_number"],
            order_number="" if by_deviation else order["order_number"],
            order_line="" if by_deviation or story.rarely(40) else order["line"],
            deviation_number=order["deviation_number"],
            quantity="" if quantity == 1 and story.rarely(2) else str(quantity),
            shipped_on=days[0],
            invoiced_on=days[1],
            reported_on="" if story.rarely(25) else days[2],
        )


def send_back(story: Story, order_number: str, option: Option) -> None:
    """The RMA of one order, and its receipts: on, above and below the return rate, on time and not, reversed or not."""
    number = story.number("rmas", "RMA")
    for line in range(1, story.chance.choice([1, 1, 2]) + 1):
        due = story.chance.choice([20, 20, 100, 7, 3])
        story.add(
            "rmas",
            rma_number=number,
            line=str(line),
            order_number=order_number,
            product="traded equipment",
            units_due="" if story.rarely(20) else str(due),
            value_due=story.chance.choice(["1000.00", "2000.00", "999.99", "0.07", "", "0.00"]),
        )
        exact = -(-due * 85 // 100)
        for units in story.chance.choice([[due]] * 3 + [[exact], [exact - 1], [due + 5], [due, -1], [due, 2, -due], [-1, due], []]):
            _receive(story, number, str(line), units, option)


def _receive(story: Story, rma: str, line: str, units: int, option: Option) -> None:
    posted = story.beside(option.evaluation_day("FIRST"), option.return_deadline) if story.rarely(3) else str(option.last_day)
    story.add(
        "receipts",
        receipt_number=story.number("receipts", "RC"),
        rma_number=rma,
        line=line,
        units=str(units or 1),
        received_on=str(date.fromisoformat(posted) - timedelta(days=2)),
        posted_on="" if story.rarely(25) else posted,
    )
