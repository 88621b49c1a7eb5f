"""Settings from the environment. The server refuses to start with unsafe ones."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SECRET_KEY_BYTES_MIN = 32
SAMPLE_KEYS = ("changeme", "change-me", "secret", "example", "sample", "default", "dev")


BUILT_APP = Path(__file__).resolve().parent.parent / "pwa/dist"


class BadConfig(Exception):
    """The settings would make the server unsafe."""


@dataclass(frozen=True)
class Config:
    """The settings for `create_app`. `from_environment` reads them; docs/operations.md lists every
    variable.
    """

    secret_key: str
    data_dir: Path
    database_url: str = ""
    production: bool = False
    debug: bool = False
    trusted_hosts: tuple[str, ...] = ()
    password_memory_kib: int = 19 * 1024
    sign_ups_per_hour: int = 30
    requests_per_minute: int = 1_200
    public_requests_per_minute: int = 300
    records_max: int = 200_000
    bytes_max: int = 500_000_000
    public_url: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    trusted_proxies: int = 0
    app_dir: Path = BUILT_APP
    kill_switch: bool = False

    def __post_init__(self) -> None:
        key = self.secret_key
        if len(key.encode()) < SECRET_KEY_BYTES_MIN:
            raise BadConfig(f"SECRET_KEY must have at least {SECRET_KEY_BYTES_MIN} bytes")
        if len(set(key)) < 8 or any(key.lower().startswith(sample) for sample in SAMPLE_KEYS):
            raise BadConfig(
                "SECRET_KEY is a sample value; generate a new one, for example with: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        if self.production and self.debug:
            raise BadConfig("DEBUG must be off in production")
        if self.production and not self.trusted_hosts:
            raise BadConfig(
                "TRUSTED_HOSTS must be set in production; list the host names of this server"
            )

    @property
    def url(self) -> str:
        """The database's SQLAlchemy URL: DATABASE_URL, or a SQLite file in the data directory."""
        return self.database_url or f"sqlite:///{self.data_dir / 'driftless.sqlite3'}"


def from_environment(env: Mapping[str, str] = os.environ) -> Config:
    """The Config from the environment; BadConfig if it is unsafe."""
    return Config(
        secret_key=env.get("SECRET_KEY", ""),
        data_dir=Path(env.get("DATA_DIR") or "var").resolve(),
        database_url=env.get("DATABASE_URL", ""),
        production=env.get("DRIFTLESS_ENV", "local") == "production",
        debug=env.get("DEBUG", "") not in ("", "0", "false"),
        sign_ups_per_hour=int(env.get("SIGN_UPS_PER_HOUR") or Config.sign_ups_per_hour),
        requests_per_minute=int(env.get("REQUESTS_PER_MINUTE") or Config.requests_per_minute),
        public_requests_per_minute=int(
            env.get("PUBLIC_REQUESTS_PER_MINUTE") or Config.public_requests_per_minute
        ),
        records_max=int(env.get("RECORDS_MAX") or Config.records_max),
        bytes_max=int(env.get("BYTES_MAX") or Config.bytes_max),
        public_url=env.get("PUBLIC_URL", "").rstrip("/"),
        smtp_url=env.get("SMTP_URL", ""),
        mail_from=env.get("MAIL_FROM", ""),
        trusted_proxies=int(env.get("TRUSTED_PROXIES") or Config.trusted_proxies),
        app_dir=Path(env.get("APP_DIR") or Config.app_dir),
        kill_switch=env.get("KILL_SWITCH", "") not in ("", "0", "false"),
        trusted_hosts=tuple(host for host in env.get("TRUSTED_HOSTS", "").split(",") if host),
    )
