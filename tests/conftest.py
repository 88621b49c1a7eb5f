from tests import reported


def pytest_terminal_summary(terminalreporter):
    for name, value in reported.items():
        terminalreporter.write_line(f"{name}: {value}")
