"""/static, /manifest.webmanifest and /service-worker.js: what belongs to every page."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from backend.web.page_route import pages_of
from backend.web.pages import POLICY

router = APIRouter(include_in_schema=False)


@router.get("/static/{version}/{name:path}")
async def static(request: Request, version: str, name: str) -> Response:
    """One file."""
    answer = pages_of(request).static.answer(version, name, request.headers)
    answer = answer or Response("nothing is here", 404, media_type="text/plain")
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


@router.get("/service-worker.js")
async def service_worker(request: Request) -> Response:
    """At the root, so that it is for all pages; the browser asks for it again each time."""
    return await static(request, "", "service-worker.js")


@router.get("/manifest.webmanifest")
async def manifest(request: Request) -> Response:
    """How the pages are installed as an application."""
    pages = pages_of(request)
    sizes = {"icon-192.png": "192x192", "icon-512.png": "512x512"}
    icons = [
        {"src": pages.static.url(name), "sizes": size, "type": "image/png", "purpose": "any"}
        for name, size in sizes.items()
    ]
    icons.append({**icons[-1], "src": pages.static.url("maskable-512.png"), "purpose": "maskable"})
    name = pages.texts(request).gettext("Dolbom")
    described = {
        "id": "/",
        "name": name,
        "short_name": name,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f4f6f3",
        "theme_color": "#0b6353",
        "icons": icons,
    }
    headers = {"Vary": "Accept-Language, Cookie"}
    return JSONResponse(described, headers=headers, media_type="application/manifest+json")
