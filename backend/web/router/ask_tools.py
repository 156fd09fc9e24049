"""/ask/tools: a question to the record by a form, without a language model."""

from collections.abc import Sequence

from fastapi import Request, Response
from pydantic import JsonValue

from backend.access.keys import Caller
from backend.cameras.service import CameraService
from backend.errors import ApiError
from backend.tools.service import ToolService
from backend.web.asking.cards import Card, card_of
from backend.web.asking.form_names import OPERATORS, TOOLS
from backend.web.asking.tool_form import CONDITION, arguments_of, fields_of, takes_condition
from backend.web.factory_words import worded
from backend.web.page_route import page_router, pages_of
from backend.web.plot_policy import with_plots
from backend.web.router.ask import note_look, views_of
from contract.tools import TableInfo, ToolAsked, ToolInfo

router = page_router()


@router.get("/ask/tools")
def page(request: Request, tool: str = "", table: str = "", asked: str = "") -> Response:
    """The list of the tools, or the form of one, with its answer once it is asked."""
    info = next((it for it in _tools(request) if it.name == tool), None)
    if info is None:
        return _list(request)
    try:
        tables = _tables(request, info)
    except ApiError as error:
        return _list(request, error)
    chosen = next((it for it in tables if it.name == table), tables[0])
    return _form(request, info, tables, chosen, bool(asked))


def _list(request: Request, error: ApiError | None = None) -> Response:
    pages, tools = pages_of(request), _tools(request)
    return pages.render(
        request,
        "ask_tools.html",
        int(error.status) if error else 200,
        of_the_record=[it for it in tools if not it.takes_own],
        of_any_table=[it for it in tools if it.takes_own],
        described=worded(TOOLS, pages.texts(request)),
        sentence=pages.sentence(request, error) if error else "",
    )


def _form(
    request: Request,
    tool: ToolInfo,
    tables: Sequence[TableInfo],
    table: TableInfo,
    is_asked: bool,
) -> Response:
    pages, views = pages_of(request), views_of(request)
    pairs = request.query_params.multi_items()
    fields = fields_of(tool, table, _places(request), views.words)
    card, error = None, None
    if is_asked:
        arguments = arguments_of(fields, table, pairs)
        card, error = _answered(request, tool, table, arguments)
    shown = pages.render(
        request,
        "ask_tool.html",
        int(error.status) if error else 200,
        tool=tool,
        described=worded(TOOLS, pages.texts(request)),
        tables=tables,
        table=table,
        fields=fields,
        columns=[(it.name, views.words.name(it.name)) for it in table.columns],
        operators=worded(OPERATORS, pages.texts(request)) if takes_condition(tool) else {},
        condition=CONDITION,
        given=pairs if is_asked else None,
        card=card,
        sentence=pages.sentence(request, error) if error else "",
    )
    return with_plots(shown)


def _answered(
    request: Request, tool: ToolInfo, table: TableInfo, arguments: dict[str, JsonValue]
) -> tuple[Card | None, ApiError | None]:
    """The answer, or why there is none."""
    note_look(request)
    language = pages_of(request).view(request).language
    question = ToolAsked(table=table.name, arguments=arguments, language=language)
    try:
        answer = _service(request).ask(request.state.caller, tool.name, question)
    except ApiError as error:
        return None, error
    return card_of(answer, tool.title, views_of(request).words), None


def _tools(request: Request) -> list[ToolInfo]:
    return _service(request).tools(pages_of(request).view(request).language)


def _tables(request: Request, tool: ToolInfo) -> list[TableInfo]:
    """Those that the tool can be asked of, by the caller."""
    caller: Caller = request.state.caller
    language = pages_of(request).view(request).language
    every = _service(request).tables(caller, language)
    return [it for it in every if it.name in tool.tables or (it.is_own and tool.takes_own)]


def _places(request: Request) -> list[str]:
    """Where cameras are, or how they are called that have no place."""
    cameras: CameraService = request.app.state.cameras
    return sorted(
        {it.place or it.camera_id for it in cameras.all(request.state.caller.household_id)}
    )


def _service(request: Request) -> ToolService:
    service: ToolService = request.app.state.tools
    return service
