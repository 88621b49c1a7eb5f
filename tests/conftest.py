import os

from tests import reported
from tests.planted import PLANTS

if os.environ.get("PLANT"):
    PLANTS[os.environ["PLANT"]]()


def pytest_terminal_summary(terminalreporter):
    for name, value in reported.items():
        terminalreporter.write_line(f"{name}: {value}")
