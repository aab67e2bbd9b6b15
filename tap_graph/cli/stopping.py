"""Stopping: a program that runs for ever is ended where nothing breaks by it, by Ctrl-C or by its supervisor."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Self


class Stopping:
    """Turns SIGINT and SIGTERM into KeyboardInterrupt: at once while it waits, else when it is about to wait next.

    What it works on is ended first: an interrupt in the middle of a transaction would leave its connection unusable. Who asks twice
    is not kept waiting.
    """

    def __init__(self) -> None:
        self._is_waiting = False
        self._is_asked = False

    @classmethod
    @contextmanager
    def heard(cls) -> Iterator[Self]:
        """Hears the signals until the block ends."""
        stopping = cls()
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = [signal.signal(number, stopping._hear) for number in numbers]
        try:
            yield stopping
        finally:
            for number, handler in zip(numbers, before, strict=True):
                signal.signal(number, handler)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """A time in which it may be interrupted."""
        self._is_waiting = True
        try:
            if self._is_asked:
                raise KeyboardInterrupt
            yield
        finally:
            self._is_waiting = False

    def sleep(self, seconds: float) -> None:
        """Sleeps, unless it is stopped."""
        with self.waiting():
            time.sleep(seconds)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        if self._is_waiting or self._is_asked:
            raise KeyboardInterrupt
        self._is_asked = True
