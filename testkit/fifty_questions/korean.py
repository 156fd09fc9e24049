"""The questions in Korean."""

from statistics import median

from backend.escalation.answer import Answer, Verdict
from backend.sample.alarms import Cause
from backend.sample.story import SUNLIGHT_HOURS
from testkit.fifty_questions.known_record import (
    KnownRecord,
    before,
    busiest,
    compared,
    of,
    where,
)
from testkit.fifty_questions.question import ROUNDED, TENTH, About, Question

STILLNESS, UNSEEN, MOMENT = 0.3, 0.9, 0.03
"""In hours: of a little motion while sitting, of pictures in which nobody is found, and of the time
until a heartbeat says it."""


def korean(record: KnownRecord) -> list[Question]:
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
    whole, week = record.whole, record.newest(7)
    last = record.days(whole)[-1]
    most = busiest(record.days(whole), lambda it: it.times_up_at_night)
    total = sum(record.values("times_up_at_night", week))
    return [
        Question(
            "기록 전체에서 밤에 평균 몇 번 일어나셨어요?",
            (("nights", of("person_days", whole)),),
            "{1.nights_counted}밤 동안 하룻밤에 {1.times_up_a_night}번 일어나셨어요 [1].",
            (len(record.days(whole)), About(record.mean("times_up_at_night", whole), ROUNDED)),
        ),
        Question(
            "마지막 밤에는 몇 번 일어나셨어요?",
            (("nights", of("person_days", week)),),
            f"{{1.{last.day}.morning}} 아침까지 {{1.{last.day}.times_up}}번이에요 [1].",
            (last.day, last.times_up_at_night),
        ),
        Question(
            "하룻밤에 가장 많이 일어나신 건 몇 번이에요?",
            (("top", of("person_days", whole, column="times_up_at_night", limit=1)),),
            "가장 많을 때는 {1.rows.0.1:.0f}번이었어요 [1].",
            (most.times_up_at_night,),
        ),
        Question(
            "지난주 밤마다 일어나신 걸 다 더하면 몇 번이에요?",
            (("describe", of("person_days", week, columns=["times_up_at_night"])),),
            "{1.rows}일 동안 모두 {1.times_up_at_night.sum:.0f}번이에요 [1].",
            (7, total),
        ),
    ]


def _of_days(record: KnownRecord) -> list[Question]:
    whole, week = record.whole, record.newest(7)
    first = record.days(whole)[0]
    earlier, visited = before(week), record.truth.story.visited
    return [
        Question(
            "하루에 몇 시간 움직이세요?",
            (("activity", of("hours", whole)),),
            "{1.days_counted}일 동안 하루 {1.active_hours_a_day}시간 움직이셨어요 [1].",
            (
                len(record.days(whole)),
                About(record.mean("active_hours", whole), STILLNESS),
            ),
        ),
        Question(
            "움직임이 일주일 전과 달라졌어요?",
            (("week_summary", of("person_days", week)),),
            "하루 {1.active_hours:.1f}시간이고,"
            " 그 전 주에는 {1.active_hours_before:.1f}시간이었어요 [1].",
            (
                About(record.mean("active_hours", week), STILLNESS),
                About(record.mean("active_hours", earlier), STILLNESS),
            ),
        ),
        Question(
            "기록 첫날에는 언제까지 움직이셨어요?",
            (("filter", of("person_days", whole, columns=["day", "last_moved_hour"])),),
            "{1.rows.0.0}에는 자정에서 {1.rows.0.1:.2f}시간 뒤까지 움직이셨어요 [1].",
            (first.day, About(first.last_moved_hour or 0.0, MOMENT)),
        ),
        Question(
            "누가 와 있던 동안 하루에 몇 번 일어서셨어요?",
            (("describe", of("person_days", visited, columns=["rises"])),),
            "{1.rows}일 동안 하루 {1.rises.mean:.1f}번 일어서셨어요 [1].",
            (len(record.days(visited)), About(record.mean("rises", visited), TENTH)),
        ),
        Question(
            "가만히 계신 시간은 하루에 얼마나 돼요?",
            (("describe", of("person_days", whole, columns=["still_hours"])),),
            "하루 {1.still_hours.mean:.1f}시간이에요 [1].",
            (About(record.mean("still_hours", whole), UNSEEN),),
        ),
    ]


def _of_walking(record: KnownRecord) -> list[Question]:
    pills, week = record.pills, record.newest(7)
    earlier = before(pills)
    walked = record.values("walked_minutes", week)
    return [
        Question(
            "새 약을 드신 뒤로 덜 걸으세요?",
            (("walking", of("person_days", pills)),),
            "하루 {1.walked_minutes_a_day:.1f}분이고,"
            " 그 전에는 {1.walked_minutes_a_day_before:.1f}분이었어요 [1].",
            (
                About(record.mean("walked_minutes", pills), 0.2),
                About(record.mean("walked_minutes", earlier), 0.2),
            ),
        ),
        Question(
            "새 약을 드신 뒤로 걷는 속도는 어때요?",
            (("compare_periods", compared("walking_speed", pills, earlier)),),
            "{1.days}일 평균 {1.mean:.3f}이고,"
            " 그 전 {1.days_before}일은 {1.mean_before:.3f}였어요 [1].",
            (
                len(record.days(pills)),
                About(record.mean("walking_speed", pills), 0.004),
                len(record.days(earlier)),
                About(record.mean("walking_speed", earlier), 0.004),
            ),
        ),
        Question(
            "요즘 한 주 평균으로 하루에 몇 분 걸으세요?",
            (("moving_average", of("person_days", week, column="walked_minutes", days=7)),),
            "하루 {1.last_average:.1f}분이에요 [1].",
            (About(sum(walked) / 7, 0.2),),
        ),
        Question(
            "지난주에 가장 적게 걸으신 날은요?",
            (("top", of("person_days", week, column="walked_minutes", order="least", limit=1)),),
            "{1.rows.0.0}이고, {1.rows.0.1:.1f}분이었어요 [1].",
            (
                busiest(record.days(week), lambda it: -it.walked_minutes).day,
                About(min(walked), 0.2),
            ),
        ),
    ]


