"""All that a fit follows from, as one key: settings, examples, code and libraries."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Self

from pydantic import BaseModel, JsonValue

from modeling.training.runs.code_digest import digest_code, libraries, sources
from modeling.training.settings import LoopSettings


class Inputs(BaseModel, frozen=True):
    """What was kept of other inputs is never used.

    `examples` and `code` are digests: of what is learnt from, and of what turns it into weights.
    `held_out` are the groups that each validation holds out. `libraries` are the versions of the
    packages that the code imports.
    """

    model: str
    settings: dict[str, JsonValue]
    examples: str
    held_out: dict[str, list[str]]
    code: str
    libraries: dict[str, str]

    @classmethod
    def of(
        cls,
        model: str,
        settings: LoopSettings,
        code: Sequence[str],
        examples: str,
        held_out: Mapping[str, Sequence[str]] | None = None,
    ) -> Self:
        """The inputs of fits that start now, by the code of some modules and all they import."""
        files = sources(*code)
        return cls(
            model=model,
            settings=asdict(settings),
            examples=examples,
            held_out={name: list(groups) for name, groups in (held_out or {}).items()},
            code=digest_code(files),
            libraries=libraries(files),
        )

    @property
    def key(self) -> str:
        """Sixteen hexadecimal digits that change with any of it."""
        text = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def differences(self, other: "Inputs") -> list[str]:
        """The names of the parts in which the two differ."""
        return [name for name in Inputs.model_fields if getattr(self, name) != getattr(other, name)]
