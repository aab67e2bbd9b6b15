"""Data versions: an answer with the version it was read at, and no answer where the caller's is still that one."""

from collections.abc import Sequence
from typing import Any

from tap_graph.storage.tables.installation import DATA_VERSION, installation

VERSION = f"SELECT value FROM {installation.name} WHERE name = '{DATA_VERSION}'"  # noqa: S608 - names of ours


def dated(sql: str, values: Sequence[Any], dialect: str, known: str) -> tuple[str, list[Any]]:
    """The statement with the data version beside its value, and its parameters; no value where the version is the known one.

    It stays one statement, which sees one state; a value that is not needed is not looked for.
    """
    if dialect == "postgresql":
        place, all_values = f"${len(values) + 1}::VARCHAR", [*values, known]
    else:
        place, all_values = "?", [known, *values]
    answer = f"CASE WHEN version.value = {place} THEN NULL ELSE ({sql}) END"
    return f"SELECT {answer}, version.value FROM ({VERSION}) AS version", all_values  # noqa: S608 - a plan's own text
