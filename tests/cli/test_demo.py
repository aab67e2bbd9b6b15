"""`tap-graph demo --no-serve`: the program year, again and again, and only over its own facts."""

import re
from decimal import Decimal

from tap_graph.app import open_application
from tests.applications import rows
from tests.cli.conftest import CommandLine
from tests.cli.program import PARTNERS

TOTAL = re.compile(r"^Payable in ([A-Z]+): .* (-?\d+\.\d\d) USD over (\d+) evaluations\.$", re.MULTILINE)


def judged(output: str) -> str:
    """What is printed after the deliveries."""
    return output[output.index("APAC: Asia Pacific") :]


def test_demo_pays_the_sum_of_the_bundled_year_and_repeats_itself(bare: CommandLine) -> None:
    first, second = bare("demo", "--no-serve"), bare("demo", "--no-serve")
    assert (first.exit_code, second.exit_code) == (0, 0)
    totals = TOTAL.findall(first.stdout)
    assert [region for region, _, _ in totals] == ["APAC", "CANADA", "EMERGING", "EUROPE", "US"]
    assert sum(Decimal(payable) for _, payable, _ in totals) == Decimal("36324.02")
    assert judged(first.stdout) == judged(second.stdout)
    application = open_application(f"sqlite:///{bare.database}")
    payable = sum(int(str(value)) for (value,) in rows(application, "evaluations", "payable"))
    deliveries = rows(application, "deliveries", "file")
    application.database.dispose()
    assert payable == 3_632_402
    assert len(deliveries) == len(set(deliveries)) == 14


def test_demo_refuses_a_database_that_holds_other_facts(tap: CommandLine) -> None:
    tap.load(partners=PARTNERS)
    before = tap.database.read_bytes()
    result = tap("demo", "--no-serve")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"OTHER_FACTS: sqlite:///{tap.database} holds deliveries that are not the demo's; the demo would mix with them. "
        "Set TAP_DATABASE_URL to another database, or leave it unset for sqlite:///tap-graph-demo.db.\n"
    )
    assert tap.database.read_bytes() == before
