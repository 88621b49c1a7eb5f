"""People who share: a list with its tasks and comments, rights, what others do, leaving and being
removed – on the page, online and offline.
"""

from playwright.sync_api import expect

from tests.browser.device import drag
from tests.browser.page import (
    add,
    focus,
    go,
    open_task,
    rename,
    ring,
    row,
    sync,
    titles,
    wait_for_dot,
    wait_for_titles,
)
from tests.browser.people import (
    ask,
    close,
    family,
    follow,
    make_link,
    make_list,
    open_members,
    option,
    person,
    set_role,
    share,
    show_list,
)


def test_a_list_is_shared_with_its_tasks_and_comments_and_both_converge(new_page, server):
    ana = person(new_page, "Ana")
    make_list(ana, "House", "Paint the hall")
    open_task(ana, "Paint the hall")
    ana.get_by_label("New subtask").fill("Buy the paint")
    ana.keyboard.press("Enter")
    ana.get_by_label("New comment").fill("Chalk **white**")
    ana.get_by_role("button", name="Comment", exact=True).click()
    expect(ana.locator(".comment")).to_have_count(1)
    ana.keyboard.press("Escape")
    ana.keyboard.press("Escape")
    share(ana, "Family")
    link = make_link(ana)
    close(ana)
    expect(ana.locator("#side [data-space]")).to_have_count(2)
    expect(
        ana.get_by_role("region", name="Family").get_by_role("link", name="House")
    ).to_be_visible()
    wait_for_dot(ana, "All changes saved")

    ben = person(new_page, "Ben")
    follow(ben, link)
    show_list(ben, "House")
    expect(row(ben, "Buy the paint")).to_have_attribute("data-depth", "1")
    open_task(ben, "Paint the hall")
    expect(ben.locator(".comment")).to_contain_text("Ana")
    expect(ben.locator(".comment strong")).to_have_text("white")
    ben.get_by_label("New comment").fill("Two coats?")
    ben.keyboard.press("Control+Enter")
    expect(ben.locator(".comment")).to_have_count(2)
    add(ben, "Wash the brushes")
    sync(ben)
    sync(ana)
    expect(row(ana, "Wash the brushes")).to_be_visible()
    expect(row(ana, "Paint the hall")).to_contain_text("2")

    server.stop()
    rename(ana, "Wash the brushes", "Wash all brushes")
    focus(ben, "Wash the brushes")
    ben.keyboard.press("p")
    ben.keyboard.press("3")
    add(ana, "Of Ana, offline")
    add(ben, "Of Ben, offline")
    server.start()
    for page in (ana, ben, ana, ben):
        sync(page)
    for page in (ana, ben):
        wait_for_dot(page, "All changes saved")
        expect(row(page, "Of Ben, offline")).to_be_visible()
        expect(row(page, "Wash all brushes")).to_have_attribute("data-priority", "high")
    assert sorted(titles(ana)) == sorted(titles(ben))


def test_the_sharing_of_a_list_is_undone_in_one_step(new_page):
    ana, ben = family(new_page, "Paint the hall")
    ana.keyboard.press("Control+z")
    expect(
        ana.get_by_role("region", name="Personal").get_by_role("link", name="House")
    ).to_be_visible()
    expect(ana.get_by_role("region", name="Family").get_by_role("link")).to_have_count(0)
    sync(ana)
    wait_for_dot(ana, "All changes saved")
    sync(ben)
    expect(ben.locator("#side").get_by_role("link", name="House")).to_have_count(0)
    show_list(ana, "House")
    wait_for_titles(ana, ["Paint the hall"])


