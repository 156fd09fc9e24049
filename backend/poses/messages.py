"""What the servers that share a database tell each other of live poses."""

from dataclasses import dataclass

from contract.poses import LivePoses


@dataclass(frozen=True)
class PosesWanted:
    """For the bus: somebody listens to the poses of a household's camera, of all without one."""

    household_id: int
    camera_id: str | None


@dataclass(frozen=True)
class PosesPassedOn:
    """For the bus: what came to one server, for those who listen at another."""

    poses: LivePoses
