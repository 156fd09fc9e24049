"""The questions in English."""

from statistics import correlation, mean, median

from backend.sample.alarms import Cause
from backend.sample.story import CAT_HOURS
from testkit.fifty_questions.known_record import (
    KnownRecord,
    before,
    busiest,
    compared,
    of,
    where,
)
from testkit.fifty_questions.question import ROUNDED, TENTH, About, Question

STILLNESS = 0.3
"""So many hours a day a little motion while sitting counts as active."""
UNSEEN = 0.6
"""So many hours a day nobody is found in some pictures of somebody who lies."""


def english(record: KnownRecord) -> list[Question]:
    """Twenty-five."""
    return [
        *_of_nights(record),
        *_of_days(record),
        *_of_walking(record),
        *_of_alarms(record),
        *_of_falls(record),
        *_of_cameras(record),
    ]


def _of_nights(record: KnownRecord) -> list[Question]:
    week, whole = record.newest(7), record.whole
    restless, calm = record.restless, record.calm
    often = sum(it >= 3 for it in record.values("times_up_at_night", whole))
    return [
        Question(
            "How often was she up a night in the last week of the record?",
            (("nights", of("person_days", week)),),
            "She was up {1.times_up_a_night} times a night, over {1.nights_counted} nights [1].",
            (About(record.mean("times_up_at_night", week), ROUNDED), 7),
        ),
        Question(
            "Is she up more often at night than in the first days?",
            (("compare_periods", compared("times_up_at_night", restless, calm)),),
            "She is up {1.mean:.2f} times a night now, and was {1.mean_before:.2f} times before"
            " that, each over {1.days} and {1.days_before} nights [1].",
            (
                About(record.mean("times_up_at_night", restless), ROUNDED),
                About(record.mean("times_up_at_night", calm), ROUNDED),
                len(record.days(restless)),
                len(record.days(calm)),
            ),
        ),
        Question(
            "In how many nights was she up three times or more?",
            (("filter", of("person_days", whole, where=[where("times_up_at_night", 3, ">=")])),),
            "In {1.rows} nights [1].",
            (often,),
        ),
    ]


def _of_days(record: KnownRecord) -> list[Question]:
    week, last = record.newest(7), record.days(record.whole)[-1]
    wednesdays = [it for it in record.days(record.whole) if it.day.isoweekday() == 3]
    visited = record.truth.story.visited
    return [
        Question(
            "How many hours a day does she lie?",
            (("week_summary", of("person_days", week)),),
            "She lay {1.lying_hours:.1f} hours a day in that week [1].",
            (About(record.mean("lying_hours", week), UNSEEN),),
        ),
        Question(
            "How active is she on Wednesdays?",
            (("seasonality", of("person_days", record.whole, column="active_hours")),),
            "She is active {1.3.active_hours:.2f} hours a day, over {1.3.days} Wednesdays [1].",
            (
                About(mean(it.active_hours for it in wednesdays), STILLNESS),
                len(wednesdays),
            ),
        ),
        Question(
            "When did she first move on the last day?",
            (("filter", of("person_days", week, order_by="day", descending=True)),),
            "On {1.rows.0.0} she first moved {1.rows.0.8:.2f} hours after midnight [1].",
            (last.day, About(last.first_moved_hour or 0.0, 0.03)),
        ),
        Question(
            "How active was she while somebody visited?",
            (("describe", of("person_days", visited, columns=["active_hours"])),),
            "She was active {1.active_hours.mean:.2f} hours a day, over {1.rows} days [1].",
            (
                About(record.mean("active_hours", visited), STILLNESS),
                len(record.days(visited)),
            ),
        ),
    ]


def _of_walking(record: KnownRecord) -> list[Question]:
    pills, earlier = record.pills, before(record.pills)
    whole, days = record.whole, record.days(record.whole)
    most = busiest(days, lambda it: it.walked_minutes)
    active, walked = (record.values(it, whole) for it in ("active_hours", "walked_minutes"))
    return [
        Question(
            "Does she walk slower since the new pills?",
            (("walking", of("person_days", pills)),),
            "She walks {1.walking_speed} body lengths a second now, and {1.walking_speed_before} in"
            " the same time before that [1].",
            (About(record.speed(pills), 0.004), About(record.speed(earlier), 0.004)),
        ),
        Question(
            "On which day did she walk the most?",
            (("top", of("person_days", whole, column="walked_minutes", limit=1)),),
            "On {1.rows.0.0}: {1.rows.0.1:.1f} minutes [1].",
            (most.day, About(most.walked_minutes, 0.2)),
        ),
        Question(
            "How many minutes a day does she walk in the middle?",
            (("describe", of("person_days", whole, columns=["walked_minutes"])),),
            "The median is {1.walked_minutes.median:.1f} minutes [1].",
            (About(median(walked), 0.2),),
        ),
        Question(
            "Does she walk more on active days?",
            (
                (
                    "correlation",
                    of("person_days", whole, column="active_hours", other="walked_minutes"),
                ),
            ),
            "Yes: the correlation is {1.pearson:.2f}, over {1.pairs} days [1].",
            (About(correlation(active, walked), 0.05), len(days)),
        ),
    ]


