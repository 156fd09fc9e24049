"""Fifty questions to a sample record: how many numbers are true, and how long answers take.

`uv run python -m benchmarks.fifty_questions` makes a record of 90 days and three cameras, in a
folder that goes afterwards; with `--of FOLDER` it takes a copy of one that `make-sample-record`
made. The record is generated and a script plays the model, so this measures the tools, the
assistant and how they fit together: not a language model, and nothing of a home. `--show` prints
each answer.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Annotated

import typer

from backend.sample.plan import SampleWanted
from backend.sample.service import make_sample, read_truth
from common.progress import progress_bar
from contract.assistant import ChatAnswer
from contract.language import Language
from testkit.fifty_questions.asking import AskedAssistant, asked_assistant, questions_to
from testkit.fifty_questions.known_record import KnownRecord
from testkit.fifty_questions.question import Question
from testkit.sample_home import SampleHome

LAST = date(2026, 11, 22)
TIMES = 3


@dataclass(frozen=True)
class Answered:
    """A question with its answer, after how long; and whether it came from memory again."""

    question: Question
    answer: ChatAnswer
    seconds: float
    is_kept: bool


def main(
    days: Annotated[int, typer.Option(min=14)] = 90,
    seed: int = 1,
    of: Annotated[Path | None, typer.Option(exists=True, file_okay=False)] = None,
    show: Annotated[bool, typer.Option("--show")] = False,
) -> None:
    """Ask them all, and print what came of it."""
    with tempfile.TemporaryDirectory() as name:
        sample = _made(Path(name) / "data", days, seed, of)
        with asked_assistant(sample) as assistant:
            answered = _asked(assistant, sample)
            seconds = _of_tools(assistant, answered)
    _tell(answered, seconds)
    if show:
        _show(answered)


def _made(folder: Path, days: int, seed: int, of: Path | None) -> SampleHome:
    if of:
        shutil.copytree(of, folder)
        return SampleHome(folder, read_truth(folder))
    with progress_bar("days", days) as step:
        truth = make_sample(folder, SampleWanted(LAST, days, 3, seed, "en"), step)
    return SampleHome(folder, truth)


def _asked(assistant: AskedAssistant, sample: SampleHome) -> list[Answered]:
    asked = questions_to(KnownRecord(sample.truth))
    with progress_bar("questions", 50) as step:
        return [_one(assistant, it, language, step) for language in asked for it in asked[language]]


def _one(
    assistant: AskedAssistant, question: Question, language: Language, step: Callable[[], None]
) -> Answered:
    began = time.perf_counter()
    answer = assistant.ask(question.text, language)
    seconds = time.perf_counter() - began
    again = assistant.ask(question.text, language)
    step()
    return Answered(question, answer, seconds, again.cache_hit)


def _of_tools(assistant: AskedAssistant, answered: Sequence[Answered]) -> dict[str, list[float]]:
    """The seconds of each call, asked a few times over."""
    found: dict[str, list[float]] = {}
    for name, asked in (call for it in answered for call in it.question.calls):
        body = {"table": asked["table"], "arguments": asked["arguments"]}
        for _ in range(TIMES):
            began = time.perf_counter()
            assistant.home.ask("caregiver", "POST", f"/tools/{name}", json=body).raise_for_status()
            found.setdefault(name, []).append(time.perf_counter() - began)
    return found


def _tell(answered: Sequence[Answered], tools: dict[str, list[float]]) -> None:
    wrong = [(it, it.question.misses(it.answer.response)) for it in answered]
    figures = sum(len(it.question.known) for it in answered)
    missed = sum(len(misses) for _, misses in wrong)
    unproved = sum(len(it.answer.unproved) for it in answered)
    seconds = [it.seconds for it in answered]
    typer.echo(f"{len(answered)} questions: {figures - missed} of {figures} figures are true")
    typer.echo(
        f"without a call: {unproved}; from memory again: {sum(it.is_kept for it in answered)}"
    )
    typer.echo(f"an answer: median {median(seconds):.2f} s, longest {max(seconds):.2f} s")
    for name, times in sorted(tools.items(), key=lambda it: -max(it[1])):
        said = f"median {1000 * median(times):.0f} ms, longest {1000 * max(times):.0f} ms"
        typer.echo(f"{name}: {said} of {len(times)}")
    for one, misses in wrong:
        if misses or not one.is_kept:
            what = misses or "not from memory"
            typer.echo(f"{one.question.text} {one.answer.response} {what}")


def _show(answered: Sequence[Answered]) -> None:
    for one in answered:
        calls = [it.answer for it in one.answer.tool_calls]
        asked = "; ".join(f"{it.tool} {it.arguments}" for it in calls if it)
        typer.echo(f"\n{one.question.text}\n    {one.answer.response}\n    {asked}")


if __name__ == "__main__":
    typer.run(main)
