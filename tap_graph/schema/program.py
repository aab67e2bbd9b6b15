"""Programs: the other programs an order line may use, and whether they may be combined (R15)."""

from sqlalchemy import literal

from tap_graph.schema.fields import column, one
from tap_graph.schema.figure import Figure, figures_about
from tap_graph.schema.links import RegionLink
from tap_graph.schema.money import DateWindow, days
from tap_graph.schema.node import Node, noun
from tap_graph.schema.scalars import ProgramCode
from tap_graph.storage import tables as t


@noun(t.programs, None, "Other program of the vendor, and whether a line that used it still earns a rebate.")
class Program(Node):
    """One answer of a theatre about a program."""

    code: ProgramCode = column("Code of the program.")
    name: str = column("Name of the program.")
    combinable: bool = column("Whether the program may be combined.")
    window: DateWindow | None = days(
        "Booking days the answer holds for; null when it holds on every day.", "first_day", "last_day", present="first_day"
    )
    region: RegionLink = one("Region", lambda row, region: region.c.id == row.c.theatre_id, "Region that gives the answer.")
    figures: list[Figure] = figures_about(
        lambda row: literal("program ") + row.c.code, "Figures behind the answer, with source and provenance."
    )