def test_tasks_are_assigned_found_and_shown_to_the_other(new_page):
    ana, ben = family(new_page, "Paint the hall", "Pay the rent")
    focus(ana, "Pay the rent")
    ana.keyboard.press("a")
    expect(ana.get_by_role("listbox")).to_match_aria_snapshot(
        '- listbox:\n  - option "Ana (you)"\n  - option "Ben"\n  - option "Nobody"'
    )
    option(ana, "Ben")
    expect(row(ana, "Pay the rent").get_by_role("img", name="Assigned to Ben")).to_be_visible()
    sync(ana)
    sync(ben)
    ben.keyboard.press("g")
    ben.keyboard.press("m")
    wait_for_titles(ben, ["Pay the rent"])
    open_task(ben, "Pay the rent")
    expect(ben.get_by_role("button", name="Assignee: Ben")).to_be_visible()
    show_list(ana, "House")
    focus(ana, "Pay the rent")
    ana.keyboard.press("f")
    ana.keyboard.type("assigned to ben")
    ana.keyboard.press("Enter")
    wait_for_titles(ana, ["Pay the rent"])
    go(ana, "/inbox")
    add(ana, "Mine alone")
    ana.keyboard.press("Escape")
    focus(ana, "Mine alone")
    ana.keyboard.press("a")
    expect(ana.get_by_role("option")).to_have_count(0)

    open_members(ana, "Family")
    ana.get_by_role("button", name="Remove Ben").click()
    ana.get_by_role("button", name="Remove Ben").click()
    expect(ana.get_by_label("Role of Ben")).to_have_count(0)
    close(ana)
    sync(ana)
    show_list(ana, "House")
    expect(row(ana, "Pay the rent")).to_be_visible()
    expect(row(ana, "Pay the rent").get_by_role("img")).to_have_count(0)


def test_comments_are_changed_and_deleted_and_a_half_typed_one_stays(new_page):
    ana, ben = family(new_page, "Paint the hall", "Pay the rent")
    open_task(ben, "Paint the hall")
    ben.get_by_label("New comment").fill("Ben was here")
    ben.keyboard.press("Control+Enter")
    expect(ben.locator(".comment")).to_have_count(1)
    ben.get_by_label("New comment").fill("half typed")
    ben.reload()
    expect(ben.get_by_label("New comment")).to_have_value("half typed")
    ben.get_by_role("button", name="Edit comment").click()
    ben.get_by_label("Comment", exact=True).fill("Ben was here, twice")
    ben.keyboard.press("Escape")
    expect(ben.locator(".comment .said")).to_have_text("Ben was here, twice")
    sync(ben)
    sync(ana)
    open_task(ana, "Paint the hall")
    expect(ana.locator(".comment .said")).to_have_text("Ben was here, twice")
    expect(ana.get_by_role("button", name="Edit comment")).to_have_count(0)
    ana.get_by_role("button", name="Delete comment").click()
    expect(ana.locator(".comment")).to_have_count(0)
    ana.locator("#toast-act").click()
    expect(ana.locator(".comment")).to_have_count(1)
    ana.get_by_role("button", name="Delete comment").click()
    sync(ana)
    sync(ben)
    expect(ben.locator(".comment")).to_have_count(0)
    expect(ben.get_by_label("New comment")).to_have_value("half typed")


def test_a_viewer_reads_everything_and_changes_nothing(new_page):
    ana, ben = family(new_page, "Paint the hall", role="Viewer")
    expect(ben.locator("#heading")).to_contain_text("View only")
    expect(ben.locator("#quick")).to_be_hidden()
    for key in ("Space", "d", "p", "Delete", "m", "e"):
        focus(ben, "Paint the hall")
        ben.keyboard.press(key)
        expect(ben.locator("dialog[open]")).to_have_count(0)
    expect(ben.locator("#toast")).to_contain_text("You have view-only access to “Family”.")
    expect(ring(ben, "Paint the hall")).to_have_attribute("aria-readonly", "true")
    ring(ben, "Paint the hall").click()
    open_task(ben, "Paint the hall")
    expect(ben.get_by_label("Title", exact=True)).not_to_be_editable()
    expect(ben.get_by_label("New subtask")).to_be_hidden()
    expect(ben.get_by_label("New comment")).to_be_hidden()
    ben.set_viewport_size({"width": 390, "height": 844})
    expect(ben.locator("#pane dt.is-blank").first).to_be_hidden()
    expect(ben.get_by_role("button", name="Add…")).to_be_hidden()
    ben.set_viewport_size({"width": 1280, "height": 800})
    ben.locator("#pane").get_by_role("button", name="More actions").click()
    expect(ben.get_by_role("option", name="Delete")).to_have_count(0)
    option(ben, "Copy to a list…")
    option(ben, "Inbox")
    ben.keyboard.press("Escape")
    go(ben, "/inbox")
    wait_for_titles(ben, ["Paint the hall"])
    wait_for_dot(ben, "All changes saved")
    sync(ana)
    wait_for_titles(ana, ["Paint the hall"])
    expect(ring(ana, "Paint the hall")).to_have_attribute("aria-checked", "false")


