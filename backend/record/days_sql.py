"""The tables of days as SQL over those of hours and incidents, and `places`.

Of `hours` its `began_sec` is needed, which tells apart an hour that comes twice.
"""

NIGHT_FROM, NIGHT_UNTIL = 22, 6
MORNING = 4
"""Who moves before this hour is up at night, and does not begin the day."""
STATES = ("active", "still", "lying", "nobody", "blind")


def days() -> str:
    """By day and camera: what was counted, and the incidents."""
    return f"""
        CREATE TABLE days AS
        {_nights("camera_id, ")},
        counted AS (
            SELECT day, camera_id, {_sums("hours")}, {_walked("hours")}, {_course()}
            FROM hours GROUP BY ALL
        ),
        happened AS ({_happened("camera_id, ")})
        SELECT day, camera_id, coalesce(place, camera_id) AS place, {_shown()}
        FROM counted FULL JOIN happened USING (day, camera_id)
        LEFT JOIN nights USING (day, camera_id) LEFT JOIN places USING (camera_id)
        ORDER BY day, camera_id
    """  # noqa: S608


def person_days() -> str:
    """By day: what each camera says of an hour is of one person, who was somewhere else for the
    others."""
    return f"""
        CREATE TABLE person_days AS
        {_nights("")},
        summed AS (
            SELECT day, began_sec, sum(walked_sec) AS walked, sum(walked_lengths) AS lengths,
                sum(active_sec) AS active, sum(still_sec) AS still, sum(lying_sec) AS lying,
                max(active_sec + still_sec + lying_sec + nobody_sec + blind_sec) AS counted,
                min(blind_sec) AS blind,
                greatest(sum(active_sec + still_sec + lying_sec), 1e-9) AS seen
            FROM hours GROUP BY ALL
        ),
        shared AS (
            SELECT *, least(1.0, greatest(counted - blind, 0.0) / seen) AS share FROM summed
        ),
        together AS (
            SELECT day, active * share AS active_sec, still * share AS still_sec,
                lying * share AS lying_sec, blind AS blind_sec,
                walked * share AS walked_sec, lengths * share AS walked_lengths,
                greatest(counted - blind - seen * share, 0.0) AS nobody_sec
            FROM shared
        ),
        summed_up AS (
            SELECT day, {_sums("together")}, {_walked("together")} FROM together GROUP BY ALL
        ),
        course AS (SELECT day, {_course()} FROM hours GROUP BY ALL),
        counted AS (FROM summed_up JOIN course USING (day)),
        happened AS ({_happened("")})
        SELECT day, {_shown()}
        FROM counted FULL JOIN happened USING (day) LEFT JOIN nights USING (day)
        ORDER BY day
    """  # noqa: S608


def _nights(by: str) -> str:
    """How often somebody was up, by the day on which the night ends.

    Who gets up begins to move and rises, and may be seen by two cameras: of one hour the largest of
    these counts.
    """
    return f"""
        WITH ups AS (
            SELECT day + (hour >= {NIGHT_FROM})::INTEGER AS day, {by} began_sec,
                max(greatest(stirs, rises)) AS ups
            FROM hours WHERE hour >= {NIGHT_FROM} OR hour < {NIGHT_UNTIL} GROUP BY ALL
        ),
        nights AS (
            SELECT day, {by} sum(ups)::BIGINT AS times_up_at_night FROM ups GROUP BY ALL
        )"""  # noqa: S608


def _sums(source: str) -> str:
    """Hours of each state, and of all."""
    parts = [f"sum({source}.{state}_sec) / 3600 AS {state}_hours" for state in STATES]
    everything = " + ".join(f"{source}.{state}_sec" for state in STATES)
    return ", ".join([f"sum({everything}) / 3600 AS counted_hours", *parts])


def _walked(source: str) -> str:
    """How long somebody walked, and how fast."""
    return f"""
        sum({source}.walked_sec) / 60 AS walked_minutes,
        sum({source}.walked_lengths) / nullif(sum({source}.walked_sec), 0) AS walking_speed
    """


def _course() -> str:
    """When somebody was first and last seen moving, and how often somebody rose."""
    by_day = f"FILTER (hours.hour >= {MORNING})"
    return f"""
        min({_hour_of_day("moved_first_at")}) {by_day} AS first_moved_hour,
        max({_hour_of_day("moved_last_at")}) {by_day} AS last_moved_hour,
        sum(rises)::BIGINT AS rises
    """


def _hour_of_day(at: str) -> str:
    return f"date_part('epoch', {at} - day::TIMESTAMP) / 3600"


def _happened(by: str) -> str:
    """The incidents that people were to be told of, or that somebody judged."""
    return f"""
        SELECT day, {by} count(*) AS incidents,
            count(*) FILTER (verdict = 'fall') AS falls,
            count(*) FILTER (verdict = 'false_alarm') AS false_alarms,
            count(answered_after_sec) AS answered,
            median(answered_after_sec) AS median_answer_sec
        FROM incidents
        WHERE NOT is_test AND (is_told OR verdict IS NOT NULL) GROUP BY ALL
    """  # noqa: S608


def _shown() -> str:
    """The columns of a day, in their order; where nothing was counted the hours are unknown."""
    counts = ("incidents", "falls", "false_alarms", "answered")
    return ", ".join(
        (
            "coalesce(counted_hours, 0) AS counted_hours",
            *(f"{state}_hours" for state in STATES),
            "times_up_at_night",
            "first_moved_hour",
            "last_moved_hour",
            "walked_minutes",
            "walking_speed",
            "rises",
            *(f"coalesce(happened.{name}, 0)::BIGINT AS {name}" for name in counts),
            "median_answer_sec",
        )
    )
