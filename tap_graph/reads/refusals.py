"""Operations that are refused before any SQL; the message ends with what to do."""

from tap_graph.domain.errors import TapError

ResponsePath = tuple[str | int, ...]


class OperationRefused(TapError):
    """The operation cannot be answered as it was asked; `path` leads to the field by response names."""

    code = "OPERATION_REFUSED"

    def __init__(self, message: str, path: ResponsePath = ()) -> None:
        super().__init__(message)
        self.path = path


class BadPage(OperationRefused):
    """The paging arguments contradict each other or the limits."""

    code = "BAD_PAGE"


class BadCursor(OperationRefused):
    """A cursor was made for another connection or sorting, or was altered."""

    code = "BAD_CURSOR"


class TooManyLists(OperationRefused):
    """The operation asks for more lists, counts and related rows than one statement should look for."""

    code = "TOO_COSTLY"


class BadVariables(OperationRefused):
    """A variable has no value that may stand where it is used."""

    code = "BAD_VARIABLES"


class FieldNotVisible(OperationRefused):
    """The field is closed to the viewer's role."""

    code = "FIELD_NOT_VISIBLE"


class TooManyIds(OperationRefused):
    """More ids were asked for at once than one answer holds."""

    code = "TOO_MANY_IDS"


class TooDeep(OperationRefused):
    """The operation nests further than the database can parse."""

    code = "TOO_DEEP"
