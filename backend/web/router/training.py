"""/training: what is to be learnt, by a form, or by plain words that fill it."""

from typing import Any

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from backend.datasets.service import DatasetService
from backend.errors import ApiError
from backend.http.bodies import Body
from backend.plain_words.service import PlainWordsService
from backend.providers.choice import provider_of
from backend.training.recipes import RecipeInfo
from backend.training.service import TrainingService
from backend.versions.service import VersionService
from backend.web.factory_words import DATASET_KINDS, recipe_titles, worded
from backend.web.forms import checked, fields_of, pairs_of
from backend.web.page_route import owner_router, pages_of, see
from backend.web.provider_names import PROVIDERS
from backend.web.router.jobs import has_worker
from backend.web.training_form import (
    TrainingForm,
    form_of,
    form_of_setup,
    recipe_of,
    wanted_of,
)
from contract.chat import TrainingMessage, TrainingReply
from contract.datasets import DatasetVersion

router = owner_router()


@router.get("/training")
def page(request: Request, recipe: str = "", dataset_version: str = "") -> Response:
    """The page."""
    version_ids = (dataset_version,) if dataset_version else ()
    return _page(request, TrainingForm(recipe_of(recipe), version_ids))


@router.post("/training")
def train(request: Request, body: Body) -> Response:
    """Start the training."""
    caller, form = request.state.caller, form_of(pairs_of(body))
    title = recipe_titles(pages_of(request).view(request).language)[form.recipe.name]
    service: TrainingService = request.app.state.training
    try:
        job = service.ask(wanted_of(form, title), caller.household_id, caller.person_id)
    except ApiError as error:
        return _page(request, form, error)
    return see(f"/jobs/{job.id}")


@router.post("/training/words")
async def words(request: Request, body: Body) -> Response:
    """Answer plain words, and fill the form by them. Of htmx they are a part of the page.

    With a key in the header of a provider, that provider reads them; nothing keeps the key.
    """
    fields = fields_of(body)
    view = await run_in_threadpool(pages_of(request).view, request)
    service: PlainWordsService = request.app.state.plain_words
    given = {"message": fields.get("message", ""), "language": view.language}
    said = checked(
        TrainingMessage, given | {"conversation_id": fields.get("conversation_id") or None}
    )
    sentence, reply = "", None
    try:
        provider = provider_of(request.headers, request.app.state.provider_settings)
        reply = await service.answer(request.state.caller, said, provider)
    except ApiError as error:
        sentence = await run_in_threadpool(pages_of(request).sentence, request, error)
    turn = {"message": said.message, "reply": reply, "sentence": sentence}
    return await run_in_threadpool(_turn, request, turn)


def _turn(request: Request, turn: dict[str, Any]) -> Response:
    is_part = request.headers.get("hx-request") == "true"
    reply: TrainingReply | None = turn["reply"]
    form = form_of_setup(reply.setup) if reply else TrainingForm(recipe_of(""))
    template = "parts/training_turn.html" if is_part else "training.html"
    values = _values(request, form) | turn | {"is_part": is_part}
    return pages_of(request).render(request, template, **values)


def _page(request: Request, form: TrainingForm, error: ApiError | None = None) -> Response:
    pages, values = pages_of(request), _values(request, form)
    values["sentence"] = pages.sentence(request, error) if error else ""
    return pages.render(request, "training.html", int(error.status) if error else 200, **values)


def _values(request: Request, form: TrainingForm) -> dict[str, Any]:
    pages, caller = pages_of(request), request.state.caller
    language = pages.view(request).language
    versions: VersionService = request.app.state.versions
    return {
        "form": form,
        "fields": form.settings(language),
        "titles": recipe_titles(language),
        "choices": _datasets(request, form.recipe),
        "bases": versions.newest(caller.household_id, form.recipe.name),
        "kinds": worded(DATASET_KINDS, pages.texts(request)),
        "has_worker": has_worker(request),
        "providers": PROVIDERS,
        "reply": None,
        "message": "",
        "is_part": False,
        "sentence": "",
    }


def _datasets(request: Request, recipe: RecipeInfo) -> list[DatasetVersion]:
    """The versions of data sets that the recipe learns from."""
    service: DatasetService = request.app.state.datasets
    datasets = service.all(request.state.caller.household_id)
    return [version for it in datasets if it.kind in recipe.takes for version in it.versions]
