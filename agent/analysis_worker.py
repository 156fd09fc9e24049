"""The thread that asks about each window and turns the answers into events."""

import logging
import math
import queue
import threading
import time

from agent.analyzer import AnalysisUnavailable, Analyzer
from agent.events import EventFactory, state_of
from agent.frame_judge import FrameJudge, Judgement
from agent.outbox import Outbox
from contract.analysis import Analysis
from contract.events import FALL, EventType
from modeling.event_machine import EventMachine, Transition
from modeling.still_down import StillDownWatch
from modeling.windows import Window

logger = logging.getLogger(__name__)

# A minute of windows, 1.4 MB.
CAPACITY = 600


class AnalysisFailed(Exception):  # noqa: N818
    """The thread has died of an error that is in the log: nothing is analyzed any more."""


class AnalysisWorker:
    """Takes windows in the order of their times; the main loop never waits for an answer.

    With `lossless` a full queue makes the caller wait (a file); without, the oldest window goes
    (a camera, whose newest picture counts). The END of a fall waits for the `judge` where there is
    one, a second at most; no START does.
    """

    def __init__(
        self,
        analyzer: Analyzer,
        machine: EventMachine,
        watch: StillDownWatch,
        factory: EventFactory,
        outbox: Outbox,
        *,
        probs_sec: float,
        lossless: bool,
        judge: FrameJudge | None = None,
    ) -> None:
        self.analyzer = analyzer
        self._machine = machine
        self._watch = watch
        self._factory = factory
        self._outbox = outbox
        self._probs_sec = probs_sec
        self._lossless = lossless
        self._judge = judge
        self._windows: queue.Queue[Window | None] = queue.Queue(CAPACITY)
        name = f"{factory.camera_id} analysis"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._last: Window | None = None
        self._next_probs = 0.0
        self._failure: Exception | None = None
        self._blind = False
        self._dropped = 0
        self._give_up_at = math.inf  # on the monotonic clock

    def start(self) -> None:
        """Begin to take windows."""
        self._thread.start()

    def put(self, window: Window) -> None:
        """Hand over the next window; raises AnalysisFailed."""
        while self._failure is None:
            try:
                return self._windows.put(window, timeout=0.2 if self._lossless else 0.0)
            except queue.Full:
                if not self._lossless:
                    self._drop_oldest()
        raise AnalysisFailed(f"the analysis has stopped: {self._failure}") from self._failure

    def finish(self, patience_sec: float = math.inf) -> None:
        """Analyze what was handed over, end what is open, and stop; raises AnalysisFailed.

        What has not been begun after `patience_sec` is passed over.
        """
        self._give_up_at = time.monotonic() + patience_sec
        while self._thread.is_alive():
            try:
                self._windows.put(None, timeout=0.2)
                break
            except queue.Full:
                continue
        self._thread.join()
        if self._failure is not None:
            raise AnalysisFailed(f"the analysis has stopped: {self._failure}") from self._failure

    def _drop_oldest(self) -> None:
        try:
            self._windows.get_nowait()
        except queue.Empty:  # the thread was faster
            return
        self._dropped += 1
        if self._dropped % CAPACITY == 1:  # a line for each would bury everything else
            logger.warning("analyses are late: %d windows dropped so far", self._dropped)

    def _run(self) -> None:
        try:
            while (window := self._windows.get()) is not None:
                if time.monotonic() < self._give_up_at:
                    self._analyze(window)
            if self._last is not None:
                self._tell(self._machine.finish(self._last.time), self._last)
        except Exception as error:
            logger.exception("the analysis stops")
            self._failure = error

    def _analyze(self, window: Window) -> None:
        self._last = window
        analysis = self._ask(window)
        moves = self._machine.step(analysis, window.time)
        self._tell(moves + self._watch.step(window, moves), window)
        if analysis is not None and window.time >= self._next_probs:
            self._next_probs = window.time + self._probs_sec
            self._outbox.put(self._factory.probs(window, self._machine.scores, self._state))

    def _ask(self, window: Window) -> Analysis | None:
        if window.features is None:
            return None
        try:
            analysis = self.analyzer.analyze(window)
        except AnalysisUnavailable as error:
            if not self._blind:
                logger.warning("what is seen is not analyzed: no answer of the server (%s)", error)
            self._blind = True
            return None
        if self._blind:
            logger.info("what is seen is analyzed again")
        self._blind = False
        return analysis

    @property
    def _state(self) -> str:
        return state_of(self._machine.active + self._watch.states)

    def _tell(self, moves: list[Transition], window: Window) -> None:
        for move in sorted(moves, key=lambda move: move.event_type is EventType.END):
            seen = self._judgement(move)
            event = self._factory.transition(move, window.frame_idx, self._state, seen)
            logger.info("%s %s at %.1f s", move.event_type, move.label, move.time)
            self._outbox.put(event)

    def _judgement(self, move: Transition) -> Judgement | None:
        if self._judge is None or (move.event_type, move.label) != (EventType.END, FALL):
            return None
        return self._judge.judge(move.time)
