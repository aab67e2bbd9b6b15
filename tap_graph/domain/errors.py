"""Every error the program can give, in one tree::

    TapError                      says what happened, to which number, and what to do
    ├── ConfigurationError        this installation cannot run as it is
    │   ├── PluginRefused         a region contradicts the core, another region or itself
    │   ├── NotMigrated           the database has no tables, or older ones than this release
    │   ├── NewerDatabase         the database was written by a newer release
    │   └── RulebookChanged       installed figures differ from the published ones
    ├── UnknownName               a region, option, kind, scenario key … that does not exist
    ├── FileRefused               a file cannot be read as its kind; nothing of it was stored
    ├── OtherFacts                a database holds facts that do not belong to what was asked
    ├── RuleFailed                a region's rule raised, or answered what its hook does not allow
    ├── ScenarioWrong             a scenario file cannot be read; names file, document and line
    ├── ActRefused                an act is not done, with every reason (domain/refusal.py)
    ├── OperationRefused          a GraphQL operation asks for what it may not or cannot have (reads/refusals.py)
    ├── NotAuthenticated          a token is missing, wrong or out of date
    └── NotAllowed                the viewer's role may not do or see this

Errors are raised in domain, rules, feeds and services, and translated once per face (schema, web, cli).
"""


class TapError(Exception):
    """An expected error; `code` is stable, the message is for people and ends with what to do."""

    code = "TAP_ERROR"


class ConfigurationError(TapError):
    """This installation cannot run as it is."""

    code = "CONFIGURATION"


class PluginRefused(ConfigurationError):
    """A region contradicts the core, another region or itself; the message names both sides."""

    code = "PLUGIN_REFUSED"


class NotMigrated(ConfigurationError):
    """The database has no tables, or those of an older release."""

    code = "NOT_MIGRATED"


class NewerDatabase(ConfigurationError):
    """The database was written by a newer release than this one."""

    code = "NEWER_DATABASE"


class RulebookChanged(ConfigurationError):
    """The installed figures differ from those published in the database under the same version."""

    code = "RULEBOOK_CHANGED"


class UnknownName(TapError):
    """A name that does not exist; the message lists those that do."""

    code = "UNKNOWN_NAME"


class FileRefused(TapError):
    """A file cannot be read as its kind: refused whole, nothing stored.

    `code` says why (`NOT_UTF8`, `UNKNOWN_COLUMN`, …) and `line` is the physical line where reading ended, counted from 1.
    """

    def __init__(self, code: str, message: str, line: int) -> None:
        super().__init__(message)
        self.code = code
        self.line = line


class OtherFacts(TapError):
    """The database holds facts that do not belong to what was asked."""

    code = "OTHER_FACTS"


class RuleFailed(TapError):
    """A rule raised or answered what its hook does not allow; what it was asked about stays undecided."""

    code = "RULE_FAILED"

    def __init__(self, region: str, plugin: str, hook: str, message: str) -> None:
        super().__init__(f"{region}: {hook} of {plugin} {message}")
        self.region = region
        self.plugin = plugin
        self.hook = hook


class ScenarioWrong(TapError):
    """A scenario file cannot be read; the message names file, document and line."""

    code = "SCENARIO_WRONG"


class NotAuthenticated(TapError):
    """The token is missing, wrong or out of date."""

    code = "UNAUTHENTICATED"


class NotAllowed(TapError):
    """The viewer's role may not do or see this."""

    code = "FORBIDDEN"
