import hashlib
import json

import pytest

from modeling.tabular.checkpoint import MODEL_NAME, SCHEMA_NAME

TREES = b"tree\n"


@pytest.fixture
def said():
    """A schema of a value, as its file says it."""
    return {
        "name": "eclo",
        "version": "0123abcd",
        "target": "eclo",
        "kind": "value",
        "target_low": 0.0,
        "target_high": 40.0,
        "rows": 1000,
        "features": [
            {"name": "speed", "kind": "number", "low": 20.0, "high": 110.0, "unit": "km/h"},
            {"name": "weather", "kind": "category", "categories": ["clear", "눈"]},
        ],
        "intervals": {"coverage": 0.9, "edges": [5.0], "low": [-1.0, -4.0], "high": [2.0, 9.0]},
        "bands": [
            {"below": 3.0, "words": {"ko": "가벼움", "en": "slight"}},
            {"below": None, "words": {"ko": "무거움", "en": "grave"}},
        ],
        "detail": {"ko": "만든 자료로 배웠습니다.", "en": "Learnt from generated data."},
        "is_generated": True,
        "model_sha256": hashlib.sha256(TREES).hexdigest(),
        "metrics": {},
    }


@pytest.fixture
def written(tmp_path):
    """Writes a schema beside trees; gives the folder."""

    def write(said):
        (tmp_path / MODEL_NAME).write_bytes(TREES)
        (tmp_path / SCHEMA_NAME).write_text(json.dumps(said), encoding="utf-8")
        return tmp_path

    return write
