"""The routes under /api/, with the OpenAPI document and the documentation page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from archive.index.db import schema_docs
from newsarchive.web.api import openapi
from newsarchive.web.api.endpoints import ENDPOINTS, Endpoint
from newsarchive.web.http.requests import reject_unknown_parameters
from newsarchive.web.rendering.templating import render_page

PAGE = "/api/"
DOCUMENT = "/api/v1/openapi.json"


def routes() -> list[Route]:
    """Return the routes under /api/."""
    return [
        Route(PAGE, docs_page),
        Route(DOCUMENT, openapi_document),
        *(Route(endpoint.path, _declared_parameters_only(endpoint)) for endpoint in ENDPOINTS),
    ]


def _declared_parameters_only(endpoint: Endpoint) -> Callable[[Request], Response]:
    """Return an endpoint's handler, which rejects parameters that are not declared."""

    @wraps(endpoint.handler)
    def handler(request: Request) -> Response:
        reject_unknown_parameters(request, (one.name for one in endpoint.parameters))
        return endpoint.handler(request)

    return handler


def openapi_document(request: Request) -> Response:
    """Serve the OpenAPI document."""
    return JSONResponse(openapi.document())


def docs_page(request: Request) -> Response:
    """Serve the documentation page."""
    return render_page(request, "api.html", endpoints=ENDPOINTS, document=DOCUMENT, schema=schema_docs)
