"""The bundled program year: delivered, judged, and looked at by one viewer of each role."""

from collections.abc import Iterator
from importlib.resources import files

from sqlalchemy import select

from tap_graph.app import Application
from tap_graph.domain.evaluation import EvaluationWindow
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.rules import Rulebook
from tap_graph.services.evaluating import Request
from tap_graph.services.receiving import Delivery, Received
from tap_graph.storage import tables as t

SENDER = "demo"
REGIONAL = (Role.ADMINISTRATOR, Role.APPROVER, Role.DEVIATION_APPROVER, Role.PARTNER_RELATIONS, Role.ASSET_RECOVERY)


def deliver(application: Application) -> list[Received]:
    """Delivers the bundled files in the order of their numbers."""
    received = []
    bundle = files("tap_graph.demo")
    for entry in sorted((entry for entry in bundle.iterdir() if entry.name.endswith(".csv")), key=lambda entry: entry.name):
        kind = entry.name.removesuffix(".csv").split("-")[1]
        with entry.open("rb") as stream:
            received.append(application.ingest(Delivery(kind, stream, entry.name, SENDER)))  # type: ignore[arg-type]
    return received


def judgements(rulebook: Rulebook) -> list[Request]:
    """Every option of a region at both windows, in the order of the evaluation days."""
    dates = {option.code: rulebook.dates(option) for option in rulebook.options}
    first = EvaluationWindow.FIRST
    requests = [Request(rulebook.theatre.code, option.code, window) for option in rulebook.options for window in EvaluationWindow]
    requests.sort(key=lambda r: dates[r.option].first_evaluation_on if r.window is first else dates[r.option].second_evaluation_on)
    return requests


def viewers(application: Application) -> Iterator[Viewer]:
    """One viewer for each role the year has rows for."""
    with application.database.reading() as connection:
        partner = connection.execute(
            select(t.partners.c.partner_number, t.partners.c.cam_email)
            .join(t.evaluations, t.evaluations.c.partner_id == t.partners.c.id)
            .where(t.partners.c.cam_email.is_not(None))
            .order_by(t.partners.c.partner_number)
            .limit(1)
        ).one()
        distributor = connection.execute(select(t.pos_lines.c.distributor_id).order_by(t.pos_lines.c.distributor_id).limit(1)).scalar_one()
    yield Viewer(subject="demo-partner", role=Role.PARTNER, partner_number=partner.partner_number)
    yield Viewer(subject="demo-cam", role=Role.CAM, email=partner.cam_email)
    yield Viewer(subject="demo-field", role=Role.FIELD, email=partner.cam_email)
    yield Viewer(subject="demo-distributor", role=Role.DISTRIBUTOR, distributor_id=distributor)
    for role in REGIONAL:
        yield Viewer(subject=f"demo-{role.value.lower()}", role=role, regions=tuple(application.rulebooks))
    yield Viewer(subject="demo-auditor", role=Role.AUDITOR)


def whom(viewer: Viewer) -> str:
    """For whom a viewer asks, in words."""
    return viewer.partner_number or viewer.distributor_id or viewer.email or ", ".join(viewer.regions or ("all regions",))
