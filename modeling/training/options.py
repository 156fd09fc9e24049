"""What an evaluation may be asked for; free of torch and scikit-learn, so that `--help` is too."""

from enum import StrEnum


class ProtocolName(StrEnum):
    """What is held out."""

    LEAVE_ONE_GROUP_OUT = "leave-one-group-out"
    LEAVE_ONE_ROOM_OUT = "leave-one-room-out"
    LEAVE_ONE_DATASET_OUT = "leave-one-dataset-out"
    URFD_TO_UPFALL = "urfd-to-upfall"
    UPFALL_TO_URFD = "upfall-to-urfd"


class ModelName(StrEnum):
    """What is trained and measured."""

    LSTM = "lstm"
    RANDOM_FOREST = "random-forest"
    LOGISTIC_REGRESSION = "logistic-regression"
    GEOMETRIC_RULE = "geometric-rule"


class ImageTaskName(StrEnum):
    """What an image model is trained to tell."""

    POSTURE = "posture"
    CAMERA_HEALTH = "camera_health"
