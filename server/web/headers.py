"""Security headers on every response, and compression of large ones."""

import gzip

import brotli
from flask import Flask, Request, Response, request

COMPRESS_BYTES_MIN = 1_000
BROTLI_QUALITY = 1
GZIP_LEVEL = 1

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types app-sw"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
}


def init_app(app: Flask) -> None:
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    response.headers.extend(_HEADERS)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response


def compressed(response: Response, asked: Request) -> Response:
    """The response with brotli or gzip, if the client accepts it and it is worthwhile."""
    body = response.get_data()
    response.headers.add("Vary", "Accept-Encoding")
    if len(body) < COMPRESS_BYTES_MIN:
        return response
    accepted = asked.headers.get("Accept-Encoding", "")
    if "br" in accepted:
        response.set_data(brotli.compress(body, quality=BROTLI_QUALITY))
        response.headers["Content-Encoding"] = "br"
    elif "gzip" in accepted:
        response.set_data(gzip.compress(body, GZIP_LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
