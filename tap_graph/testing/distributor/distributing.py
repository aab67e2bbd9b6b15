"""What the distributors of every wire have in common: they publish and deliver reports, and misbehave when told to."""

from abc import ABC, abstractmethod

from tap_graph.testing.distributor.delivering import Answer, Credentials, send
from tap_graph.testing.distributor.misbehaving import Moods
from tap_graph.testing.distributor.reports import File, Report
from tap_graph.testing.distributor.spoiling import spoiled
from tap_graph.testing.distributor.writing import file_of, format_named

SECONDS = 1.0


class Distributor(ABC):
    """A distributor that does well until it is told to misbehave."""

    def __init__(self) -> None:
        self._moods = Moods()

    def misbehave(self, name: str, times: int | None = 1, *, where: str = "reports", seconds: float = SECONDS) -> None:
        """Misbehaves by that name for the next `times` times; several misbehaviors come one after the other.

        What is wrong with the content spoils the next report that is published or delivered; what is wrong on the wire spoils
        the next transfer.

        Args:
            name: One of `MISBEHAVIORS`.
            times: How often; None for always, until `behave`.
            where: Which transfers: of `reports`, of the `index`, or of `acknowledgements` that are sent to it.
            seconds: How long `slow` takes, and how long `half_then_silence` waits for an answer to what it delivers.
        """
        self._moods.add(name, times, where, seconds)

    def behave(self) -> None:
        """Does well from now on."""
        self._moods.clear()

    def publish(self, what: Report | File, wire_format: str = "csv") -> list[File]:
        """Lays a report out for whoever pulls; answers what it laid out, more than one file where it misbehaves so.

        A file that is there already by that name is replaced. A `File` is laid out as it is.
        """
        files = self._files(what, wire_format)
        for file in files:
            self._lay_out(file)
        return files

    def deliver(
        self,
        base_url: str,
        what: Report | File,
        wire_format: str = "csv",
        *,
        token: str | None = None,
        api_key: str | None = None,
        idempotency_key: str | None = None,
        packed: bool = False,
    ) -> Answer:
        """Delivers a report, or any file, to `POST /feeds/{kind}`; answers what the last file was answered with.

        Args:
            base_url: Where the tap_graph is, such as `http://127.0.0.1:8000`.
            what: A report, or a file as it is.
            wire_format: How a report is written; one of `WireFormat`.
            token: Bearer token of who delivers.
            api_key: API key of who delivers.
            idempotency_key: Sent as `Idempotency-Key`; the second of several files gets `-2` behind it, and so on.
            packed: Whether the body is gzip.
        """
        answers: list[Answer] = []
        for number, file in enumerate(self._files(what, wire_format), 1):
            headers = Credentials(token, api_key).headers()
            if idempotency_key is not None:
                headers["Idempotency-Key"] = idempotency_key if number == 1 else f"{idempotency_key}-{number}"
            # To fail is for servers: it waits for whoever pulls.
            mood = self._moods.wire("reports", but=("failing",))
            answer = send(base_url, file, headers, mood=mood, packed=packed)
            answers.append(answer)
        *earlier, last = answers
        return Answer(last.status, last.json, last.text, tuple(earlier))

    @property
    @abstractmethod
    def acknowledgements(self) -> list[File]:
        """The answers it was sent, first come first: 997, 824, CONTRL, CSV."""

    @abstractmethod
    def _lay_out(self, file: File) -> None: ...

    def _files(self, what: Report | File, wire_format: str) -> list[File]:
        if isinstance(what, File):
            return [what]
        chosen = format_named(wire_format)
        mood = self._moods.content()
        return spoiled(mood.misbehavior, what, chosen) if mood else [file_of(what, chosen)]
