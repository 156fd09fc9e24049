import pytest

from modeling.tabular.checkpoint import (
    MODEL_NAME,
    TabularCheckpointError,
    TabularSchema,
    load_schema,
    save_schema,
)

PROBABILITY = {"kind": "probability", "intervals": None, "target_high": 1.0}
BAND = {"below": None, "words": {"ko": "무거움", "en": "grave"}}
NUMBER = {"name": "speed", "kind": "number", "low": 20.0, "high": 110.0}


def test_a_schema_is_read_as_it_was_written(said, written):
    folder = written(said)
    schema = load_schema(folder)
    assert schema.features[1].categories == ("clear", "눈")
    save_schema(folder, schema)
    assert load_schema(folder) == schema


BAD = [
    ({"version": "latest"}, "version: String should match pattern"),
    ({"features": []}, "features: Tuple should have at least 1 item"),
    ({"features": [NUMBER, NUMBER]}, "expected each feature once"),
    ({"features": [NUMBER | {"low": None}]}, "speed: expected a range and no categories"),
    ({"features": [NUMBER | {"kind": "category"}]}, "speed: expected categories and no range"),
    ({"features": [NUMBER | {"monotone": 2}]}, "features.0.monotone: Input should be -1, 0 or 1"),
    ({"intervals": None}, "expected intervals of a value, and a calibration of a probability"),
    (PROBABILITY, "expected intervals of a value, and a calibration of a probability"),
    (PROBABILITY | {"calibration": {"slope": 0.0, "intercept": 0.0}}, "greater than 0"),
    ({"intervals": {"coverage": 0.9, "edges": [5.0], "low": [0.0], "high": [1.0]}}, "more than"),
    ({"bands": [BAND, BAND]}, "expected bands that rise, the last without an end"),
    ({"bands": [BAND | {"below": 3.0}]}, "expected bands that rise, the last without an end"),
    ({"shows_to_families": False}, "expected a refusal where it does not show itself"),
    ({"target_low": 40.0}, "expected target_low below target_high"),
    ({"target_high": float("nan")}, "target_high"),
    ({"thresholds": [1]}, "thresholds: Extra inputs are not permitted"),
]


@pytest.mark.parametrize(("changes", "message"), BAD)
def test_a_schema_that_says_no_whole_thing_is_refused(said, written, changes, message):
    with pytest.raises(TabularCheckpointError, match=f"is no schema: .*{message}"):
        load_schema(written(said | changes))


def test_trees_of_another_schema_are_refused(said, written):
    folder = written(said)
    (folder / MODEL_NAME).write_bytes(b"other")
    with pytest.raises(TabularCheckpointError, match=r"not the file that schema\.json was written"):
        load_schema(folder)


def test_a_folder_without_files_is_refused(tmp_path):
    with pytest.raises(TabularCheckpointError, match=r"cannot read .*schema\.json: No such file"):
        load_schema(tmp_path)


def test_words_are_in_both_languages(said):
    schema = TabularSchema.model_validate(said)
    assert (schema.detail.of("ko"), schema.bands[0].words.of("en")) == (
        "만든 자료로 배웠습니다.", "slight",
    )  # fmt: skip
