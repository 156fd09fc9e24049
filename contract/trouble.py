"""Words that stand in the events of a trouble, an incident of Dolbom itself."""

SERVER = "server"
"""Stands in the `camera_id` of a trouble that is the server's own."""

ONE_LEFT = "one_left"
"""Stands in the `state` of the END of a `camera_twice` of which one is no longer heard of."""

FORGOTTEN = "forgotten"
"""Stands in the `state` of the END of a trouble whose camera is no longer waited for."""
