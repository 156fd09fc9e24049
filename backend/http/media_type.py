"""The parameters of a media type, as in `application/x-npy; aspect=1.7778`."""


def parameters_of(content_type: str) -> dict[str, str]:
    """Each parameter by its name in lower case; of one that is given twice the last counts.

    A value is a token, with or without quotes around it: none has a semicolon.
    """
    if ";" not in content_type:
        return {}
    pairs = (entry.partition("=") for entry in content_type.split(";")[1:])
    return {name.strip().lower(): _unquoted(value.strip()) for name, _, value in pairs}


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] == '"'
    return value[1:-1] if is_quoted else value
