"""Commands for operators: python -m server COMMAND. Each is also a make target or described in
docs/operations.md.
"""

import argparse
import os
import secrets
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection

from server import clock
from server.accounts import audit, resets, service
from server.accounts.audit import AT_THE_MACHINE
from server.accounts.emails import normalize_email
from server.config import Config, from_environment
from server.ops import backups, locks
from server.ops.files import Refused
from server.ops.restore import restore
from server.ops.restore_report import describe
from server.ops.schema import migrate

OPTIONS: dict[str, dict[str, Any]] = {
    "email": {},
    "file": {"type": Path, "help": "the backup"},
    "--to": {"type": Path, "help": "the file to write (default: a new file in DATA_DIR/backups)"},
    "--url": {
        "default": f"http://localhost:{os.environ.get('PORT') or 8000}",
        "help": "the public URL of this server",
    },
}


def main(arguments: list[str] | None = None) -> None:
    given = _parser().parse_args(arguments)
    os.umask(0o077)  # new files are readable only by their owner
    try:
        with nullcontext() if given.call is _restore else locks.using(_config().data_dir):
            given.call(given)
    except (Refused, locks.Locked) as error:
        sys.exit(str(error))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m server", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        name: str, summary: str, call: Callable[[argparse.Namespace], None], *options: str
    ) -> None:
        command_parser = commands.add_parser(name, help=summary)
        command_parser.set_defaults(call=call)
        for option in options:
            command_parser.add_argument(option, **OPTIONS[option])

    add(
        "migrate",
        "upgrade the database to the version of this server",
        lambda _: migrate(_config()),
    )
    add(
        "backup",
        "back up the SQLite database; the server can keep running",
        lambda given: _say(f"backup: {backups.create_backup(_config(), given.to)}"),
        "--to",
    )
    add(
        "restore",
        "replace the SQLite database by a backup; the server must be stopped",
        _restore,
        "file",
    )
    add(
        "reset-link",
        "print a single-use link to set a new password, valid for 30 minutes",
        lambda given: _say(reset_link(_config(), given.email, given.url)),
        "email",
        "--url",
    )
    _add_account_commands(add)
    return parser


def _add_account_commands(add: Callable[..., None]) -> None:
    add(
        "second-factor-off",
        "turn off an account's second factor, for example when its passkeys are lost",
        lambda given: _say(second_factor_off(_config(), given.email)),
        "email",
    )
    add(
        "admin",
        "make an account an administrator; create it if needed and print its password link",
        lambda given: _say(admin(_config(), given.email, given.url)),
        "email",
        "--url",
    )
    add(
        "audit-verify",
        "verify the audit log's hash chain; exit with 1 if it is broken",
        lambda _: _say(audit_verify(_config())),
    )
    add(
        "retire",
        "purge trash older than 90 days and tombstones older than 2 years",
        lambda _: _say(f"records purged: {retire(_config())}"),
    )


def _restore(given: argparse.Namespace) -> None:
    _say(describe(restore(_config(), given.file)))


def reset_link(config: Config, email: str, url: str) -> str:
    """A link to set the account's password."""
    app = _app(config)
    with app.app_context():

        def create(connection: Connection) -> str | None:
            user = service.find_user(connection, normalize_email(email))
            return _reset_token(connection, config, user.id) if user else None

        token = app.extensions["writer"].run(create)
    if token is None:
        sys.exit(f"there is no account with the address {email}")
    return f"{url.rstrip('/')}/reset#{token}"


def second_factor_off(config: Config, email: str) -> str:
    """Turns the second factor off; the passkeys stay, for their owner to remove."""
    from server.accounts import passkeys

    app, normal = _app(config), normalize_email(email)
    with app.app_context():

        def switch(connection: Connection) -> bool:
            user = service.find_user(connection, normal)
            if user and passkeys.set_second_factor(connection, user.id, False):
                audit.append(
                    connection, "second_factor_off", None, user.id, AT_THE_MACHINE, clock.now_ms()
                )
            return user is not None

        is_known = app.extensions["writer"].run(switch)
    return (
        f"{normal} can now sign in with the password alone."
        if is_known
        else sys.exit(f"there is no account with the address {email}")
    )


def admin(config: Config, email: str, url: str) -> str:
    """Makes the account an enabled administrator. A missing account is created, with a link to set
    its password.
    """
    from server.accounts.passwords import passwords

    app, normal = _app(config), normalize_email(email)
    with app.app_context():
        hashed = passwords().hash(secrets.token_urlsafe(32))
        token = app.extensions["writer"].run(
            lambda connection: _make_admin(connection, config, normal, hashed)
        )
    return f"{normal} is an administrator." + (
        f" Set the password: {url.rstrip('/')}/reset#{token}" if token else ""
    )


def audit_verify(config: Config) -> str:
    """The number of entries in the audit log; exits with 1 and the number of the first broken
    entry.
    """
    from server.database import reading

    with _app(config).app_context(), reading() as connection:
        entries, first_broken = audit.verify(connection)
    if first_broken is not None:
        sys.exit(f"the audit log is broken at entry {first_broken}")
    return f"the audit log is intact: {entries} entries"


def _make_admin(connection: Connection, config: Config, email: str, hashed: str) -> str | None:
    """The token of a password link if the account is new."""
    from server.admin.service import make_admin
    from server.spaces.service import create_personal_space

    user, now_ms = service.find_user(connection, email), clock.now_ms()
    user_id = user.id if user else service.create_user(connection, email, "", hashed, now_ms)
    if not user:
        create_personal_space(connection, user_id, "", now_ms)
        audit.append(connection, "account_created", None, user_id, AT_THE_MACHINE, now_ms)
    make_admin(connection, user_id)
    audit.append(connection, "admin_granted", None, user_id, AT_THE_MACHINE, now_ms)
    return None if user else _reset_token(connection, config, user_id)


def _reset_token(connection: Connection, config: Config, user_id: str) -> str:
    now_ms = clock.now_ms()
    audit.append(connection, "reset_link_made", None, user_id, AT_THE_MACHINE, now_ms)
    return resets.create_reset(connection, config.secret_key, user_id, now_ms)


def retire(config: Config) -> int:
    """Purges expired records; the number of purged records."""
    from server.jobs import retention

    app = _app(config)
    with app.app_context():
        return retention.run_once(app.extensions["writer"])


def _app(config: Config) -> Flask:
    from server import create_app

    return create_app(config)


def _config() -> Config:
    """The environment's settings; like `make run`, with the key that is stored in the data
    directory.
    """
    data_dir = Path(os.environ.get("DATA_DIR") or "var")
    key = data_dir / "secret_key"
    kept = key.read_text().strip() if key.exists() else secrets.token_urlsafe(48)
    return from_environment({"SECRET_KEY": kept} | dict(os.environ))


def _say(text: str) -> None:
    print(text)  # noqa: T201 – the answer of a command
