"""make screens: every place, on a desktop and on a phone, light and dark, into screens/. The day is
fixed, so that pictures compare.
"""

import subprocess
import sys
from datetime import date, timedelta

from playwright.sync_api import sync_playwright

from bench.server import Client, Server
from tests.browser.api import make_admin
from tests.browser.conftest import FLAGS, ROOT
from tests.browser.page import PASSWORD, go, sign_in, wait_for_dot

OUT = ROOT / "screens"
EMAIL = "ana@example.org"
SIZES = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "has_touch": True,
        "is_mobile": True,
        "device_scale_factor": 2,
    },
}
LISTS = {"Errands": "a0", "Work": "a1", "Reading": "a2", "House & garden": "a3"}
TASKS = (  # list, title, due in days, the rest
    (
        "House & garden",
        "Call the plumber about the leak",
        -2,
        {"status": "in_progress", "priority": 3, "labels": ["calls"]},
    ),
    ("House & garden", "Send the meter readings", 0, {"priority": 2}),
    ("House & garden", "Water the plants", 0, {"repeat": "FREQ=WEEKLY;BYDAY=MO"}),
    (
        "House & garden",
        "Paint the hallway",
        5,
        {
            "status": "in_progress",
            "labels": ["repairs", "weekend"],
            "description": "Chalk white, **matt**. Two coats from the stairs to the front door; leave the ceiling.\n\n- rollers are in the shed\n- drop cloth too",
        },
    ),
    (
        "House & garden",
        "Pay the rent",
        3,
        {"priority": 3, "repeat": "FREQ=MONTHLY;BYMONTHDAY=28", "time": "T17:00"},
    ),
    ("House & garden", "Book the chimney sweep", 1, {"labels": ["calls"]}),
    (
        "House & garden",
        "Replace the smoke alarm batteries",
        7,
        {"priority": 1, "repeat": "FREQ=MONTHLY;INTERVAL=6"},
    ),
    ("House & garden", "Compare electricity contracts", 9, {"labels": ["money"]}),
    ("House & garden", "Plan the vegetable beds", None, {"labels": ["garden"]}),
    ("House & garden", "Fix the squeaky stair", None, {"priority": 1, "labels": ["repairs"]}),
    ("House & garden", "Order firewood", None, {}),
    ("House & garden", "Descale the coffee machine", 0, {"status": "completed"}),
    ("House & garden", "Collect the parcel from the depot", -1, {"status": "completed"}),
    ("Errands", "Return the library books", -1, {"repeat": "FREQ=WEEKLY;INTERVAL=3"}),
    ("Errands", "Dentist", 0, {"time": "T14:30"}),
    ("Errands", "Buy a birthday card for Grandma, and stamps for the parcel to Lisbon", 0, {}),
    ("Work", "Draft the agenda for Thursday", 0, {"status": "in_progress", "labels": ["writing"]}),
    ("Work", "Review the pull request", 2, {"priority": 2}),
    ("Reading", "The Overstory", None, {}),
    (None, "Ask about the spare key", None, {}),
    (None, "Renew the passport", 12, {"priority": 2}),
)
SUBTASKS = {
    "Paint the hallway": (
        ("Wash down the walls", "completed"),
        ("Sand the door frames", "completed"),
        ("Buy two tins of chalk white", "pending"),
        ("First coat", "pending"),
        ("Second coat", "pending"),
    ),
    "Plan the vegetable beds": (
        ("Choose what to sow in February", "pending"),
        ("Order seeds", "pending"),
    ),
}


