"""Trusted documents: a registry of ids and documents, read at start, by which requests may name what they ask.

The file is what graphql-codegen's client preset writes as `persisted-documents.json`: one JSON object, id to document. A
document is found by the id the file gives it and by its SHA-256, bare (Apollo's way) or after `sha256:` (GraphQL over HTTP).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import msgspec

from tap_graph.domain.errors import ConfigurationError
from tap_graph.web.refusing import RequestRefused, bad_request
from tap_graph.web.request import GraphQLRequest

PREFIX = "sha256:"
APOLLO_NOT_FOUND = "PersistedQueryNotFound"
"""What Apollo's and urql's clients look for before they send the text as well."""


@dataclass(frozen=True, slots=True)
class TrustedDocuments:
    """The registry, and whether nothing but what it holds is answered."""

    documents: Mapping[str, str] = field(default_factory=dict)
    trusted_only: bool = False
    _found: dict[str, str] = field(init=False, default_factory=dict)
    _texts: frozenset[str] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        object.__setattr__(self, "_texts", frozenset(self.documents.values()))
        for document_id, document in self.documents.items():
            digest = _digest(document)
            if document_id.startswith(PREFIX) and document_id != PREFIX + digest:
                raise ConfigurationError(f"Trusted document {document_id} is not the document of that hash; write the registry anew.")
            for name in (document_id, digest, PREFIX + digest):
                if self._found.setdefault(name, document) != document:
                    raise ConfigurationError(f"Two trusted documents answer to {name}; write the registry anew.")
        if self.trusted_only and not self.documents:
            raise ConfigurationError("Only trusted documents may be asked, and there are none; name the registry, or allow others.")

    @classmethod
    def read(cls, path: Path, *, trusted_only: bool = False) -> Self:
        """The registry of a file; ConfigurationError says what is wrong with one that cannot be read."""
        try:
            found = msgspec.json.decode(path.read_bytes())
        except OSError as error:
            raise ConfigurationError(f"The trusted documents cannot be read: {path}: {error.strerror}.") from error
        except (ValueError, RecursionError) as error:
            raise ConfigurationError(f"The trusted documents are no JSON: {path}: {error}") from error
        return cls(_checked(found, path), trusted_only)

    def document_of(self, asked: GraphQLRequest) -> str:
        """The document that a request asks for, by id, by text or by both."""
        if asked.document_id is not None:
            return self._named(asked, asked.document_id)
        if asked.document is None:
            raise bad_request("query is missing, or is no text.")
        return self._allowed(asked.document)

    def _named(self, asked: GraphQLRequest, document_id: str) -> str:
        trusted = self._found.get(document_id)
        if asked.document is None:
            if trusted is None:
                raise _not_found(asked)
            return trusted
        if trusted is None and document_id.removeprefix(PREFIX) == _digest(asked.document):
            # The second request of a client that was told its hash is not known: the text counts.
            trusted = asked.document
        if trusted is None:
            raise _not_found(asked)
        if trusted != asked.document:
            raise RequestRefused(400, "DOCUMENT_MISMATCH", "The id names another document than the text beside it; send one of them.")
        return self._allowed(asked.document)

    def _allowed(self, document: str) -> str:
        if self.trusted_only and document not in self._texts:
            raise RequestRefused(403, "DOCUMENT_NOT_TRUSTED", "Only trusted documents are answered here; register this one first.")
        return document


def _not_found(asked: GraphQLRequest) -> RequestRefused:
    if asked.is_apollo:
        return RequestRefused(400, "DOCUMENT_NOT_FOUND", APOLLO_NOT_FOUND)
    return RequestRefused(400, "DOCUMENT_NOT_FOUND", "No trusted document has this id; register it, or send its text.")


def _digest(document: str) -> str:
    return sha256(document.encode()).hexdigest()


def _checked(found: Any, path: Path) -> dict[str, str]:
    if type(found) is not dict:
        raise ConfigurationError(f'The trusted documents are no object {{"id": "document"}}: {path}.')
    for document_id, document in found.items():
        if not document_id or type(document) is not str or not document.strip():
            raise ConfigurationError(f"Trusted document {document_id!r} is no text, or has no id: {path}.")
    return found
