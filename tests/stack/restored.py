"""A backup and a restore of a running server, by the operator's commands."""

from tests.browser.api import at_the_machine


def back_up(server):
    at_the_machine(server, "backup")
    return max(
        (server.data_dir / "backups").glob("*.sqlite3"), key=lambda path: path.stat().st_mtime
    )


def restore(server, backup):
    server.stop()
    at_the_machine(server, "restore", str(backup))
    server.start()
