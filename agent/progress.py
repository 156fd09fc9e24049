"""A progress bar for files, on stderr, where somebody is looking."""

from collections.abc import Callable
from contextlib import ExitStack

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from agent.capture import Source


def show_progress(source: Source, stack: ExitStack) -> Callable[[], None]:
    """Call the result after each frame; it does nothing for a camera or without a terminal."""
    console = Console(stderr=True)
    if source.live or not console.is_terminal:
        return lambda: None
    # As a task's description a file's name may hold braces and brackets.
    name = TextColumn("{task.description}", markup=False)
    columns = (name, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    progress = stack.enter_context(Progress(*columns, console=console))
    task = progress.add_task(source.description, total=source.frame_count or None)
    return lambda: progress.advance(task)
