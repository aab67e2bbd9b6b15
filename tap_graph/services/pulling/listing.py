"""Listings: the files that an index over HTTP names, as JSON or as the page of a web server."""

from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import httpx2
import msgspec

from tap_graph.services.pulling.place import Offered, SourceAway

MOST_FILES = 10_000


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps where a link leads."""
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def listed(base: httpx2.URL, content_type: str, body: bytes) -> Sequence[Offered]:
    """The files of an index on its own host, in its order; SourceAway where it is none.

    JSON is a list of names or addresses, or of objects with `name` or `url`, and `etag` if they like; HTML is any page with links.
    """
    media = content_type.partition(";")[0].strip().lower()
    if media == "application/json" or media.endswith("+json"):
        named = list(_of_json(body))
    elif media in ("text/html", "application/xhtml+xml"):
        links = _Links()
        links.feed(body.decode("utf-8", "replace"))
        named = [(link, None) for link in links.found]
    else:
        raise SourceAway(f"The index is {media or 'of no type'}. It is a JSON list or an HTML page; for a single file, name the file.")
    found = {url: offered for link, etag in named if (offered := _offered(base, link, etag)) and (url := offered.address)}
    if len(found) > MOST_FILES:
        raise SourceAway(f"The index names more than {MOST_FILES:,} files. Ask its owner to put the old ones elsewhere.")
    return list(found.values())


def _of_json(body: bytes) -> Iterator[tuple[str, str | None]]:
    try:
        found = msgspec.json.decode(body, type=list[Any])
    except (ValueError, RecursionError) as error:
        raise SourceAway(f"The index is no JSON list: {error}.") from error
    for each in found:
        given = each if isinstance(each, dict) else {"url": each}
        link, etag = given.get("url") or given.get("name"), given.get("etag")
        if not isinstance(link, str):
            raise SourceAway("The index lists something without a name. It is a list of names, or of objects with name or url.")
        yield link, etag if isinstance(etag, str) and etag else None


def _offered(base: httpx2.URL, link: str, etag: str | None) -> Offered | None:
    """A file that a link leads to; None where it leads to another host, a folder or the index itself in another order."""
    try:
        url = base.join(link).copy_with(fragment=None)
    except (httpx2.InvalidURL, ValueError):
        return None
    name = unquote(url.path.rpartition("/")[2])
    if (url.scheme, url.host, url.port) != (base.scheme, base.host, base.port) or not is_name(name) or url.path == base.path:
        return None
    return Offered(name, str(url), None if etag is None else f"etag {etag}")


def is_name(name: str) -> bool:
    """Whether a text is the name of a file."""
    return bool(name.strip(". ")) and name.isprintable() and "/" not in name and "\\" not in name
