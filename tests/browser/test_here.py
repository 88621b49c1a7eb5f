"""Who has a shared list open now: shown in its heading at once, to the others, and no longer than
it is true.
"""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.page import add, go, open_task
from tests.browser.people import close, family, make_list, open_members, show_list
from tests.browser.sweep import AXE, violations

SET_VISIBLE = """(state) => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
  document.dispatchEvent(new Event("visibilitychange"));
}"""

SEE_LEAVING = """() => {
  window.leaving = new Promise((done) => new MutationObserver(() => {
    const mark = document.querySelector("#heading .is-leaving");
    if (mark) done(mark.getAttribute("aria-hidden"));
  }).observe(document.querySelector("#heading"), { subtree: true, childList: true, attributes: true }));
}"""


@pytest.fixture
def both(new_page):
    return family(new_page, "Buy milk")


def mark(page, name):
    return page.locator("#heading").get_by_role("img", name=f"{name} is here")


def sees(page, name, count=1):
    expect(mark(page, name)).to_have_count(count)


def told(page):
    """The spaces that the tabs of a page's context tell the server from now on."""
    spaces = []

    def note(request):
        if request.url.endswith("/presence"):
            spaces.append(json.loads(request.post_data)["space"])

    page.context.on("request", note)
    return spaces


def test_the_other_is_here_until_they_look_elsewhere_and_oneself_is_never_named(both):
    ana, ben = both
    sees(ana, "Ben")
    sees(ben, "Ana")
    expect(ana.locator("#heading .is-here")).to_have_count(1)
    expect(ana.locator("#toast")).to_be_hidden()
    go(ben, "/today")
    sees(ana, "Ben", 0)
    sees(ben, "Ana", 0)
    show_list(ben, "House")
    sees(ana, "Ben")


def test_an_open_task_counts_with_its_list(both):
    ana, ben = both
    go(ben, "/today")
    add(ben, "Buy eggs", "today")
    ben.get_by_role("button", name="Undo").wait_for(state="hidden")
    sees(ana, "Ben", 0)
    show_list(ben, "House")
    open_task(ben, "Buy milk")
    sees(ana, "Ben")
    path = ben.evaluate("location.href")
    go(ben, path.replace(path.split("?")[0], "/today"))
    ben.wait_for_timeout(2_000)
    sees(ana, "Ben")


def test_a_hidden_or_closed_tab_is_not_here(both):
    ana, ben = both
    sees(ana, "Ben")
    ben.evaluate(SET_VISIBLE, "hidden")
    sees(ana, "Ben", 0)
    ben.evaluate(SET_VISIBLE, "visible")
    sees(ana, "Ben")
    ben.close()
    sees(ana, "Ben", 0)


def test_without_a_stream_nobody_is_here_and_afterwards_all_are_again(both):
    ana, ben = both
    sees(ben, "Ana")
    ben.context.set_offline(True)
    sees(ben, "Ana", 0)
    sees(ana, "Ben", 0)
    ben.context.set_offline(False)
    sees(ben, "Ana")
    sees(ana, "Ben")


def test_who_is_removed_is_no_longer_here(both):
    ana, ben = both
    sees(ana, "Ben")
    open_members(ana, "Family")
    for _ in range(2):
        ana.get_by_role("button", name="Remove Ben").click()
    close(ana)
    sees(ana, "Ben", 0)
    expect(ben.locator("#side [data-space]")).to_have_count(1)


def test_of_two_tabs_the_one_that_was_looked_at_last_counts(both, new_page):
    ana, ben = both
    sees(ana, "Ben")
    other = new_page(ben.context, path="/today")
    sees(ana, "Ben", 0)
    show_list(other, "House")
    sees(other, "Ana")
    sees(ana, "Ben")
    ben.close()
    sees(other, "Ana")
    sees(ana, "Ben")
    other.close()
    sees(ana, "Ben", 0)


def test_of_a_personal_list_nothing_is_told(both):
    ana, ben = both
    sees(ana, "Ben")
    space = ben.locator("#side [data-space]").last.get_attribute("data-space")
    spaces = told(ben)
    go(ben, "/inbox")
    sees(ana, "Ben", 0)
    make_list(ben, "Secrets", "Buy a ring")
    open_task(ben, "Buy a ring")
    ben.wait_for_timeout(2_500)
    show_list(ben, "House")
    sees(ana, "Ben")
    assert spaces == [None, space]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_mark_is_for_screen_readers_too_and_fades_without_a_jump(both, scheme):
    ana, ben = both
    ana.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    sees(ana, "Ben")
    ana.evaluate(AXE.read_text())
    assert not violations(ana, within="#heading")
    top = "document.querySelector('#groups').getBoundingClientRect().top"
    before = ana.evaluate(top)
    ana.evaluate(SEE_LEAVING)
    ben.close()
    assert ana.evaluate("window.leaving") == "true"
    expect(ana.locator("#heading .is-here")).to_have_count(0)
    assert ana.evaluate(top) == before
