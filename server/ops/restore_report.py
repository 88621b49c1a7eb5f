"""What an operator reads after a restore."""

from server.ops.backups import CHECKSUM
from server.ops.files import readable_time
from server.ops.restore import Restored


def describe(restored: Restored) -> str:
    """Plain text: what was restored, where the old database is, what follows."""
    backup, content = restored.backup, restored.content
    made_at = readable_time(backup.made_at) if backup.made_at else "an unknown time"
    compared = f"as in {backup.file.name}{CHECKSUM}" if backup.has_checksum_file else "not compared"
    kept = f"The replaced database is in {restored.replaced}. Nothing deletes it."
    return "\n".join(
        [
            f"Restored {backup.file}",
            f"  from: {made_at}",
            f"  content: {content.accounts} accounts, {content.records} records",
            f"  SHA-256: {backup.sha256} ({compared})",
            f"  ended: {content.sessions} sessions, {content.tokens} access tokens, "
            f"{content.links} password links, {content.invites} invites",
            kept if restored.replaced else "There was no database before.",
            "",
            "Everyone must sign in again. Access tokens and invites must be created again.",
            "When people open the app again, their devices send their unsynced changes. For 90 days "
            "they also bring back what they hold and the backup lacks.",
            "These are again as they were in the backup: passwords, passkeys, second factors, roles "
            "and memberships, administrators, disabled and deleted accounts, who may register. "
            "If one of them was changed since for a reason, change it again before you start the "
            "server.",
        ]
    )