def test_edits_that_waited_while_the_role_was_lowered_lie_in_the_tray(new_page):
    ana, ben = family(new_page, "Paint the hall", "Pay the rent")
    ben.context.set_offline(True)
    rename(ben, "Paint the hall", "Paint the hall green")
    focus(ben, "Paint the hall green")
    ben.keyboard.press("p")
    ben.keyboard.press("3")
    add(ben, "Typed on the train")
    set_role(ana, "Family", "viewer")
    ben.context.set_offline(False)
    sync(ben)
    wait_for_dot(ben, "Needs attention")
    wait_for_titles(ben, ["Pay the rent", "Paint the hall"])
    ben.keyboard.press("Control+z")
    expect(ben.locator("#toast")).to_contain_text("You have view-only access to “Family”.")
    sync(ana)
    wait_for_titles(ana, ["Pay the rent", "Paint the hall"])
    ben.locator("#dot").click()
    refused = ben.locator("#sheet [data-refused='read_only']")
    expect(refused.first).to_contain_text("You have view-only access to this space.")
    assert refused.count() == 3
    refused.filter(has_text="Paint the hall").first.get_by_role("button", name="Copy to…").click()
    option(ben, "Inbox")
    expect(refused).to_have_count(1)
    refused.get_by_role("button", name="Copy to…").click()
    option(ben, "Inbox")
    expect(refused).to_have_count(0)
    close(ben)
    go(ben, "/inbox")
    expect(row(ben, "Paint the hall green")).to_have_attribute("data-priority", "high")
    assert sorted(titles(ben)) == ["Paint the hall green", "Typed on the train"]
    wait_for_dot(ben, "All changes saved")
    status, answer = ask(ben, "GET", "/api/v1/tasks?list=inbox")
    assert status == 200 and len(answer["tasks"]) == 2


def test_a_removed_member_loses_the_space_and_no_work(new_page):
    ana, ben = family(new_page, "Paint the hall")
    ben.context.set_offline(True)
    add(ben, "Typed on the train")
    open_members(ana, "Family")
    ana.get_by_role("button", name="Remove Ben").click()
    ana.get_by_role("button", name="Remove Ben").click()
    expect(ana.get_by_label("Role of Ben")).to_have_count(0)
    ben.context.set_offline(False)
    ben.locator("#dot").click()
    ben.get_by_role("button", name="Sync now").click()
    expect(ben.locator("#toast")).to_contain_text("You are no longer in “Family”")
    expect(ben.locator("#sheet [data-refused]")).to_contain_text("Typed on the train")
    ben.locator("#sheet").get_by_role("button", name="Copy to…").click()
    option(ben, "Inbox")
    close(ben)
    expect(ben.locator("#side [data-space]")).to_have_count(1)
    go(ben, "/inbox")
    wait_for_titles(ben, ["Typed on the train"])
    assert ask(ben, "GET", "/api/v1/spaces")[1]["spaces"][1:] == []


def test_an_invite_is_used_once_revoked_and_told_by_email(new_page):
    ana, ben, carol = person(new_page, "Ana"), person(new_page, "Ben"), person(new_page, "Carol")
    make_list(ana, "House", "Paint the hall")
    share(ana, "Family")
    ana.get_by_label("Email address").fill("ben@example.org")
    ana.get_by_role("button", name="Invite", exact=True).click()
    link = ana.get_by_label("Invite link")
    expect(link).to_be_visible()
    expect(ana.get_by_role("list", name="Open invites")).to_contain_text("ben@example.org")
    once = link.input_value()
    follow(ben, once)
    status, refused = ask(carol, "POST", "/api/v1/invites/accept", {"token": once.split("#")[1]})
    assert status in (404, 409) and refused["code"]
    second = make_link(ana, "Viewer")
    ana.get_by_role("button", name="Revoke link").click()
    expect(ana.get_by_role("list", name="Open invites")).to_be_hidden()
    status, refused = ask(carol, "POST", "/api/v1/invites/accept", {"token": second.split("#")[1]})
    assert status == 404, refused
    expect(ana.get_by_label("Role of Ben")).to_have_count(0)
    ana.get_by_label("Role of Ana").select_option("Editor")
    expect(ana.get_by_role("alert")).to_contain_text("A space needs an owner.")
    expect(ana.get_by_label("Role of Ana")).to_have_value("owner")


