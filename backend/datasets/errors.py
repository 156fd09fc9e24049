"""Errors about data sets."""

from http import HTTPStatus

from backend.errors import ApiError


class UnusableFiles(Exception):
    """What was uploaded is no data set of its kind; the message says what was expected."""


class UnknownDataset(ApiError):
    """No such data set, or none of this household."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_dataset"


class UnknownUpload(ApiError):
    """No such upload, or none of this household."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_upload"


class UnknownBlob(ApiError):
    """No file of this digest is kept."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_blob"


class UnknownShare(ApiError):
    """The link is none that this server has made, or it is over."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_share"


class WrongOffset(ApiError):
    """The piece does not begin where the upload ends so far; ask it for the offset."""

    status = HTTPStatus.CONFLICT
    code = "wrong_offset"


class UploadBusy(ApiError):
    """Another piece of this upload is being received, or it is being taken in."""

    status = HTTPStatus.CONFLICT
    code = "upload_busy"


class UploadOver(ApiError):
    """The upload has ended: begin another one."""

    status = HTTPStatus.CONFLICT
    code = "upload_over"


class TooManyUploads(ApiError):
    """So many uploads have begun and not ended that no other is taken."""

    status = HTTPStatus.CONFLICT
    code = "too_many_uploads"


class DiskFull(ApiError):
    """There is no room for it on the disk."""

    status = HTTPStatus.INSUFFICIENT_STORAGE
    code = "disk_full"


class NothingToKeep(ApiError):
    """No file would be in the version."""

    status = HTTPStatus.CONFLICT
    code = "nothing_to_keep"


class NoVerdict(ApiError):
    """Nobody has said what the incident was, or the one who did is not sure."""

    status = HTTPStatus.CONFLICT
    code = "no_verdict"


class WrongContent(ApiError):
    """A file that another server has given is not what the version names."""

    status = HTTPStatus.BAD_GATEWAY
    code = "wrong_content"


class NoTable(ApiError):
    """The data set is of another kind."""

    status = HTTPStatus.CONFLICT
    code = "no_table"
