"""The tables of the hours, which all servers share. They can be made again from the journals.

activity_hours     one row per camera and local hour
activity_cameras   how far each camera has been counted
activity_position  how far each server has counted its own journal
"""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, Table, Text

from backend.storage.tables import metadata

hours = Table(
    "activity_hours",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("camera_id", Text, nullable=False),
    Column("began_at", Float, nullable=False),
    Column("active_sec", Float, nullable=False),
    Column("still_sec", Float, nullable=False),
    Column("lying_sec", Float, nullable=False),
    Column("nobody_sec", Float, nullable=False),
    Column("blind_sec", Float, nullable=False),
    Column("stirs", Integer, nullable=False),
    Column("moved_first_at", Float),
    Column("moved_last_at", Float),
    Column("walked_sec", Float, nullable=False, server_default="0"),
    Column("walked_lengths", Float, nullable=False, server_default="0"),
    Column("rises", Integer, nullable=False, server_default="0"),
    Index("activity_hours_by_camera", "camera_id", "began_at", unique=True),
    Index("activity_hours_by_time", "began_at"),
)
"""`stirs` is how often somebody began to move after ten minutes in which nobody was seen moving;
the two times are when somebody was first and last seen moving, by the camera box's clock.
`walked_sec` and `walked_lengths` (of the body) are of who was seen walking, `rises` how often
somebody rose who had lain."""

courses = Table(
    "activity_cameras",
    metadata,
    Column("camera_id", Text, primary_key=True),
    Column("household_id", Integer, nullable=False),
    Column("until", Float, nullable=False),
    Column("heard_at", Float, nullable=False),
    Column("server", Text, nullable=False),
    Column("is_away", Boolean, nullable=False),
    Column("scores", Integer, nullable=False),
    Column("lying_scores", Integer, nullable=False),
    Column("moved_at", Float),
)
"""One row of a camera for all servers: whoever counts goes on where another one was. `until` is by
the camera box's clock, `heard_at` by that of the server that has counted last."""

position = Table(
    "activity_position",
    metadata,
    Column("server", Text, primary_key=True),
    Column("segment", Integer, nullable=False),
    Column("byte", BigInteger, nullable=False),
)
"""Up to which byte of which of a server's files of the journal all is counted."""
