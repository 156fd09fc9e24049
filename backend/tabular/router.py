"""/api/predict: models that read a row of a table."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, BeforeValidator, Field, TypeAdapter, ValidationError

from backend.access.asking import caregiver_of, owner_of
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.errors import InvalidInput, ModelUnavailable
from backend.http.bodies import MAX_BODY_BYTES, json_response, read_body
from backend.http.openapi import OF_A_BODY, answers, json_body
from backend.storage.errors import DatabaseUnavailable
from backend.tabular.errors import SimulatedModel, UnknownPrediction, UnknownTabularModel
from backend.tabular.service import TabularService
from backend.tabular.store import Wanted
from backend.vision.errors import NotInProduction
from contract.language import Language
from contract.tabular import KeptPrediction, TabularAnswer, TabularModelInfo, TabularRow

router = APIRouter(prefix="/api/predict", tags=["tabular"])

MAX_LISTED = 1000
LATEST = 1e11
Named = Annotated[
    Annotated[str, Field(max_length=64)] | None, BeforeValidator(lambda value: value or None)
]
"""A version, or a prediction; empty is as if it were left out."""
ROW = TypeAdapter(TabularRow)
LANGUAGE: TypeAdapter[Language] = TypeAdapter(Language)
A_ROW = {"weather": "rain", "speed_limit": 60, "hour": 18}
PREDICTION_ID = "3f1c9a52d0b84d1a9c52d6f7a8b9c0d1"
VALUE = {"value": 3.4, "low": 1.0, "high": 7.9, "is_generated": True}
ANSWER = {
    "prediction_id": PREDICTION_ID,
    "model": "eclo",
    "version": "9f2c51c0",
    **VALUE,
    "interpretation": "slight",
    "detail": "Learnt from 40,000 generated accidents. In 90% of such rows it lies between 1 and 8",
    "reasons": [{"feature": "speed_limit", "value": 60, "contribution": 0.8}],
    "warnings": ["hour is missing, and the answer does without it"],
}
MODEL = {
    "name": "eclo",
    "version": "9f2c51c0",
    "target": "eclo",
    "kind": "value",
    "features": [
        {
            "name": "weather",
            "kind": "category",
            "low": None,
            "high": None,
            "categories": ["clear", "rain"],
            "unit": None,
            "missing": 0.02,
        }
    ],
    "is_generated": True,
    "card": "# eclo …",
    "refusal": None,
}
KEPT = {
    "prediction_id": PREDICTION_ID,
    "at": 1_795_939_200.0,
    "model": "eclo",
    "version": "9f2c51c0",
    "row": A_ROW,
    **VALUE,
}
OF_A_MODEL = (UnknownTabularModel, NotInProduction, ModelUnavailable)


class Erased(BaseModel):
    """So many predictions are forgotten."""

    erased: int


@router.get("", responses=answers([MODEL], InvalidInput))
def models(request: Request, language: Language = "ko") -> list[TabularModelInfo]:
    """The models that serve, with what each reads; `refusal` says why one answers nobody."""
    return _service(request).infos(language)


async def answer(request: Request) -> Response:
    """The same as `predict`, by the address only: past the framework."""
    caller, name = caregiver_of(request), request.scope["path"].rpartition("/")[2]
    language = _language(request.query_params.get("language", "ko"))
    body = await read_body(request, MAX_BODY_BYTES)
    said = await _service(request).predict(name, body, language, caller.household_id)
    return json_response(said)


@router.post(
    "/{model}",
    response_model=TabularAnswer,
    openapi_extra=json_body(ROW, A_ROW),
    responses=answers(ANSWER, *OF_A_BODY, *OF_A_MODEL, SimulatedModel),
)
async def predict(request: Request, model: str, language: Language = "ko") -> Response:  # noqa: ARG001
    """What a model says of one row, which is the body. For caregivers and owners.

    A feature that is left out or null counts as missing, and the answer has a warning; so has a
    category that the model does not know, and a number beyond what it has seen. `reasons` are the
    features that moved the answer most. Where the model has learnt from data that nobody has
    measured, `is_generated` says so.
    """
    return await answer(request)


@router.get(
    "/{model}/history",
    responses=answers(
        [KEPT], InvalidInput, UnknownTabularModel, UnknownPrediction, DatabaseUnavailable
    ),
)
def history(
    request: Request,
    model: str,
    version: Named = None,
    since: Annotated[float | None, Query(ge=0, le=LATEST)] = None,
    until: Annotated[float | None, Query(ge=0, le=LATEST)] = None,
    before: Named = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 50,
) -> list[KeptPrediction]:
    """What a model has answered, newest first. For caregivers and owners.

    `since` and `until` are seconds since 1970; `before` the prediction of this id, to go on with a
    list.
    """
    service, household_id = _service(request), caregiver_of(request).household_id
    wanted = Wanted(household_id, service.model(model).name, version, since, until, before)
    return service.history.newest(wanted, limit)


@router.delete(
    "/{model}/history", responses=answers({"erased": 128}, UnknownTabularModel, DatabaseUnavailable)
)
def forget(request: Request, model: str) -> Erased:
    """Forget all that a model has answered. For owners."""
    caller, service = owner_of(request), _service(request)
    name = service.model(model).name
    erased = service.history.erase(Wanted(caller.household_id, name))
    _audit(request).note(caller, Action.ERASED_PREDICTIONS, name)
    return Erased(erased=erased)


def _language(said: str) -> Language:
    try:
        return LANGUAGE.validate_python(said)
    except ValidationError as error:
        raise InvalidInput("language: expected ko or en") from error


def _audit(request: Request) -> AuditService:
    audit: AuditService = request.app.state.audit
    return audit


def _service(request: Request) -> TabularService:
    service: TabularService = request.app.state.tabular
    return service
