"""The explorer is served from this host alone, and its examples are queries of the schema."""

import json
import re
from hashlib import sha256
from typing import Any

from graphql import parse, validate

from tap_graph.schema.build import build
from tap_graph.web.explorer import STATIC
from tests.web.conftest import Web

PINNED = {
    "graphiql-2.4.7.min.js": "9ff2ca6842eea42d47fcf53a8e8cfec9b7912474f6c4275e904b7a39830e3995",
    "graphiql-2.4.7.min.css": "3ac6ccf8b4077271478b4887ec050ab9e66f0dc101a32ff3e2127b8f1d5ca6c3",
    "react-18.3.1.production.min.js": "d949f1c3687aedadcedac85261865f29b17cd273997e7f6b2bfc53b2f9d4c4dd",
    "react-dom-18.3.1.production.min.js": "35f4f974f4b2bcd44da73963347f8952e341f83909e4498227d4e26b98f66f0d",
}
OURS = ("index.html", "explorer.js", "explorer.css", "examples.js")


def examples() -> list[dict[str, str]]:
    """The tabs, read from the script as text."""
    script = (STATIC / "examples.js").read_text()
    tabs = re.findall(r"query: `(.*?)`(?:,\s*variables: `(.*?)`)?", script, re.DOTALL)
    return [{"query": query, "variables": variables or "{}"} for query, variables in tabs]


def test_the_page_is_served_without_identity_and_allows_no_other_host(web: Web) -> None:
    response = web.client.get("/graphiql")
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "connect-src 'self'" in policy
    assert "http" not in policy
    for path in re.findall(r'(?:src|href)="([^"]+)"', response.text):
        assert path == "data:," or web.client.get(path).status_code == 200


def test_the_page_and_its_styles_name_no_other_host() -> None:
    texts = {name: (STATIC / name).read_text() for name in (*OURS, "graphiql-2.4.7.min.css")}
    found = {
        name: re.findall(r"(?:https?:)?//[\w-]+\.[\w.]+|@import", re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))
        for name, text in texts.items()
    }
    assert [name for name, hosts in found.items() if hosts] == []


def test_nothing_outside_the_folder_is_served(web: Web) -> None:
    for path in ("/graphiql/static/../building.py", "/graphiql/static/%2e%2e/building.py", "/graphiql/static/..%2fbuilding.py"):
        assert web.client.get(path).status_code == 404


def test_vendored_files_are_the_pinned_ones_and_small_together() -> None:
    assert {name: sha256((STATIC / name).read_bytes()).hexdigest() for name in PINNED} == PINNED
    assert sum(path.stat().st_size for path in STATIC.iterdir()) < 3_000_000


def test_every_example_is_a_query_of_the_schema_and_is_answered(web: Web) -> None:
    tabs: list[dict[str, Any]] = list(examples())
    assert len(tabs) == 6
    core = build()._schema
    for tab in tabs:
        assert validate(core, parse(tab["query"])) == []
        assert "errors" not in web.ask(tab["query"], **json.loads(tab["variables"]))
