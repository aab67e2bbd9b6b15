"""`tap-graph token`."""

from collections.abc import Sequence

import click

from tap_graph.app import Application
from tap_graph.cli.console import ready_application
from tap_graph.domain.errors import NotAuthenticated
from tap_graph.domain.viewer import Role, Viewer


@click.command("token", epilog="Example: tap-graph token --role ADMINISTRATOR --region REGION")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="The role the token speaks for.")
@click.option("--partner", help="Partner number, for PARTNER.")
@click.option("--distributor", help="Distributor id, for DISTRIBUTOR.")
@click.option("--email", help="E-mail address, for CAM and FIELD.")
@click.option("--region", "regions", multiple=True, help="Region the role works in; may be given several times.")
@click.option(
    "--hours", default=12.0, type=click.FloatRange(min=0, min_open=True, max=24 * 366), show_default=True, help="How long it is good."
)
def command(role: str, partner: str | None, distributor: str | None, email: str | None, regions: Sequence[str], hours: float) -> None:
    """Prints a development token, signed with the installation's development key."""
    viewer = Viewer(
        subject=f"development-{role.lower()}",
        role=Role(role),
        partner_number=partner,
        distributor_id=distributor,
        email=email,
        regions=tuple(regions) or None,
    )
    click.echo(signed(ready_application(), viewer, hours))


def signed(application: Application, viewer: Viewer, hours: float = 12.0) -> str:
    """A development token for a viewer; what its role lacks is a usage error."""
    try:
        return application.tokens().sign(viewer, application.now(), hours)
    except NotAuthenticated as error:
        raise click.UsageError(str(error).removesuffix(" Get a new one with `tap-graph token`.")) from error