def test_what_needs_the_server_says_so_and_keeps_what_was_typed(new_page, server):
    ana = person(new_page, "Ana")
    make_list(ana, "House", "Paint the hall")
    share(ana, "Family")
    close(ana)
    wait_for_dot(ana, "All changes saved")
    server.stop()
    ana.get_by_role("button", name="Share this list…").click()
    option(ana, "Members of “Family”…")
    expect(ana.get_by_role("alert")).to_contain_text("The server can't be reached")
    ana.get_by_label("Email address").fill("ben@example.org")
    ana.get_by_role("button", name="Invite", exact=True).click()
    expect(ana.get_by_label("Email address")).to_have_value("ben@example.org")
    close(ana)
    ana.keyboard.press("Control+k")
    ana.keyboard.type("new space")
    ana.keyboard.press("Enter")
    ana.get_by_role("textbox", name="Name").fill("Team")
    ana.keyboard.press("Enter")
    expect(ana.get_by_role("alert")).to_contain_text("The server can't be reached")
    expect(ana.get_by_role("textbox", name="Name")).to_have_value("Team")
    server.start()
    ana.keyboard.press("Enter")
    expect(ana.get_by_role("dialog", name="Members of “Team”")).to_be_visible()
    close(ana)
    expect(ana.get_by_role("region", name="Team")).to_be_visible()


def test_a_space_is_renamed_left_deleted_and_brought_back(new_page):
    ana, ben = family(new_page, "Paint the hall")
    ana.get_by_role("button", name="Actions for “Family”").click()
    option(ana, "Rename this space…")
    ana.get_by_role("textbox", name="Name").fill("Home")
    ana.keyboard.press("Enter")
    expect(ana.get_by_role("region", name="Home")).to_be_visible()
    sync(ben)
    ben.get_by_role("button", name="Actions for “Home”").click()
    expect(ben.get_by_role("option", name="Delete this space…")).to_have_count(0)
    option(ben, "Leave this space…")
    ben.get_by_role("button", name="Leave", exact=True).click()
    expect(ben.locator("#side [data-space]")).to_have_count(1)
    expect(ben.locator("#toast")).not_to_contain_text("no longer")
    ana.get_by_role("button", name="Actions for “Home”").click()
    option(ana, "Delete this space…")
    dialog = ana.get_by_role("dialog", name="Delete “Home”?")
    expect(dialog).to_contain_text("“House”")
    expect(dialog).to_contain_text("1 task")
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(ana.locator("#side [data-space]")).to_have_count(1)
    ana.keyboard.press("Control+k")
    ana.keyboard.type("restore a deleted space")
    ana.keyboard.press("Enter")
    option(ana, "Home")
    expect(ana.get_by_role("region", name="Home").get_by_role("link", name="House")).to_be_visible()


def test_out_of_a_space_of_others_a_task_is_copied(new_page):
    ana, ben = family(new_page, "Paint the hall")
    focus(ben, "Paint the hall")
    ben.keyboard.press("m")
    option(ben, "Inbox")
    expect(ben.locator("#toast")).to_contain_text("Only owners can move tasks out of “Family”.")
    ben.locator("#toast-act").click()
    wait_for_titles(ben, ["Paint the hall"])
    go(ben, "/inbox")
    wait_for_titles(ben, ["Paint the hall"])
    ben.get_by_label("New task", exact=True).fill("Buy tape @House")
    ben.keyboard.press("Enter")
    expect(ben.locator("#toast")).to_contain_text("Added to House")
    make_list(ben, "Own", "Bucket", "Ladder")
    drag(ben, row(ben, "Bucket"), ben.locator("#side").get_by_role("link", name="House"))
    wait_for_titles(ben, ["Ladder"])
    focus(ben, "Ladder")
    ben.keyboard.press("m")
    ben.keyboard.type("family")
    option(ben, "House")
    show_list(ben, "House")
    sync(ben)
    wait_for_dot(ben, "All changes saved")
    sync(ana)
    for page in (ben, ana):
        for title in ("Ladder", "Bucket", "Buy tape"):
            expect(row(page, title)).to_be_visible()


