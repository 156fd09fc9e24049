"""GET /docs, and the files that its page asks for."""

from fastapi import APIRouter, FastAPI, Response
from starlette.staticfiles import StaticFiles

DOCS_PATH = "/docs"

# Nothing of another host, and no script but those that are served here.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'"
)

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Dolbom: HTTP API</title>
<link rel="icon" href="docs/swagger/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger/swagger-ui.css">
</head>
<body>
<div id="routes"></div>
<noscript>This page needs JavaScript; openapi.json says the same.</noscript>
<script src="docs/swagger/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""

START = """\
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#routes",
  deepLinking: true,
  validatorUrl: null,
});
"""

router = APIRouter(prefix=DOCS_PATH, include_in_schema=False)


@router.get("")
def page() -> Response:
    """The page itself."""
    return Response(PAGE, media_type="text/html", headers={"Content-Security-Policy": POLICY})


@router.get("/start.js")
def start() -> Response:
    """What starts Swagger UI; it is a file since the page runs no inline script."""
    return Response(START, media_type="text/javascript")


def add_api_docs(app: FastAPI) -> None:
    """Serve the page; the files of Swagger UI are those of the package `fastapi-swagger`."""
    app.include_router(router)
    app.mount(f"{DOCS_PATH}/swagger", StaticFiles(packages=[("fastapi_swagger", "resources")]))
