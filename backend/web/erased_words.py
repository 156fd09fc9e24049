"""What an erasure takes, in words."""

from collections.abc import Mapping
from gettext import NullTranslations

from backend.web.marks import N_
from contract.erasures import Erasure, ErasureKind

OF_RECORD: Mapping[str, str] = {
    "events": N_("events"),
    "incidents": N_("incidents"),
    "alerts": N_("alerts"),
    "notes": N_("notes"),
    "poses": N_("skeletons"),
}
MADE: Mapping[str, str] = {
    "dataset_files": N_("copies in data sets"),
    "pictures": N_("pictures"),
    "conversations": N_("conversations with the assistant"),
    "predictions": N_("answers of models"),
    "batches": N_("tables that models answered"),
}


def counted(erasure: Erasure, texts: NullTranslations) -> list[tuple[str, int]]:
    """What it takes, and how much of it; what people made of the record only if it takes that."""
    words = OF_RECORD if erasure.kind is ErasureKind.RETENTION else {**OF_RECORD, **MADE}
    counts = erasure.counts.model_dump()
    return [(texts.gettext(word), counts[name]) for name, word in words.items()]
