"""Errors about deployments.

ApiError
    UnknownDeployment    404
    NothingDeployed      404  no version of the recipe is to serve on camera boxes
    NoFile               404  there is nothing to download
    NothingBefore        409  there is nothing to go back to
    AlreadyDeployed      409  the camera boxes have a deployment of this recipe
    NotAnEndpoint        409
    VersionUnavailable   503  a version does not load; the others serve
"""

from http import HTTPStatus

from backend.errors import ApiError


class UnknownDeployment(ApiError):
    """The household has no such deployment."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_deployment"


class NothingDeployed(ApiError):
    """No version of this recipe is to serve on camera boxes."""

    status = HTTPStatus.NOT_FOUND
    code = "nothing_deployed"


class NoFile(ApiError):
    """The deployment or package has no such file."""

    status = HTTPStatus.NOT_FOUND
    code = "no_file"


class NothingBefore(ApiError):
    """Nothing has served before that could serve again."""

    status = HTTPStatus.CONFLICT
    code = "nothing_before"


class AlreadyDeployed(ApiError):
    """The camera boxes have a deployment of this recipe, which can be changed."""

    status = HTTPStatus.CONFLICT
    code = "already_deployed"


class NotAnEndpoint(ApiError):
    """The deployment answers nothing by itself."""

    status = HTTPStatus.CONFLICT
    code = "not_an_endpoint"


class VersionUnavailable(ApiError):
    """The version that is to answer does not load; the message says why."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "version_unavailable"
