"""/images: the pictures that the household keeps."""

from typing import Any

from fastapi import Request, Response

from backend.errors import ApiError
from backend.media.consents import ConsentService
from backend.media.service import MediaService
from backend.web.marks import N_
from backend.web.names import namer
from backend.web.page_route import caregiver_router, pages_of
from contract.media import Consent

router = caregiver_router()

LISTED = 60
DONE = {
    "brought": N_("All pictures are there."),
    "erased": N_("The picture is erased."),
    "kept": N_("Such pictures are kept from now on."),
    "withdrawn": N_("Such pictures are kept no more."),
}


@router.get("/images")
def page(request: Request, done: str = "", before: str | None = None) -> Response:
    """The gallery."""
    media: MediaService = request.app.state.media
    images = media.newest(request.state.caller.household_id, before, LISTED)
    return shown(
        request,
        "pictures.html",
        DONE.get(done, ""),
        images=images,
        older=images[-1].id if len(images) == LISTED else None,
        is_kept=any(it.camera_id is None for it in consents_of(request)),
    )


def consents_of(request: Request) -> list[Consent]:
    """Those that the household has given."""
    service: ConsentService = request.app.state.consents
    return service.all(request.state.caller.household_id)


def shown(
    request: Request, template: str, done: str = "", error: ApiError | None = None, **values: Any
) -> Response:
    """A page of pictures, with what has been `done`, as a text, or could not be."""
    pages = pages_of(request)
    texts = pages.texts(request)
    return pages.render(
        request,
        template,
        int(error.status) if error else 200,
        name=namer(request),
        said=texts.gettext(done) if done else "",
        sentence=pages.sentence(request, error) if error else "",
        **values,
    )
