"""A run in words."""

from collections.abc import Iterator, Sequence

from benchmarks.many_cameras.running import Measured, Wait

CORES = 2
MIB = 2**20
MAX_WRITERS = 15
ASKED_SEC = 2.0


def lines(found: Measured, began_at: float) -> Iterator[str]:
    """What was found, a line each; moments are seconds after `began_at`."""
    sent, minutes = found.sent, found.seconds / 60
    falls = len(sent.falls)
    yield f"{found.cameras} cameras, {minutes:.1f} min: {_counts(sent.events)} recorded"
    yield f"falls ended: {falls}; lost: {len(found.lost)}; never taken: {found.waiting} events"
    spread = _spread([it.seconds for it in found.waits], "s")
    yield f"END's first sending to the first message: {spread}"
    slow = [_moment(it, began_at) for it in found.waits if it.seconds > ASKED_SEC]
    yield f"slower than {ASKED_SEC:.0f} s, each with its moment: {', '.join(slow) or 'none'}"
    yield f"doubled unmarked: {len(found.doubled)}; marked resends: {found.resent}"
    yield f"sent without the database, and marked so: {found.unrecorded}"
    yield f"answers of the phone: {_counts(found.pressed)}"
    yield f"requests taken: {_spread(sent.took_sec, 's')}"
    yield f"tries that failed: {_counts(sent.failures)}; refused events: {len(sent.refused)}"
    for name, cpu_sec in found.cpu_sec.items():
        share, most = cpu_sec / found.seconds / CORES, found.most_bytes[name] / MIB
        yield f"{name}: {share:.1%} of {CORES} cores ({cpu_sec:.0f} s), {most:.0f} MiB at most"
    rate = found.wire_bytes / found.seconds
    yield f"wire: {found.wire_messages} messages, {found.wire_bytes / MIB:.1f} MiB ({rate:.0f} B/s)"
    largest = sorted(found.grown.items(), key=lambda it: -it[1])[:8]
    grown = ", ".join(f"{name} {size / MIB:.2f}" for name, size in largest)
    yield f"grown, MiB: {grown}; journals {found.journal_bytes / MIB:.1f}"
    yield f"watchdog's rounds: {_spread(found.rounds, 's')}"
    yield from _writes(found)


def _writes(found: Measured) -> Iterator[str]:
    count = sum(it.count for it in found.writes.values())
    held = sum(it.held_sec for it in found.writes.values())
    share = held / found.seconds
    yield f"writes: {count}, somebody has the writer's lock {share:.1%} of the time"
    for who, it in sorted(found.writes.items(), key=lambda item: -item[1].held_sec)[:MAX_WRITERS]:
        count = max(1, it.count)
        waited, kept = it.waited_sec / count * 1e3, it.held_sec / count * 1e3
        yield f"  {it.held_sec:.1f} s by {who}: {it.count} x {kept:.1f} ms, {waited:.1f} ms waited"


def _spread(values: Sequence[float], unit: str) -> str:
    ordered = sorted(values)
    if not ordered:
        return "none"
    p50, p99 = ordered[len(ordered) // 2], ordered[-1 - len(ordered) // 100]
    return f"p50 {p50:.3f}, p99 {p99:.3f}, max {ordered[-1]:.3f} {unit} of {len(ordered)}"


def _moment(wait: Wait, began_at: float) -> str:
    taken = "never" if wait.taken_sec is None else f"after {wait.taken_sec:.1f}"
    return f"{wait.seconds:.1f} at {wait.at - began_at:.0f} (taken {taken})"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"
