"""Errors about trainings."""

from http import HTTPStatus

from backend.errors import ApiError


class UnknownRecipe(ApiError):
    """There is no recipe of this name."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_recipe"


class WrongMaterial(ApiError):
    """The recipe cannot learn from this data set, or not go on from this version."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "wrong_material"
