"""The file of sources: what it may say, and what is told of one that says something else."""

from datetime import timedelta

import pytest

from tap_graph.domain.errors import ConfigurationError
from tap_graph.services.pulling import Source, read_sources

FILE = """
[[source]]
name = "one"
kind = "pos"
sender = "D1"
url = "https://d1.example/reports/"
pattern = "*.x12"
every = "1h"
token_env = "D1_TOKEN"

[[source]]
name = "two"
kind = "pos"
sender = "D2"
url = "sftp://tap@d2.example:2222/outbox"
password_env = "D2_PASSWORD"
host_key = "SHA256:abc"

[[source]]
name = "three"
kind = "orders"
sender = "HQ"
url = "file:///srv/feeds/hq"
quiet = "90s"
"""
GOOD = {"name": "s", "kind": "pos", "sender": "D", "url": "https://h/x/"}
SFTP = {"url": "sftp://u@h/x", "host_key": "SHA256:a", "password_env": "P"}


def toml(**given: object) -> str:
    """A file of one source that is good but for what is given; None leaves something out."""
    lines = [
        f"{name} = {value if isinstance(value, bool | int) else repr(value)}"
        for name, value in {**GOOD, **given}.items()
        if value is not None
    ]
    return "\n".join(["[[source]]", *lines]).replace("True", "true")


def test_sources_are_read_as_they_are_written() -> None:
    one, two, three = read_sources(FILE, "sources.toml")
    url = "https://d1.example/reports/"
    assert one == Source(name="one", kind="pos", sender="D1", url=url, pattern="*.x12", every=timedelta(hours=1), token_env="D1_TOKEN")
    assert (two.every, two.pattern, two.only_distributor) == (timedelta(minutes=15), "*", "D2")
    assert (three.quiet, three.only_distributor) == (timedelta(seconds=90), None)


def test_a_report_holds_lines_of_its_sender_alone_unless_the_file_says_otherwise() -> None:
    (own,), (any_) = read_sources(toml(), "f"), read_sources(toml(any_distributor=True), "f")
    assert (own.only_distributor, any_[0].only_distributor) == ("D", None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = [", "f.toml is no TOML: "),
        ("x = 1", "f.toml holds tables [[source]] and nothing else."),
        ("", "f.toml holds tables [[source]] and nothing else."),
        ("source = 1", "f.toml holds tables [[source]] and nothing else."),
        ("source = [1]", "f.toml holds tables [[source]] and nothing else."),
        (toml(password="secret"), "f.toml, source s: password is no setting of a source; there are "),
        (toml(sender=None, kind=None), "f.toml, source s does not say its kind, sender."),
        (toml(name=None), "f.toml, source 1 does not say its name."),
        (toml(kind=5), "f.toml, source s: kind is no text. Write it in quotes."),
        (toml(sender=""), "f.toml, source s: sender is no text. Write it in quotes."),
        (toml(any_distributor=1), "f.toml, source s: any_distributor is true or false."),
        (toml(kind="invoices"), "f.toml, source s: invoices is no kind of feed; there are partners, "),
        (toml(every="often"), "f.toml, source s: every is 'often'. Write a number and s, m, h or d, such as 15m."),
        (toml(every="0m"), "f.toml, source s: every is '0m'. "),
        (toml(url="ftp://h/x"), "f.toml, source s: its url begins with none of http://, https://, sftp://, file://."),
        (toml(url="https://h:x/"), "f.toml, source s: its url cannot be read: "),
        (toml(url="https:///x"), "f.toml, source s: its url names no host."),
        (toml(url="https://u:p@h/x"), "f.toml, source s: its url holds who logs in. "),
        (toml(url="sftp://u:p@h/x"), "f.toml, source s: its url holds who logs in. "),
        (toml(token_env="secret value"), "f.toml, source s: token_env is no name of an environment variable. "),
        (toml(user="u"), "f.toml, source s logs in by token_env, or by user and password_env."),
        (toml(user="u", password_env="P", token_env="T"), "f.toml, source s logs in by token_env, or by user and password_env."),
        (toml(host_key="SHA256:a"), "f.toml, source s: private_key_env and host_key are for sftp://."),
        (toml(url="http://h/x", token_env="T"), "f.toml, source s would send its secret for everybody on the way to read. "),
        (toml(**{**SFTP, "host_key": None}), "f.toml, source s does not say its host_key. Ask its owner for the fingerprint, "),
        (toml(**{**SFTP, "url": "sftp://h/x"}), "f.toml, source s does not say its user. "),
        (toml(**{**SFTP, "url": "sftp:///x", "user": "u"}), "f.toml, source s: its url names no host."),
        (toml(**{**SFTP, "password_env": None}), "f.toml, source s logs in by password_env or private_key_env."),
        (toml(url="file://srv/x"), "f.toml, source s: its url names no folder. "),
        (toml(url="file:///"), "f.toml, source s: its url names no folder. "),
        (toml(url="file:///x", user="u"), "f.toml, source s: nobody logs in to a folder. "),
        (f"{toml()}\n{toml()}", "f.toml names two sources s. "),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_says_what_to_write(text: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_sources(text, "f.toml")
    assert str(refused.value).startswith(told)


def test_secrets_may_travel_unencrypted_on_this_machine_alone() -> None:
    for host in ("127.0.0.1:80", "localhost", "[::1]"):
        assert read_sources(toml(url=f"http://{host}/x", token_env="T"), "f")[0].token_env == "T"
