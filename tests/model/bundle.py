"""The bundled program year: its feed files in the order of delivery, and every judgement of it in the order of days."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.model.cells import KEYS
from tests.model.figures import THEATRES
from tests.model.judge import Judgement, judge
from tests.model.rows import Delivery, Facts


def deliveries_of(folder: Path) -> list[Delivery]:
    """The feed files of a folder, `NN-kind.csv` or `NN-kind-what.csv`, in the order of their numbers."""
    deliveries: list[Delivery] = []
    for path in sorted(folder.glob("[0-9][0-9]-*.csv")):
        kind = path.stem.split("-")[1]
        if kind not in KEYS:
            raise ValueError(f"{path.name} names no feed kind")
        with path.open(encoding="utf-8", newline="") as file:
            deliveries.append((kind, list(csv.DictReader(file))))
    return deliveries


def judge_all(facts: Facts, countries: Mapping[str, frozenset[str]] | None = None) -> list[dict[str, Any]]:
    """Both windows of every option of every theatre, judged for real on their days, the earliest first."""
    steps = [
        (option.evaluation_day(window), theatre, code, window)
        for theatre, options in THEATRES.items()
        for code, option in options.items()
        for window in ("FIRST", "SECOND")
    ]
    earlier: list[Judgement] = []
    judgements = []
    for on, theatre, code, window in sorted(steps):
        results = judge(facts, theatre, code, window, on, earlier, countries)
        earlier += results
        judgements.append({"region": theatre, "option": code, "window": window, "results": results})
    return judgements
