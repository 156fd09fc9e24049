import json

from backend.plain_words.question import MAX_SENT, question_of, schema_of
from contract.chat import TrainingSetup
from contract.datasets import Subset
from testkit.language_models.base import check_strict, nodes
from testkit.training_forms import KNOWN, SUNDAY


def test_schema_keeps_to_what_all_providers_take() -> None:
    schema = schema_of(KNOWN)
    check_strict(schema)
    found = {key for node in nodes(schema["properties"]) for key in node}
    assert not found & {
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "pattern",
        "default",
        "$ref",
    }
    assert "confirm" not in json.dumps(schema)
    assert "cancel" not in json.dumps(schema)


def test_question_names_forms_data_sets_and_the_set_up_so_far() -> None:
    setup = TrainingSetup(
        recipe="fall-lstm",
        dataset_version_ids=("Hall clips-3",),
        subset=Subset(since="2026-10-01"),
        settings={"epochs": 10},
        base="a-version",
    )
    question = question_of(["한 번", "두 번"], setup, KNOWN, SUNDAY)
    for told in ('"allowed": "1…40"', '"usual": 5', "거실 기록", "2026-11-29", "2026-10-01"):
        assert told in question.instructions
    for kept in ("Hall clips-3", "a-version", "kitchen", "김영희"):
        assert kept not in question.instructions
    assert [it.text for it in question.utterances] == ["한 번", "두 번"]


def test_only_the_newest_messages_are_sent() -> None:
    question = question_of([str(number) for number in range(40)], TrainingSetup(), KNOWN, SUNDAY)
    assert [it.text for it in question.utterances] == [str(it) for it in range(30, 40)]
    assert len(question.utterances) == MAX_SENT