def _of_alarms(record: KnownRecord) -> list[Question]:
    whole, false, told = record.whole, record.false_alarms, record.alarms()
    last = record.truth.cameras[-1]
    sunny = [it for it in false if it.hour == SUNLIGHT_HOURS[0]]
    at_last = [it for it in false if it.camera_id == last.camera_id]
    times = record.answer_secs(answer=Answer.ALL_WELL)
    soon = sum(it <= 180 for it in record.answer_secs())
    return [
        Question(
            "잘못 울린 알림은 몇 번이었어요?",
            (("false_alarms", of("incidents", whole)),),
            "알림 {1.incidents}건 가운데 {1.false_alarms}건이 잘못 울렸어요 [1].",
            (len(told), len(false)),
        ),
        Question(
            "부엌에서는 몇 번 잘못 울렸어요?",
            (("false_alarms", of("incidents", whole, by="place")),),
            f"{last.place}에서는 {{1.{last.place}.false_alarms}}건이었어요 [1].",
            (last.place, len(at_last)),
        ),
        Question(
            "아침 8시에 잘못 울린 건 몇 번이에요?",
            (("count_by", of("incidents", whole, column="hour", where=_false())),),
            "그 시간에는 {1.8.0.rows}건이었어요 [1].",
            (len(sunny),),
        ),
        Question(
            "알림에 3분 안에 답한 건 얼마나 돼요?",
            (("answers", of("incidents", whole)),),
            "{1.answered_within_3_min_percent}%예요 [1].",
            (About(100 * soon / len(told), TENTH),),
        ),
        Question(
            "괜찮다고 답하기까지 보통 얼마나 걸렸어요?",
            (("answers", of("incidents", whole, by="answer")),),
            "{1.all_well.answered}건에서 가운데 값이 {1.all_well.median_sec}초였어요 [1].",
            (len(times), About(median(times), TENTH)),
        ),
        Question(
            "아무도 답하지 않은 알림이 있어요?",
            (("answers", of("incidents", whole, by="hour")),),
            "{1.told}건 가운데 답이 없던 건 {1.unanswered}건이에요 [1].",
            (len(told), len(told) - len(record.answer_secs())),
        ),
    ]


def _of_falls(record: KnownRecord) -> list[Question]:
    whole, falls = record.whole, record.falls
    calm, restless = record.calm, record.restless
    first, slides = falls[0], record.alarms(cause=Cause.SLIDE)
    return [
        Question(
            "처음 넘어지신 건 언제, 어디였어요?",
            (("filter", of("incidents", whole, where=[where("verdict", "fall")])),),
            "{1.rows.0.2}에 {1.rows.0.6}에서였어요 [1].",
            (record.place(first.camera_id), first.day),
        ),
        Question(
            "밤에 자주 일어나기 전과 뒤에 몇 번씩 넘어지셨어요?",
            (
                ("incidents_list", of("incidents", calm, verdict="fall")),
                ("incidents_list", of("incidents", restless, verdict="fall")),
            ),
            "그 전에는 {1.incidents}번 [1], 그 뒤로는 {2.incidents}번이에요 [2].",
            (
                len(record.alarms(calm, verdict=Verdict.FALL)),
                len(record.alarms(restless, verdict=Verdict.FALL)),
            ),
        ),
        Question(
            "의자에서 미끄러져 바닥에 계신 적이 있어요?",
            (("incidents_list", of("incidents", whole, label="on_floor")),),
            "그런 일은 {1.incidents}건이에요 [1].",
            (len(slides),),
        ),
        Question(
            "넘어지신 날 사건이 모두 몇 건이었어요?",
            (("incidents_list", of("incidents", record.on(first.day))),),
            "{1.basis.since}에는 {1.incidents}건이었어요 [1].",
            (first.day, len(record.alarms(record.on(first.day)))),
        ),
    ]


def _of_cameras(record: KnownRecord) -> list[Question]:
    whole, nights = record.whole, record.truth.story.dark_nights
    dark = next(it for it in record.truth.cameras if it.camera_id == "living-room")
    unanswered = sum(it.answered == 0 for it in record.days(whole))
    return [
        Question(
            "거실 카메라는 얼마나 오래 못 봤어요?",
            (("camera_availability", of("hours", whole, place=dark.place)),),
            "{1.living-room.place} 카메라는 {1.living-room.blind_hours}시간 못 봤어요 [1].",
            (dark.place, About(6.0 * len(nights.all), TENTH)),
        ),
        Question(
            "알림이 없던 날은 며칠이에요?",
            (("missing", of("person_days", whole)),),
            "{1.basis.days}일 가운데 {1.median_answer_sec.missing}일이에요 [1].",
            (len(record.days(whole)), unanswered),
        ),
    ]


def _false() -> list[dict[str, object]]:
    return [where("verdict", "false_alarm")]
