"""The main journey in the engines that are not Chromium: WebKit and Firefox, each with its own
worker, caches and database.
"""

from contextlib import closing

from bench.server import Client
from tests import report
from tests.browser.page import PASSWORD
from tests.engines.driver import ENTER

ANA = {"email": "ana@example.org", "password": PASSWORD, "name": "Ana"}
JOIN = """async (given) => {
  const answer = await fetch("/auth/sign-up", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(given) });
  localStorage.setItem("driftless.account", JSON.stringify(await answer.json()));
}"""
TITLE_FIELD = "textarea[data-tested]"
FIND_TITLE_FIELD = """() => {
  const field = [...document.querySelectorAll("textarea")].find((one) => (one.ariaLabel ?? one.labels[0]?.textContent.trim()) === "Title");
  if (field) field.dataset.tested = "";
  return Boolean(field);
}"""


def test_add_edit_restart_without_a_server_and_sync(browser, server):
    browser.open(server.url)
    browser.wait_until("() => Boolean(navigator.serviceWorker.controller)")
    browser.run(JOIN, ANA)
    browser.reload()
    add(browser, "Milk")
    wait_for_dot(browser, "All changes saved")

    server.stop()
    add(browser, "Bread")
    rename(browser, "Milk", "Oat milk")
    browser.restart(server.url)  # cold, with no server there
    wait_for_titles(browser, ["Bread", "Oat milk"])
    add(browser, "Apples")
    assert "All changes saved" not in browser.texts("#dot")[0]

    server.start()
    browser.run("() => { dispatchEvent(new Event('online')); }")
    wait_for_dot(browser, "All changes saved")
    with closing(client(server)) as curl:
        assert sorted(task["title"] for task in curl.get("/api/v1/tasks")["tasks"]) == [
            "Apples",
            "Bread",
            "Oat milk",
        ]
        curl.post(
            "/api/v1/tasks",
            {
                "title": "From the command line",
                "due": browser.run("() => new Date().toLocaleDateString('sv')"),
            },
        )
    browser.run("() => { dispatchEvent(new Event('online')); }")
    wait_for_titles(browser, ["Apples", "Bread", "From the command line", "Oat milk"])
    print(f"the journey was made in {browser.run('() => navigator.userAgent')}")
    report("engines", 1, 0)


def add(browser, title):
    browser.fill("#quick-title", title + ENTER)
    wait_for_title(browser, title)


def rename(browser, title, new_title):
    browser.click(".row-title", title)
    browser.wait_until(FIND_TITLE_FIELD)
    browser.fill(TITLE_FIELD, new_title + ENTER)
    wait_for_title(browser, new_title)


def wait_for_title(browser, title):
    browser.wait_until(
        "(title) => [...document.querySelectorAll('.row-title')].some((one) => one.textContent.trim() === title)",
        title,
    )


def wait_for_titles(browser, wanted):
    browser.wait_until(
        "(wanted) => [...document.querySelectorAll('.row-title')].map((one) => one.textContent.trim()).sort().join() === wanted.join()",
        wanted,
    )


def wait_for_dot(browser, words):
    browser.wait_until(
        "(words) => document.querySelector('#dot').textContent.includes(words)", words
    )


def client(server):
    """curl, in Python: a client of the same account."""
    opened = Client(server, {})
    token = opened.post(
        "/auth/sign-in", {"email": ANA["email"], "password": PASSWORD, "session": "bearer"}
    )["token"]
    opened.headers = {"Authorization": f"Bearer {token}"}
    return opened
