#!/usr/bin/python3
"""A browser of one window on WebKitGTK, with its data in the folder given: the packaged one forgets
all of it when it is automated.

Runs on the system's Python, which has the bindings. Started by WebKitWebDriver.
"""

import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402


def main(folder):
    data = WebKit2.WebsiteDataManager(
        base_data_directory=f"{folder}/data", base_cache_directory=f"{folder}/cache"
    )
    data.get_cookie_manager().set_persistent_storage(
        f"{folder}/cookies", WebKit2.CookiePersistentStorage.SQLITE
    )
    context = WebKit2.WebContext(website_data_manager=data)
    context.set_automation_allowed(True)
    context.connect("automation-started", lambda _, session: begin(session, context))
    Gtk.main()


def begin(session, context):
    info = WebKit2.ApplicationInfo()
    info.set_name("MiniBrowser")
    session.set_application_info(info)
    session.connect("create-web-view", lambda _: new_view(context))


def new_view(context):
    window = Gtk.Window(default_width=1280, default_height=900)
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
    window.add(view)
    window.show_all()
    return view


if __name__ == "__main__":
    main(sys.argv[-1])
