"""Why a network camera cannot be asked. Each message is one line, without any secret."""


class OnvifError(Exception):
    """The camera does not answer, or not as a camera does."""


class NotLetIn(OnvifError):
    """It has said so: asking once more would only bring it nearer to locking this box out."""


class PasswordWanted(NotLetIn):
    """It lets nobody in without a password."""


class PasswordRefused(NotLetIn):
    """It does not take the password that the box has for it."""
