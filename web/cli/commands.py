"""Every command of the program as data, so that help and hints need none of the code behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Option:
    """One argument: `details` are what argparse is told of it."""

    flags: tuple[str, ...]
    help: str
    is_verbatim: bool = False
    """Its value is taken as written, also when it looks like an option."""
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Command:
    """`run` names the function, as module:function below web.cli; it is loaded when it is run."""

    name: str
    summary: str
    example: str
    run: str
    options: tuple[Option, ...] = ()
    more: str = ""

    @property
    def description(self) -> str:
        return f"{self.summary}.\n\n{self.more}" if self.more else f"{self.summary}."


def _option(*flags: str, help: str, is_verbatim: bool = False, **details: object) -> Option:
    return Option(flags, help, is_verbatim, details)


_NAME: Final = _option("name", metavar="NAME", help="the account's name, with or without @")

COMMANDS: Final = (
    Command(
        "serve",
        "Answer browsers and apps until Ctrl-C",
        "fedparents serve",
        "serving:serve",
    ),
    Command(
        "worker",
        "Do the background work in a process of its own",
        "FEDPARENTS_DATABASE_URL=postgresql://localhost/fedparents fedparents worker",
        "serving:work",
        more="On PostgreSQL any number of them may run, on any machine. On SQLite the server does\n"
        "this work itself, unless FEDPARENTS_WORKER=outside tells it to leave it to one worker.",
    ),
    Command(
        "db upgrade",
        "Bring the database to the newest form, and fill in what a place needs",
        "fedparents db upgrade",
        "database:upgrade",
        more="Makes the database when there is none. Can be run at any time, also when there is\n"
        "nothing to do; run it after every installation of a new version.",
    ),
    Command(
        "db migration",
        "Write a migration for what was changed in the tables (for developers)",
        "fedparents db migration add_birthday_reminders",
        "database:migration",
        (_option("name", metavar="NAME", help="what it changes, in a few words"),),
    ),
    Command(
        "db status",
        "Say whether the database is up to date",
        "fedparents db status",
        "database:status",
    ),
    Command(
        "backup",
        "Write all of the place into one file, while it runs",
        "fedparents backup /var/backups/fedparents-monday",
        "keeping:backup",
        (_option("file", metavar="FILE", help="a name that nothing has yet"),),
        more="The database as it is at one moment, the secret key and the pictures. What was\n"
        "written is read again before the command says that all is well. Encrypted when\n"
        "FEDPARENTS_BACKUP_KEY is set.",
    ),
    Command(
        "restore",
        "Put the place back as it was in a backup, here or on another machine",
        "fedparents restore /var/backups/fedparents-monday --yes",
        "keeping:restore",
        (
            _option("file", metavar="FILE", help="what `fedparents backup` has written"),
            _option("--yes", action="store_true", help="do it; without, it is only looked at"),
        ),
        more="The server has to be stopped. What stands here is kept under another name. Who was\n"
        "erased and what was deleted since the backup is ended again, as far as the database\n"
        "that stands here can say.",
    ),
    Command(
        "account create",
        "Make an account, without sign-up or approval",
        "fedparents account create marie --email marie@example.org --role admin --confirmed"
        " --password -",
        "accounts:create",
        (
            _option("name", metavar="NAME", help="the name in addresses: a to z, 0 to 9 and _"),
            _option("--email", metavar="E", required=True, help="where mails are sent"),
            _option(
                "--password",
                metavar="P",
                is_verbatim=True,
                help="taken as written; - reads it from the input, where no other user of this"
                " machine can see it. Without one, the account signs in by links in mails",
            ),
            _option(
                "--role",
                default="member",
                help="member, moderator or admin; member when not said",
            ),
            _option(
                "--confirmed",
                action="store_true",
                help="the address is known to be right: no mail to confirm it",
            ),
            _option(
                "--name",
                dest="shown_name",
                default="",
                metavar="SHOWN",
                is_verbatim=True,
                help="the name that others see; the account's name when not said",
            ),
        ),
    ),
    Command(
        "account list",
        "List the accounts with their roles and states",
        "fedparents account list",
        "accounts:list_all",
    ),
    Command(
        "account role",
        "Make somebody a member, moderator or admin",
        "fedparents account role bao moderator",
        "accounts:change_role",
        (_NAME, _option("role", metavar="ROLE", help="member, moderator or admin")),
    ),
    Command(
        "account reset-second-factor",
        "Let somebody sign in again who has lost their phone and their recovery codes",
        "fedparents account reset-second-factor marie",
        "accounts:reset_second_factor",
        (_NAME,),
        more="Takes the second step away, signs the account out everywhere and tells its owner by\n"
        "mail. Be sure first that it is they who ask.",
    ),
    Command(
        "token create",
        "Make a token with which a program acts for an account",
        'fedparents token create --account ana --scopes "read write"',
        "tokens:create",
        (
            _option("--account", metavar="NAME", required=True, help="for whom it acts"),
            _option(
                "--scopes",
                metavar="SCOPES",
                default="read",
                help="what it may do, between spaces: read, write, follow, push, profile,"
                " admin:read, admin:write or parts such as read:accounts; read when not said",
            ),
            _option(
                "--label",
                metavar="TEXT",
                default="command line",
                is_verbatim=True,
                help="for the account's owner: what it is used for",
            ),
        ),
        more="The token alone is on the last line. It is not stored and cannot be shown again.",
    ),
    Command(
        "token list",
        "List the tokens, without what makes them work",
        "fedparents token list --account ana",
        "tokens:list_all",
        (_option("--account", metavar="NAME", help="only those of this account"),),
    ),
    Command(
        "token revoke",
        "End a token: programs that have it are refused from now on",
        "fedparents token revoke 116203587211264000",
        "tokens:revoke",
        (_option("id", metavar="ID", type=int, help="the number that `token list` shows"),),
    ),
    Command(
        "keys rotate",
        "Make new keys for somebody here, and tell the towns that know them",
        "fedparents keys rotate ana",
        "keys:rotate",
        (
            _option("name", metavar="NAME", nargs="?", help="a person or group, with or without @"),
            _option("--place", action="store_true", help="those of the place itself"),
            _option("--everybody", action="store_true", help="those of all of them"),
            _option(
                "--stolen",
                action="store_true",
                help="forget the old ones at once, because others may have them",
            ),
        ),
        more="The old keys are shown for another week, for what they have signed. A server that\n"
        "runs uses the new ones within a minute.",
    ),
    Command(
        "jobs list",
        "Say how much background work waits, and list what was given up",
        "fedparents jobs list",
        "jobs:list_all",
    ),
    Command(
        "jobs retry",
        "Try a job again that was given up",
        "fedparents jobs retry 116203587211264000",
        "jobs:retry",
        (_option("id", metavar="ID", type=int, help="the number that `jobs list` shows"),),
    ),
    Command(
        "places import",
        "Add the communes of a country from a CSV file",
        "fedparents places import gemeenten.csv --country BE --dry-run",
        "places:import_file",
        (
            _option("file", metavar="FILE", help="with a heading line; - reads the input"),
            _option("--country", metavar="CC", required=True, help="two letters, such as BE"),
            _option("--dry-run", action="store_true", help="only say what would be done"),
        ),
        more="Columns are known by their heading: name (the only one required), code, postcode,\n"
        "district, lat, lon, population; French headings do as well. A file loaded again\n"
        "changes nothing that it changed before.",
    ),
    Command(
        "towns import",
        "Keep out and limit the towns of a list, as Mastodon writes them",
        "fedparents towns import list.csv --dry-run",
        "towns:import_file",
        (
            _option("file", metavar="FILE", help="CSV, or a name a line; - reads the input"),
            _option("--dry-run", action="store_true", help="only say what would be done"),
        ),
        more="A list only ever adds: it lifts nothing, and twins stay twins.",
    ),
    Command(
        "towns export",
        "Print the towns that are kept out or limited, for other places",
        "fedparents towns export",
        "towns:export",
    ),
    Command(
        "check",
        "Look whether everything that a place needs is in order",
        "fedparents check --online",
        "checking:check",
        (
            _option(
                "--online",
                action="store_true",
                help="also call this place by its public address, as another town would",
            ),
        ),
    ),
    Command(
        "settings",
        "List every setting with its value and where it comes from",
        "fedparents settings --json",
        "listing:show",
        (_option("--json", dest="as_json", action="store_true", help="for programs"),),
    ),
    Command(
        "demo",
        "Run two towns whose people talk to each other, to look around in",
        "fedparents demo --ports 8001 8002",
        "demo:run",
        (
            _option(
                "--ports",
                nargs=2,
                type=int,
                default=[8001, 8002],
                metavar=("FIRST", "SECOND"),
                help="where they are reached on this machine; 8001 8002 when not said",
            ),
            _option("--reset", action="store_true", help="forget what was done in them before"),
        ),
        more="Their data is kept in var/demo below this folder; Ctrl-C stops both.",
    ),
)
