"""GET /operators, PUT and DELETE /operators/{person_id}: who makes and ends households."""

from fastapi import APIRouter, Request

from backend.access.asking import operator_of
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.http.openapi import answers
from backend.people.errors import LastOperator, UnknownPerson
from backend.people.operators import OperatorService
from backend.people.person import Person
from backend.people.router import PersonId
from backend.people.schemas import OperatorShown

router = APIRouter(prefix="/operators", tags=["households"])

MINJI = {"person_id": 1, "name": "민지", "login": "minji"}


@router.get("", responses=answers([MINJI]))
def operators(request: Request) -> list[OperatorShown]:
    """Who may make and end households beside the API_KEY. For operators."""
    operator_of(request)
    return [_shown(it) for it in _operators(request).all()]


@router.put("/{person_id}", responses=answers(MINJI, UnknownPerson))
def name(request: Request, person_id: PersonId) -> OperatorShown:
    """Let a person of this server be an operator too. For operators."""
    return _shown(set_operator(request, person_id, is_operator=True))


@router.delete("/{person_id}", responses=answers(MINJI, UnknownPerson, LastOperator))
def unname(request: Request, person_id: PersonId) -> OperatorShown:
    """Let a person be an operator no more; the last one stays. For operators."""
    return _shown(set_operator(request, person_id, is_operator=False))


def set_operator(request: Request, person_id: int, *, is_operator: bool) -> Person:
    """For the caller; raises Forbidden, UnknownPerson and LastOperator."""
    caller, service = operator_of(request), _operators(request)
    changed = service.name(person_id) if is_operator else service.unname(person_id)
    audit: AuditService = request.app.state.audit
    done = Action.NAMED_OPERATOR if is_operator else Action.UNNAMED_OPERATOR
    audit.note(caller, done, str(person_id))
    return changed


def _shown(person: Person) -> OperatorShown:
    return OperatorShown(person_id=person.id, name=person.name, login=person.login)


def _operators(request: Request) -> OperatorService:
    service: OperatorService = request.app.state.operators
    return service
