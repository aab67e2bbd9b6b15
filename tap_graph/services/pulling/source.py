"""Sources: where files are pulled from, as the sources' file says (TOML).

It holds no secret: passwords, tokens and private keys stand in environment variables, which it names.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from tap_graph.domain.errors import ConfigurationError
from tap_graph.feeds.kinds import KINDS
from tap_graph.services.distributing import SENDING_KINDS

SPAN = re.compile(r"([1-9]\d{0,5})([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
SCHEMES = ("http", "https", "sftp", "file")
TEXTS = (
    "name", "kind", "sender", "url", "pattern", "every", "quiet", "user", "password_env", "token_env", "private_key_env", "host_key",
)  # fmt: skip
NEEDED = ("name", "kind", "sender", "url")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One place that files of one kind are pulled from, for one sender."""

    name: str
    kind: str
    sender: str
    url: str
    """`http://`, `https://`, `sftp://user@host:port/folder` or `file:///folder`; never with a password in it."""
    pattern: str = "*"
    """Which names are files of this source, as a shell would match them."""
    every: timedelta = timedelta(minutes=15)
    quiet: timedelta = timedelta(seconds=10)
    """How long a file in a folder must have kept its size before it is taken."""
    user: str | None = None
    password_env: str | None = None
    """Name of the variable that holds the password; likewise the next two."""
    token_env: str | None = None
    private_key_env: str | None = None
    host_key: str | None = None
    """SFTP: how the server is known, `SHA256:…` or a whole public key."""
    any_distributor: bool = False
    """Whether reports may hold lines of other distributors than the sender."""

    @property
    def parts(self) -> SplitResult:
        """The address in its parts."""
        return urlsplit(self.url)

    @property
    def only_distributor(self) -> str | None:
        """The one distributor whose lines its files may hold; None: those of any."""
        return None if self.any_distributor or self.kind not in SENDING_KINDS else self.sender


def read_sources(text: str, where: str) -> tuple[Source, ...]:
    """The sources of a file; ConfigurationError names file, source and what to write instead."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{where} is no TOML: {error}.") from error
    listed = found.get("source")
    if found.keys() - {"source"} or not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise ConfigurationError(f"{where} holds tables [[source]] and nothing else.")
    sources = tuple(_source(each, f"{where}, source {each.get('name', number)}") for number, each in enumerate(listed, 1))
    for source in sources:
        if sum(source.name == other.name for other in sources) > 1:
            raise ConfigurationError(f"{where} names two sources {source.name}. Give each a name of its own.")
    return sources


def _source(given: Mapping[str, Any], where: str) -> Source:
    known = {field.name for field in fields(Source)}
    if unknown := sorted(given.keys() - known):
        raise ConfigurationError(f"{where}: {', '.join(unknown)} is no setting of a source; there are {', '.join(sorted(known))}.")
    for name in given.keys() & set(TEXTS):
        if not isinstance(given[name], str) or not given[name] or not given[name].isprintable():
            raise ConfigurationError(f"{where}: {name} is no text. Write it in quotes.")
    if missing := [name for name in NEEDED if name not in given]:
        raise ConfigurationError(f"{where} does not say its {', '.join(missing)}.")
    if not isinstance(given.get("any_distributor", False), bool):
        raise ConfigurationError(f"{where}: any_distributor is true or false.")
    spans = {name: span(given[name], f"{where}: {name}") for name in ("every", "quiet") if name in given}
    made = Source(**{**given, **spans})
    _check(made, where)
    return made


def span(text: str, where: str) -> timedelta:
    """A span of time as people write it, `90s`, `15m`, `2h` or `1d`."""
    matched = SPAN.fullmatch(text)
    if matched is None:
        raise ConfigurationError(f"{where} is {text[:20]!r}. Write a number and s, m, h or d, such as 15m.")
    return timedelta(**{UNITS[matched[2]]: int(matched[1])})


def _check(source: Source, where: str) -> None:
    if source.kind not in KINDS:
        raise ConfigurationError(f"{where}: {source.kind} is no kind of feed; there are {', '.join(KINDS)}.")
    for name in ("password_env", "token_env", "private_key_env"):
        variable = getattr(source, name)
        if variable is not None and not VARIABLE.fullmatch(variable):
            raise ConfigurationError(f"{where}: {name} is no name of an environment variable. Put the secret into one, and its name here.")
    try:
        parts = source.parts
        has_port = parts.port is not None
    except ValueError as error:
        raise ConfigurationError(f"{where}: its url cannot be read: {error}.") from error
    if parts.scheme not in SCHEMES:
        raise ConfigurationError(f"{where}: its url begins with none of {', '.join(f'{scheme}://' for scheme in SCHEMES)}.")
    if parts.password is not None or (parts.scheme.startswith("http") and parts.username is not None):
        raise ConfigurationError(f"{where}: its url holds who logs in. Write user, and name the variable of the password in password_env.")
    CHECKS[parts.scheme](source, parts, has_port, where)


def _check_http(source: Source, parts: SplitResult, _has_port: bool, where: str) -> None:
    if not parts.hostname:
        raise ConfigurationError(f"{where}: its url names no host.")
    if source.private_key_env or source.host_key:
        raise ConfigurationError(f"{where}: private_key_env and host_key are for sftp://.")
    if (source.user is None) != (source.password_env is None) or (source.token_env and source.user):
        raise ConfigurationError(f"{where} logs in by token_env, or by user and password_env.")
    if parts.scheme == "http" and (source.user or source.token_env) and not _is_loopback(parts.hostname):
        raise ConfigurationError(f"{where} would send its secret for everybody on the way to read. Pull from https://.")


def _check_sftp(source: Source, parts: SplitResult, _has_port: bool, where: str) -> None:
    if not parts.hostname:
        raise ConfigurationError(f"{where}: its url names no host.")
    if not (source.user or parts.username):
        raise ConfigurationError(f"{where} does not say its user. Write sftp://user@host/folder.")
    if source.host_key is None:
        raise ConfigurationError(f"{where} does not say its host_key. Ask its owner for the fingerprint, SHA256:…, and write it.")
    if source.token_env or not (source.password_env or source.private_key_env):
        raise ConfigurationError(f"{where} logs in by password_env or private_key_env.")


def _check_folder(source: Source, parts: SplitResult, _has_port: bool, where: str) -> None:
    if parts.hostname or not parts.path.strip("/"):
        raise ConfigurationError(f"{where}: its url names no folder. Write file:///folder.")
    if source.user or source.password_env or source.token_env or source.private_key_env or source.host_key:
        raise ConfigurationError(f"{where}: nobody logs in to a folder. Leave user and secrets out.")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


CHECKS = {"http": _check_http, "https": _check_http, "sftp": _check_sftp, "file": _check_folder}
