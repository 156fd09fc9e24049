"""The thread that has each moment analyzed and turns the analyses into events."""

import logging
import math
import queue
import threading
import time
from collections.abc import Callable, Sequence

from agent.analyzer import AnalysisUnavailable, Analyzer
from agent.event_factory import EventFactory
from agent.fall_verifier import FallVerifier, Verification
from agent.ground_file import GroundFile
from agent.key_pictures import KeyPictures
from agent.outbox.outbox import Outbox
from contract.analysis import Analysis
from contract.events import FALL, RECOVERED, EventType, states_of
from modeling.perception.incidents.event_machine import Transition
from modeling.perception.incidents.person_watch import Status
from modeling.perception.incidents.watch import Watch
from modeling.perception.windows.windows import Moment

logger = logging.getLogger(__name__)

# A minute of moments, 4 MB per person.
CAPACITY = 600
MOST_PROBS = 4
"""People whose scores are sent at a time: those with the highest ones."""


class AnalysisFailed(Exception):
    """The thread has ended with an error, which is logged: nothing is analyzed any more."""


class AnalysisWorker:
    """Takes moments in the order of their times; the main loop never waits for an answer.

    With `lossless` the caller waits while the queue is full (a file); without, the oldest moment
    is dropped (a camera). `ground` stores what the watch learns of the ground. The END of a fall
    waits for the `verifier`, if there is one, for a second at most; no START does. After
    it `key_pictures` sends the picture to be kept.
    """

    def __init__(
        self,
        analyzer: Analyzer,
        watch: Watch,
        factory: EventFactory,
        outbox: Outbox,
        *,
        probs_sec: float,
        lossless: bool,
        capacity: int = CAPACITY,
        verifier: FallVerifier | None = None,
        key_pictures: KeyPictures | None = None,
        ground: GroundFile | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.analyzer = analyzer
        self._watch = watch
        self._factory = factory
        self._outbox = outbox
        self._probs_sec = probs_sec
        self._lossless = lossless
        self._verifier, self._key_pictures = verifier, key_pictures
        self._ground = ground
        self._clock = clock
        self._moments: queue.Queue[Moment | None] = queue.Queue(capacity)
        name = f"{factory.camera_id} analysis"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._last: Moment | None = None
        self._next_probs = 0.0
        self._failure: Exception | None = None
        self._blind = False
        self._dropped = 0
        self._give_up_at = math.inf  # on the clock

    def start(self) -> None:
        self._thread.start()

    def put(self, moment: Moment) -> None:
        """Hand over the next moment; raises AnalysisFailed."""
        while self._failure is None:
            try:
                return self._moments.put(moment, timeout=0.2 if self._lossless else 0.0)
            except queue.Full:
                if not self._lossless:
                    self._drop_oldest()
        raise AnalysisFailed(f"the analysis has stopped: {self._failure}") from self._failure

    def finish(self, patience_sec: float = math.inf) -> None:
        """Analyze what is queued, end what is open, and stop; raises AnalysisFailed.

        Moments whose turn has not come after `patience_sec` are dropped.
        """
        self._give_up_at = self._clock() + patience_sec
        while self._thread.is_alive():
            try:
                self._moments.put(None, timeout=0.2)
                break
            except queue.Full:
                continue
        self._thread.join()
        if self._failure is not None:
            raise AnalysisFailed(f"the analysis has stopped: {self._failure}") from self._failure

    def _drop_oldest(self) -> None:
        try:
            self._moments.get_nowait()
        except queue.Empty:  # the thread was faster
            return
        self._dropped += 1
        if self._dropped % self._moments.maxsize == 1:  # one line per moment would hide all others
            logger.warning("analyses are late: %d moments dropped so far", self._dropped)

    def _run(self) -> None:
        try:
            while (moment := self._moments.get()) is not None:
                if self._clock() < self._give_up_at:
                    self._analyze(moment)
            if self._last is not None:
                self._send(self._watch.finish(self._last.time), self._last)
            if self._ground is not None:
                self._ground.save()
        except Exception as error:
            logger.exception("the analysis stops")
            self._failure = error

    def _analyze(self, moment: Moment) -> None:
        self._last = moment
        analyses = self._ask(moment)
        self._send(self._watch.step(moment, analyses), moment)
        if self._ground is not None:
            self._ground.save_if_due()
        if any(analyses) and moment.time >= self._next_probs:
            self._next_probs = moment.time + self._probs_sec
            for status in self._most_striking(moment):
                self._outbox.put(self._factory.probs(moment, status))

    def _most_striking(self, moment: Moment) -> list[Status]:
        # A person who was found again under another number has two windows in one moment.
        found = (self._watch.status(window.person) for window in moment.windows)
        everybody = list({status.person: status for status in found}.values())
        everybody.sort(key=lambda status: max(status.scores.values()), reverse=True)
        return everybody[:MOST_PROBS]

    def _ask(self, moment: Moment) -> Sequence[Analysis | None]:
        if not moment.windows:
            return []
        try:
            analyses = self.analyzer.analyze(moment)
        except AnalysisUnavailable as error:
            if not self._blind:
                logger.warning("nothing is analyzed: no answer of the server (%s)", error)
            self._blind = True
            return [None] * len(moment.windows)
        if self._blind:
            logger.info("moments are analyzed again")
        self._blind = False
        return analyses

    def _send(self, moves: list[Transition], moment: Moment) -> None:
        for move in moves:
            seen = self._verification(move)
            event = self._factory.transition(move, moment.frame_idx, seen)
            logger.info(
                "%s %s of person %d at %.1f s", move.event_type, move.label, move.person, move.time
            )
            self._outbox.put(event)
            if seen is not None and self._key_pictures is not None:
                self._key_pictures.send(move.time, self._factory.incident_of(move))

    def _verification(self, move: Transition) -> Verification | None:
        """The verdict on the picture of a fall's END; none where the person is up again."""
        if self._verifier is None or (move.event_type, move.label) != (EventType.END, FALL):
            return None
        if RECOVERED in states_of(move.state):
            return None
        return self._verifier.verify(move.time)
