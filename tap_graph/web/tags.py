"""Tags: what a GET answer is known by: the data version it was read at, and a digest of all else it depends on.

The tags are weak: the bytes differ by coding, and by what is left of the caller's allowance.
"""

import re
from datetime import date
from hashlib import blake2b
from urllib.parse import quote, unquote

import msgspec

from tap_graph.domain.viewer import Viewer
from tap_graph.reads.exchange import Question

TAG = re.compile(rb'"([!#-~]*)"')
ANY = b"*"


def digest_of(schema_version: str, viewer: Viewer, day: date, question: Question, media: str) -> str:
    """What an answer depends on besides the data: the schema, the viewer, the day, the question and the media type.

    Viewer and question go in with every field they have.
    """
    return blake2b(msgspec.json.encode((schema_version, viewer, day, question, media)), digest_size=16).hexdigest()


def tag_of(version: str, digest: str) -> bytes:
    """The tag of an answer; the version stands in it so that it can be read back."""
    return f'W/"{quote(version, safe=":")}.{digest}"'.encode()


def known_versions(if_none_match: bytes, digest: str) -> list[str]:
    """The data versions that a caller holds this very answer of, in the order it names them."""
    ending = b"." + digest.encode()
    versions = [unquote(tag[: -len(ending)].decode()) for tag in TAG.findall(if_none_match) if tag.endswith(ending)]
    return [version for version in versions if version.isprintable()]