def test_history_says_who_and_offline_what_this_device_knows(new_page, server):
    ana, ben = family(new_page, "Paint the hall")
    rename(ben, "Paint the hall", "Paint it green")
    expect(row(ana, "Paint it green")).to_be_visible()
    focus(ana, "Paint it green")
    ana.keyboard.press("p")
    ana.keyboard.press("2")
    sync(ana)
    open_task(ana, "Paint it green")
    ana.locator("#pane summary").click()
    story = ana.get_by_role("list", name="History")
    expect(story.get_by_role("listitem").filter(has_text="Ben")).to_contain_text("Paint it green")
    expect(story.get_by_role("listitem").filter(has_text="Ana")).to_contain_text("Priority")
    ana.get_by_role("button", name="Actions for “Family”").click()
    option(ana, "Activity in this space…")
    happened = ana.get_by_role("list", name="Activity")
    expect(happened).to_contain_text("Paint it green")
    expect(happened).to_contain_text("Joined")
    close(ana)
    server.stop()
    ana.reload()
    ana.locator("#pane summary").click()
    expect(ana.locator("#pane details")).to_contain_text(
        "The server can't be reached. Showing local history only."
    )
    by_ben = story.get_by_role("listitem").filter(has_text="Ben")
    expect(by_ben).to_contain_text("Paint it green")
    server.start()


def test_others_changes_tint_their_row_and_show_who(new_page):
    ana, ben = family(new_page, "Paint the hall", "Pay the rent")
    ana.evaluate("""() => { window.seen = []; new MutationObserver(() => {
      for (const row of document.querySelectorAll("#groups .row.is-news")) window.seen.push(row.querySelector(".row-title").textContent + (row.querySelector(".by")?.title ?? ""));
    }).observe(document.getElementById("groups"), { subtree: true, attributes: true, childList: true }); }""")
    rename(ben, "Pay the rent", "Pay all rent")
    expect(row(ana, "Pay all rent")).to_be_visible()
    ana.wait_for_function("() => window.seen.includes('Pay all rentBen')")
    expect(ana.locator("#toast")).not_to_contain_text("Ben")
    expect(ana.locator(".is-news")).to_have_count(0)
    rename(ana, "Pay all rent", "Pay no rent")
    assert not ana.evaluate("() => window.seen.some((text) => text.startsWith('Pay no rent'))")


def test_a_conflict_is_settled_by_who_may_write_and_only_shown_to_a_viewer(new_page, server):
    ana, ben = family(new_page, "Paint the hall")
    open_members(ana, "Family")
    link = make_link(ana, "Viewer")
    close(ana)
    cid = person(new_page, "Cid")
    follow(cid, link)
    server.stop()
    rename(ana, "Paint the hall", "Paint it white")
    rename(ben, "Paint the hall", "Paint it blue")
    server.start()
    for page in (ana, ben, ana, cid):
        sync(page)
    wait_for_dot(ana, "Needs attention")
    wait_for_dot(ben, "Needs attention")
    wait_for_dot(cid, "All changes saved")
    show_list(cid, "House")
    open_task(cid, "Paint it blue")
    expect(cid.locator("#pane .mark-button")).to_have_text("Conflict")
    expect(cid.locator("#pane [data-conflict]")).to_have_count(0)
    open_task(ana, "Paint it blue")
    ana.locator("#pane [data-conflict]").click()
    option(ana, "Paint it white")
    sync(ana)
    sync(cid)
    expect(row(cid, "Paint it white")).to_be_visible()
    expect(cid.locator("#pane .mark-button")).to_have_count(0)
    wait_for_dot(ana, "All changes saved")