def _of_alarms(record: KnownRecord) -> list[Question]:
    whole, week = record.whole, record.newest(7)
    false, told, times = record.false_alarms, record.alarms(), record.answer_secs()
    at_cat_hour = sum(it.hour == CAT_HOURS[0] for it in false)
    weeks = len(record.truth.days) / 7 * record.seen_share
    return [
        Question(
            "How many false alarms were there, and how many of them from 18 to 19 h?",
            (("false_alarms", of("incidents", whole, by="hour")),),
            "There were {1.false_alarms} false alarms [1]. That hour had {1.18.false_alarms} [1].",
            (len(false), at_cat_hour),
        ),
        Question(
            "How many false alarms a week is that?",
            (("false_alarms", of("incidents", whole)),),
            "It is {1.false_alarms_a_week} a week [1].",
            (About(len(false) / weeks, 0.02),),
        ),
        Question(
            "How fast does somebody answer?",
            (("answers", of("incidents", whole)),),
            "The median is {1.answer_median_sec} seconds over {1.answered} alerts, and the longest"
            " wait was {1.answer_longest_sec} seconds [1].",
            (About(median(times), TENTH), len(times), About(max(times), TENTH)),
        ),
        Question(
            "How many alerts were there in the last week, and in the one before?",
            (
                ("answers", of("incidents", week)),
                ("answers", of("incidents", before(week))),
            ),
            "{1.told} in the last week [1], and {2.told} in the one before [2].",
            (len(record.alarms(week)), len(record.alarms(before(week)))),
        ),
        Question(
            "Which share of the alerts was false?",
            (("false_alarms", of("incidents", whole, by="place")),),
            "Of {1.incidents} alerts {1.false_percent_of_judged}% were false [1].",
            (len(told), About(100 * len(false) / len(told), TENTH)),
        ),
    ]


def _of_falls(record: KnownRecord) -> list[Question]:
    whole, falls = record.whole, record.falls
    newest = falls[-1]
    floor = [it.floor_sec or 0.0 for it in falls]
    slides = record.alarms(cause=Cause.SLIDE)
    return [
        Question(
            "How often did she fall?",
            (("incidents_list", of("incidents", whole, verdict="fall")),),
            "People said of {1.incidents} incidents that she fell [1].",
            (len(falls),),
        ),
        Question(
            "Where did she fall the last time, and how long was she on the floor?",
            (("floor_time", of("incidents", whole)),),
            "At {1.rows.0.1}, for {1.rows.0.4} seconds [1].",
            (record.place(newest.camera_id), About(newest.floor_sec or 0.0, 1.0)),
        ),
        Question(
            "What was the longest time on the floor?",
            (("floor_time", of("incidents", whole)),),
            "It was {1.floor_longest_sec} seconds, of {1.floor_time_known} known times [1].",
            (About(max(floor), 1.0), len(floor)),
        ),
        Question(
            "How often was she still down after a fall?",
            (("filter", of("incidents", whole, where=[where("label", "still_down")])),),
            "It was told {1.rows} times [1].",
            (len(falls) - len(slides),),
        ),
        Question(
            "What happened on the day of the last fall?",
            (("day_timeline", {"table": "hours", "arguments": {"day": f"{newest.day}"}}),),
            "On {1.basis.since} people were told of {1.incidents} incidents [1].",
            (newest.day, len(record.alarms(whole, day=newest.day))),
        ),
    ]


def _of_cameras(record: KnownRecord) -> list[Question]:
    whole, away = record.whole, record.truth.story.away
    last = record.truth.cameras[-1]
    full = record.newest(2).first
    beats = [where("event_type", "HEARTBEAT"), where("camera_id", last.camera_id)]
    one_day = {"since": f"{full}", "until": f"{full}"}
    blind = mean(it.blind_hours for it in record.truth.days)
    return [
        Question(
            "Which camera was off the longest?",
            (("camera_availability", of("hours", whole)),),
            "At {1.longest_outage_at}, for {1.longest_outage_hours} hours [1].",
            (last.place, About(24.0 * len(away.all), TENTH)),
        ),
        Question(
            "How much of the time did the cameras see?",
            (("camera_availability", of("hours", whole)),),
            "They saw {1.seen_percent}% of it, and were blind for {1.blind_hours} hours [1].",
            (
                About(100 * record.seen_share, 0.2),
                About(blind * len(record.truth.days), 0.2),
            ),
        ),
        Question(
            "How often did the last camera report on the day before the last?",
            (("filter", {"table": "events", "arguments": {**one_day, "where": beats}}),),
            "It sent {1.rows} heartbeats [1].",
            (24 * 60 * 2,),
        ),
        Question(
            "Did she walk less yesterday than the day before?",
            (("walking", of("person_days", record.newest(1))),),
            "{1.too_little} [1]",
            (5, 1),
        ),
    ]
