"""GET /tools, GET /tools/tables and POST /tools/{name}."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from pydantic import TypeAdapter

from backend.access.keys import Caller
from backend.errors import InvalidInput
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body
from backend.storage.errors import DatabaseUnavailable, QuestionTooLarge, QuestionTooLong
from backend.tools.csv_file import csv_of
from backend.tools.errors import TooLittle, UnknownColumn, UnknownTable, UnknownTool, WrongTable
from backend.tools.examples import A_CSV, ANSWER, ASKED, TABLE, TOOL
from backend.tools.service import ToolService
from contract.language import Language
from contract.tools import TableInfo, ToolAnswer, ToolAsked, ToolInfo

router = APIRouter(prefix="/tools", tags=["tools"])

QUESTION = TypeAdapter(ToolAsked)
OF_A_QUESTION = (
    *OF_A_BODY,
    UnknownTool,
    UnknownTable,
    WrongTable,
    UnknownColumn,
    TooLittle,
    QuestionTooLong,
    QuestionTooLarge,
    DatabaseUnavailable,
)
AS_ANSWERED = answers(ANSWER, *OF_A_QUESTION)
AS_ANSWERED[200]["content"]["text/csv"] = {"schema": {"type": "string"}, "example": A_CSV}


@router.get("", responses=answers([TOOL], InvalidInput))
def tools(request: Request, language: Language = "ko") -> list[ToolInfo]:
    """All tools: what each is for, and its arguments as JSON schema. docs/tools.md lists them."""
    return _service(request).tools(language)


@router.get("/tables", responses=answers([TABLE], InvalidInput, DatabaseUnavailable))
def tables(request: Request, language: Language | None = None) -> list[TableInfo]:
    """The tables that can be asked, with their columns, how many rows, and of which days.

    Those of the record; for owners also their own data sets of the kind `table`.
    """
    return _service(request).tables(_caller(request), language)


@router.post(
    "/{name}",
    response_model=ToolAnswer,
    openapi_extra=json_body(QUESTION, ASKED),
    responses=AS_ANSWERED,
)
def ask(
    request: Request, name: Annotated[str, Path(examples=["group_by"])], body: Body
) -> ToolAnswer | Response:
    """Ask a tool about a table. The answer says what rows and days it stands on.

    Where that is too little, `too_little` says what was needed. With `Accept: text/csv` the
    answer's table comes as a file, or its facts where it has no table.
    """
    answer = _service(request).ask(_caller(request), name, parse_model(QUESTION, body))
    if "text/csv" not in request.headers.get("accept", ""):
        return answer
    headers = {"Content-Disposition": f'attachment; filename="{answer.tool}.csv"'}
    return Response(csv_of(answer), media_type="text/csv", headers=headers)


def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


def _service(request: Request) -> ToolService:
    service: ToolService = request.app.state.tools
    return service
