"""/ask/report: a month to print, as PDF and as CSV."""

from datetime import date
from functools import partial

from fastapi import Request, Response

from backend.access.keys import Caller
from backend.errors import ApiError
from backend.record.service import RecordService
from backend.tools.service import ToolService
from backend.web.asking.cards import card_of
from backend.web.asking.turns import TurnViews
from backend.web.marks import N_
from backend.web.page_route import page_router, pages_of
from backend.web.report.csv_file import figures_as_csv
from backend.web.report.drawing import bars_of
from backend.web.report.font import report_font
from backend.web.report.month import Month, answers_of, month_of, months_before
from backend.web.report.pdf import Part, report_pdf
from backend.web.router.ask import note_look, views_of
from contract.tools import ToolAnswer

router = page_router()

LISTED = 13
TITLE, MADE = N_("Report of {month}"), N_("made {day}")


@router.get("/ask/report")
def page(request: Request, month: str = "") -> Response:
    """The months to choose from, or the PDF of one."""
    if not month:
        return _page(request)
    try:
        font = report_font(request.app.state.report_font)
        chosen, views = _month(request, month), views_of(request)
        parts = [_part(it, views) for it in _answers(request, chosen)]
    except ApiError as error:
        return _page(request, error)
    text = views.words.text
    subtitle = " · ".join((*_household(request), text(MADE).format(day=_today(request))))
    content = report_pdf(text(TITLE).format(month=chosen), subtitle, parts, font, text)
    return _file(content, f"report-{chosen}.pdf", "application/pdf")


@router.get("/ask/report/file")
def file(request: Request, month: str) -> Response:
    """The figures of a month as CSV."""
    chosen = _month(request, month)
    content = figures_as_csv(_answers(request, chosen))
    return _file(content.encode(), f"report-{chosen}.csv", "text/csv")


def _page(request: Request, error: ApiError | None = None) -> Response:
    pages = pages_of(request)
    return pages.render(
        request,
        "ask_report.html",
        int(error.status) if error else 200,
        months=months_before(_today(request), LISTED),
        sentence=pages.sentence(request, error) if error else "",
    )


def _answers(request: Request, month: Month) -> list[ToolAnswer]:
    note_look(request)
    caller: Caller = request.state.caller
    tools: ToolService = request.app.state.tools
    return answers_of(month, partial(tools.ask, caller))


def _part(answer: ToolAnswer, views: TurnViews) -> Part:
    card = card_of(answer, views.titles[answer.tool], views.words)
    if answer.plot is None:
        return Part(card, None, "")
    return Part(card, bars_of(answer.plot), views.words.column(answer.plot.y))


def _household(request: Request) -> list[str]:
    household = pages_of(request).view(request).household
    return [household.name] if household else []


def _month(request: Request, written: str) -> Month:
    return month_of(written, _today(request))


def _today(request: Request) -> date:
    service: RecordService = request.app.state.record
    return service.today(request.state.caller.household_id)


def _file(content: bytes, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
