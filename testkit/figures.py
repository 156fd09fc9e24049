"""What `/metrics` says, figure by figure."""

from prometheus_client.parser import text_string_to_metric_families


def figure(text: str, name: str, **labels: str) -> float | None:
    """The one figure of this name that has these labels; None where there is none."""
    found = figures(text, name, **labels)
    if len(found) > 1:
        raise AssertionError(f"expected one {name} with {labels}, got {len(found)}")
    return found[0] if found else None


def figures(text: str, name: str, **labels: str) -> list[float]:
    """All of this name that have these labels, and maybe others."""
    families = text_string_to_metric_families(text)
    samples = (sample for family in families for sample in family.samples)
    wanted = labels.items()
    return [it.value for it in samples if it.name == name and wanted <= it.labels.items()]


def names(text: str) -> set[str]:
    """The name of each figure that is described, also of those of which there is none yet."""
    lines = (line.split(" ") for line in text.splitlines())
    described = {(words[2], words[3]) for words in lines if words[:2] == ["#", "TYPE"]}
    parts = {"histogram": ("_bucket", "_count", "_sum")}
    return {name + part for name, kind in described for part in parts.get(kind, ("",))}
