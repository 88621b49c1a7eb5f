"""The log: JSON lines on standard error, one object per line."""

import json
import logging
from datetime import UTC, datetime

from server.web.event_log import NAME


class JsonFormatter(logging.Formatter):
    """{"at", "level", "logger", "event", …the event's ids and counts, "error" with an exception}."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, object] = {
            "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        line |= getattr(record, "facts", {})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure() -> None:
    """Writes the log as JSON lines, unless the process has already configured logging."""
    logging.basicConfig()
    for handler in logging.getLogger().handlers:
        if type(handler) is logging.StreamHandler:
            handler.setFormatter(JsonFormatter())
    logging.getLogger(NAME).setLevel(logging.INFO)
