"""/api/v1: puts tasks, lists, comments, spaces, members, invites and the account into one API with
one document.
"""

from flask import Flask

from server.rest.account import account
from server.rest.invites import invites
from server.rest.page import make_page
from server.rest.spaces import spaces
from server.tasks.comment_routes import comments
from server.tasks.list_routes import lists
from server.tasks.routes import tasks
from server.web.rest import API_CONFIG, Api, allow_own_methods, document

__all__ = ["API_CONFIG", "init_app"]


def init_app(app: Flask) -> None:
    api = Api(app)
    for blueprint in (tasks, lists, comments, spaces, invites, account):
        api.register_blueprint(blueprint)
    document(app, api)
    allow_own_methods(app)
    app.register_blueprint(make_page(api.spec.to_dict()))
