"""The skeleton of a region: a distribution that installs and passes its own tests as it was written."""

from importlib.resources import files
from pathlib import Path
from string import Template

from tap_graph.domain.errors import ConfigurationError, TapError
from tap_graph.rules import find_rulebooks
from tap_graph.rules.shapes import THEATRE_CODE

TEMPLATES = files("tap_graph.testing") / "region_skeleton"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def write_region(code: str, folder: Path) -> list[Path]:
    """Writes the skeleton of a new region into a folder and names the files.

    Args:
        code: The theatre's code: capitals, digits and _, a capital first.
        folder: Where to write; made if it does not exist, refused if it holds one of the files.
    """
    if not THEATRE_CODE.fullmatch(code):
        raise TapError(f"{code!r} is no theatre code. Write capitals, digits and _ only, a capital first.")
    taken, countries = _claimed()
    if code in taken:
        raise TapError(f"Region {code} is installed already. Choose another code, or change the installed one.")
    names = _names(code, countries)
    targets = {folder / target: template for target, template in _files(names["package"]).items()}
    existing = [str(target) for target in targets if target.exists()]
    if existing:
        raise TapError(f"{', '.join(existing)} exists already, and nothing is overwritten. Choose an empty folder.")
    for target, template in targets.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template((TEMPLATES / template).read_text("utf-8")).substitute(names), "utf-8")
    return list(targets)


def _files(package: str) -> dict[str, str]:
    return {
        "pyproject.toml": "pyproject.toml.txt",
        "README.md": "README.md.txt",
        f"{package}/__init__.py": "region.py.txt",
        "scenarios/first_steps.yaml": "scenario.yaml.txt",
        "test_scenarios.py": "test_scenarios.py.txt",
    }


def _names(code: str, claimed: frozenset[str]) -> dict[str, str]:
    name = code.replace("_", " ").title()
    lower = code.lower()
    return {
        "code": code,
        "name": name,
        "package": f"tap_graph_{lower}",
        "distribution": f"tap-graph-{lower.replace('_', '-').strip('-')}",
        "country": _country(code, claimed),
    }


def _country(code: str, claimed: frozenset[str]) -> str:
    # ISO 3166-1 leaves XA to XZ to its users: a start there takes no partner from another theatre.
    start = sum(map(ord, code))
    for step in range(len(LETTERS)):
        country = f"X{LETTERS[(start + step) % len(LETTERS)]}"
        if country not in claimed:
            return country
    raise TapError("Every country from XA to XZ is claimed by an installed region. Uninstall one that is only a start.")


def _claimed() -> tuple[frozenset[str], frozenset[str]]:
    try:
        rulebooks = find_rulebooks()
    except ConfigurationError:
        # A first region is written where none is installed, or where the installed ones do not start.
        return frozenset(), frozenset()
    lists = (book.countries(period.number).value for book in rulebooks.values() for period in book.periods)
    return frozenset(rulebooks), frozenset(country.code for listed in lists for country in listed)
