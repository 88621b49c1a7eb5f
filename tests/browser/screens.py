"""make screens: the page on a desktop and on a phone, light and dark, into screens/."""
import subprocess
import sys

from playwright.sync_api import sync_playwright

from bench.server import Server
from tests.browser.conftest import FLAGS, ROOT
from tests.browser.page import add, row, sign_in, sign_up, wait_for_dot

OUT = ROOT / "screens"
TASKS = (("Return the library books", "2026-11-22"), ("Send the meter readings", "2026-11-24"), ("Paint the hallway", "2026-11-29"), ("Pay the rent", "2026-11-30"),
         ("Buy a birthday card for Grandma, and stamps for the parcel to Lisbon", None), ("Order firewood", None))


def main():
    OUT.mkdir(exist_ok=True)
    found = subprocess.run([sys.executable, str(ROOT / "deploy/setup.py"), "browser"], capture_output=True, text=True, check=True).stdout.split()[-1]
    with Server() as server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=FLAGS)
        first = browser.new_page(viewport={"width": 1280, "height": 800})
        first.goto(server.url)
        sign_up(first, "ana@example.org")
        wait_for_dot(first, "All safe")
        for title, due in TASKS:
            add(first, title, due)
        row(first, "Order firewood").get_by_role("checkbox").click()
        row(first, "Paint the hallway").get_by_role("checkbox").focus()
        first.keyboard.press("s")
        wait_for_dot(first, "All safe")
        for theme in ("light", "dark"):
            for name, options in (("desktop", {"viewport": {"width": 1280, "height": 800}}),
                                  ("phone", {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2})):
                page = browser.new_context(color_scheme=theme, **options).new_page()
                page.goto(server.url)
                page.screenshot(path=OUT / f"{name}-{theme}-empty.png")
                sign_in(page, "ana@example.org")
                wait_for_dot(page, "All safe")
                page.wait_for_selector("#open .row")
                page.wait_for_timeout(400)
                page.screenshot(path=OUT / f"{name}-{theme}.png")
                page.locator("#dot").click()
                page.screenshot(path=OUT / f"{name}-{theme}-sync.png")
    print(f"{len(list(OUT.glob('*.png')))} pictures in {OUT}")


if __name__ == "__main__":
    main()
