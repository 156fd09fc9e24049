"""What systemd does with the parts that stop, by their units in deploy/."""

from configparser import ConfigParser
from pathlib import Path

UNITS = Path(__file__).resolve().parents[1] / "deploy"


def restart_sec(unit: str) -> float:
    """After how many seconds systemd starts what has ended of `unit`, which it always does."""
    parser = ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNITS / unit, encoding="utf-8")
    if parser["Service"].get("Restart") != "always":
        raise ValueError(f"expected Restart=always in {unit}")
    return float(parser["Service"]["RestartSec"])
