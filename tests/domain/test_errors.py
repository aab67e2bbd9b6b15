"""Errors: one tree, drawn in the module's docstring, each with a stable code."""

import inspect

from tap_graph.domain import errors
from tap_graph.domain.errors import FileRefused, RuleFailed, TapError

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
ALL = [kind for kind in CLASSES if issubclass(kind, TapError)]


def test_every_error_is_drawn_in_the_tree() -> None:
    assert [kind.__name__ for kind in CLASSES if kind not in ALL] == []
    assert [kind.__name__ for kind in ALL if f"{kind.__name__} " not in (errors.__doc__ or "")] == []


def test_codes_are_different() -> None:
    codes = [kind.code for kind in ALL if kind is not FileRefused]
    assert len(codes) == len(set(codes))


def test_a_failed_rule_says_where() -> None:
    failed = RuleFailed("ATLANTIS", "dist 1.2", "tap_check_order_line", "raised KeyError: 1")
    assert str(failed) == "ATLANTIS: tap_check_order_line of dist 1.2 raised KeyError: 1"
    assert (failed.region, failed.plugin, failed.hook) == ("ATLANTIS", "dist 1.2", "tap_check_order_line")


def test_a_refused_file_says_the_line_where_reading_ended() -> None:
    refused = FileRefused("NOT_UTF8", "byte 7 is not UTF-8", 3)
    assert (refused.code, refused.line, str(refused)) == ("NOT_UTF8", 3, "byte 7 is not UTF-8")
