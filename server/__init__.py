"""Driftless: an offline-first task manager's sync server. `create_app` is the composition root."""

from flask import Flask
from sqlalchemy.pool import QueuePool
from werkzeug.middleware.proxy_fix import ProxyFix

from server import clock
from server.accounts import guard, mail, me_routes, passkey_routes, password_routes, passwords
from server.accounts import routes as auth_routes
from server.admin import routes as admin_routes
from server.config import Config, from_environment
from server.core.limits import REQUEST_BYTES_MAX
from server.database import Writer, db, prepare
from server.live import routes as live_routes
from server.live.stack import on_own_stack
from server.live.teller import Teller
from server.ops import logging
from server.ops import routes as ops_routes
from server.spaces import (
    access,
    account_routes,
    invite_routes,
    sign_up_routes,
    space_routes,
    token_routes,
)
from server.sync import routes as sync_routes
from server.sync.service import Devices
from server.tasks import comment_routes, list_routes
from server.tasks import routes as task_routes
from server.web import errors, headers, limits, shell
from server.web.api_docs import make_page
from server.web.openapi import complete_document
from server.web.policy import policies_of
from server.web.rest import API_CONFIG, Api, allow_own_methods

POOL_SIZE = 40
LIBRARY_POLICIES = {"api-docs.openapi_json": "public"}


def create_app(config: Config | None = None) -> Flask:
    """Builds the server. Settings come from the environment unless given; BadConfig if they are
    unsafe.
    """
    config = config or from_environment()
    app = Flask(__name__, static_folder=None)
    app.config |= {
        "SECRET_KEY": config.secret_key,
        "APP_DIR": config.app_dir,
        "DATA_DIR": config.data_dir,
        "KILL_SWITCH": config.kill_switch,
        "MAX_CONTENT_LENGTH": REQUEST_BYTES_MAX,
        "DEBUG": config.debug,
        "SIGN_UPS_PER_HOUR": config.sign_ups_per_hour,
        "REQUESTS_PER_MINUTE": config.requests_per_minute,
        "PUBLIC_REQUESTS_PER_MINUTE": config.public_requests_per_minute,
        "RECORDS_MAX": config.records_max,
        "BYTES_MAX": config.bytes_max,
        "PUBLIC_URL": config.public_url,
        "SMTP_URL": config.smtp_url,
        "MAIL_FROM": config.mail_from,
        "SQLALCHEMY_DATABASE_URI": config.url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(config),
        "TRUSTED_HOSTS": list(config.trusted_hosts) or None,
        "PROPAGATE_EXCEPTIONS": False,
    } | API_CONFIG
    config.data_dir.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
        app.extensions["teller"] = Teller(db.engine)
        app.extensions["writer"] = Writer(db.engine, app.extensions["teller"].ring)
    app.extensions["devices"] = Devices(app.extensions["writer"])
    app.extensions["rules"] = access.Rules(config.records_max, config.bytes_max)
    app.extensions["started_ms"] = clock.now_ms()
    app.extensions["attempts"] = limits.Attempts()
    passwords.init_app(app, config.password_memory_kib)
    mail.init_app(app, config)
    _add_rooms(app)
    _wrap(app, config.trusted_proxies)
    return app


def _wrap(app: Flask, hops: int) -> None:
    """Adds what lies between gunicorn and the app. `hops` is the number of trusted proxies."""
    app.wsgi_app = on_own_stack(app.wsgi_app, "/events")  # type: ignore[assignment,method-assign]
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _add_rooms(app: Flask) -> None:
    errors.init_app(app)
    headers.init_app(app)
    for room in (
        auth_routes,
        password_routes,
        passkey_routes,
        sign_up_routes,
        account_routes,
        token_routes,
        sync_routes,
        live_routes,
        ops_routes,
        admin_routes,
    ):
        app.register_blueprint(room.blueprint)
    _add_rest(app)
    app.register_blueprint(shell.blueprint)
    guard.init_app(app, policies_of(app, LIBRARY_POLICIES), access.role_of_caller)
    logging.configure()


def _add_rest(app: Flask) -> None:
    """Registers the blueprints of /api/v1 as one API with one OpenAPI document."""
    api = Api(app)
    for blueprint in (
        task_routes.tasks,
        list_routes.lists,
        comment_routes.comments,
        space_routes.spaces,
        invite_routes.invites,
        me_routes.account,
    ):
        api.register_blueprint(blueprint)
    complete_document(app, api)
    allow_own_methods(app)
    app.register_blueprint(make_page(api.spec.to_dict()))


def _engine_options(config: Config) -> dict[str, object]:
    return {"poolclass": QueuePool, "pool_size": POOL_SIZE, "max_overflow": POOL_SIZE}
