"""What a scenario expects against what came out; only the keys it names are compared."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

AMOUNTS = {"booked_value", "credits", "pending_credits", "value_due", "value_received", "entitlement", "payable"}


def differences(expected: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    """One sentence for each expected key that came out otherwise."""
    found = []
    for key, wanted in expected.items():
        if key == "requirements":
            found += _requirements(wanted, row)
        elif not _equal(key, wanted, actual := _actual(key, row)):
            found.append(f"{key} is {_shown(actual)}, expected {_shown(wanted)}")
    return found


def _actual(key: str, row: Mapping[str, Any]) -> Any:
    if key == "not_counted":
        return not_counted(row)
    if key == "findings":
        return [finding["code"] for finding in row["findings"]]
    return row[key]


def not_counted(row: Mapping[str, Any]) -> dict[str, list[str]]:
    """Reasons by order number, or by `number/line` where the order has several lines."""
    lines = Counter(line["order_number"] for line in (*row["counted"], *row["not_counted"]))
    return {
        line["order_number"] if lines[line["order_number"]] == 1 else f"{line['order_number']}/{line['line']}": line["reasons"]
        for line in row["not_counted"]
    }


def _requirements(wanted: Mapping[str, str], row: Mapping[str, Any]) -> list[str]:
    actual = {requirement["code"]: requirement["status"] for requirement in row["requirements"]}
    return [
        f"requirement {code} is {actual.get(code, 'not one of the five')}, expected {status}"
        for code, status in wanted.items()
        if actual.get(code) != status
    ]


def _equal(key: str, wanted: Any, actual: Any) -> bool:
    if key in AMOUNTS:
        return _number(wanted) == _number(actual)
    if key == "return_rate":
        number = _number(wanted)
        return actual is None if wanted is None else number is not None and number.quantize(Decimal("0.0001")) == _number(actual)
    return bool(wanted == actual)


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _shown(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)