def main():
    OUT.mkdir(exist_ok=True)
    for old in OUT.glob("*.png"):
        old.unlink()
    found = subprocess.run(
        [sys.executable, str(ROOT / "deploy/setup.py"), "browser"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()[-1]
    with Server() as server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=FLAGS)
        ids = fill(server)
        for theme in ("light", "dark"):
            for size, options in SIZES.items():
                take(browser, server, ids, f"{size}-{theme}", {"color_scheme": theme, **options})
    print(f"{len(list(OUT.glob('*.png')))} pictures in {OUT}")


def fill(server):
    """An account with lists and tasks; {name: id} of both."""
    client = Client(server, {})
    token = client.post(
        "/auth/sign-up", {"email": EMAIL, "password": PASSWORD, "name": "Ana", "session": "bearer"}
    )["token"]
    client.headers = {"Authorization": f"Bearer {token}"}
    ids = {
        name: client.post("/api/v1/lists", {"name": name, "order": order})["id"]
        for name, order in LISTS.items()
    }
    today = date.today()  # noqa: DTZ011 - the day here is what a person sees
    for place, (home, title, days, rest) in enumerate(TASKS):
        fields = {key: value for key, value in rest.items() if key != "time"}
        due = None if days is None else str(today + timedelta(days)) + rest.get("time", "")
        task = {
            "title": title,
            "list": ids.get(home),
            "due": due,
            "order": f"a{place:02}V",
            **fields,
        }
        ids[title] = client.post("/api/v1/tasks", task)["id"]
        for number, (step, status) in enumerate(SUBTASKS.get(title, ())):
            client.post(
                "/api/v1/tasks",
                {
                    "title": step,
                    "status": status,
                    "list": ids.get(home),
                    "parent": ids[title],
                    "order": f"a{number}V",
                },
            )
    client.close()
    make_admin(server, EMAIL)
    return ids


def take(browser, server, ids, name, options):
    page = browser.new_context(**options).new_page()
    page.goto(server.url)
    page.wait_for_selector(".row")
    shot(page, f"welcome-{name}")
    sign_in(page, EMAIL)
    if page.get_by_role("button", name="Keep on this device only").is_visible():
        page.get_by_role("button", name="Keep on this device only").click()
    wait_for_dot(page, "All changes saved")
    house = ids["House & garden"]
    for place, address in {
        "today": "/today",
        "inbox": "/inbox",
        "upcoming": "/upcoming",
        "list": f"/list/{house}",
        "board": f"/list/{house}/board",
        "completed": "/completed",
        "trash": "/trash",
        "search": "/search?q=the",
        "settings": "/settings",
        "account": "/settings/account",
        "accounts": "/admin",
        "sign-up": "/admin/sign-up",
        "health": "/admin/health",
        "audit": "/admin/audit",
        "lists": "/lists",
        "task": f"/list/{house}?task={ids['Paint the hallway']}",
        "filtered": f"/list/{house}?label=repairs&sort=due",
    }.items():
        go(page, address)
        shot(page, f"{place}-{name}")
    go(page, f"/list/{house}")
    page.wait_for_timeout(200)
    for dialog, keys in {
        "due": ["d"],
        "labels": ["l"],
        "priority": ["p"],
        "move": ["m"],
        "repeat": ["r"],
        "menu": ["."],
        "palette": ["Control+k"],
        "keys": ["?"],
    }.items():
        page.locator(".row-title", has_text="Book the chimney sweep").focus()
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_selector("dialog[open]")
        shot(page, f"dialog-{dialog}-{name}")
        page.keyboard.press("Escape")
    page.locator(".row-title", has_text="Send the meter").focus()
    page.keyboard.press("x")
    page.locator(".row-title", has_text="Book the chimney").focus()
    page.keyboard.press("x")
    shot(page, f"selected-{name}")
    page.keyboard.press("Escape")
    page.locator("#dot").click()
    shot(page, f"sync-{name}")
    page.keyboard.press("Escape")
    if "phone" in name:
        page.locator("#add").click()
    page.locator("#quick-title").press_sequentially(
        "Clean the gutters sat 10am #repairs !high every year "
    )
    shot(page, f"quick-{name}")
    page.context.close()


def shot(page, name):
    page.wait_for_timeout(250)
    page.screenshot(path=OUT / f"{name}.png")


if __name__ == "__main__":
    main()
