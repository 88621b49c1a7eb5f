"""The server with one planted bug, for gunicorn."""

import os

from tests.planted import PLANTS

PLANTS[os.environ["PLANT"]]()

from wsgi import app  # noqa: E402, F401
