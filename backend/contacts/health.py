"""Whether each person can be reached, as `/health` shows it."""

from collections.abc import Mapping, Sequence

from backend.contacts.contact import Contact, Standing
from backend.part import Part, part
from backend.people.person import Person


def reached(
    people: Sequence[Person],
    contacts: Sequence[Contact],
    failures: Mapping[str, str],
    warnings: Mapping[str, str],
    lost: Mapping[int, str],
) -> Part:
    """Who is to be notified and has no way that is confirmed, and which ways fail, or will.

    `failures` and `warnings` are by the name of the channel; `lost` says of people why a contact of
    theirs went.
    """
    reached = {it.person_id for it in contacts if it.standing is Standing.CONFIRMED}
    unreached = [it for it in people if it.stage is not None and it.id not in reached]
    failing = _by_person(people, contacts, failures)
    reasons = [f"{label}: {reason}" for label, reason in failing.items()]
    if unreached:
        named = ", ".join(_named(person, lost.get(person.id)) for person in unreached)
        reasons.insert(0, f"no way to them is confirmed: {named}")
    names = [person.name for person in unreached]
    return part(
        "; ".join(reasons) or None,
        unreached=names,
        failing=failing,
        warnings=_by_person(people, contacts, warnings),
    )


def _named(person: Person, lost: str | None) -> str:
    return f"{person.name} ({lost})" if lost else person.name


def _by_person(
    people: Sequence[Person], contacts: Sequence[Contact], said: Mapping[str, str]
) -> dict[str, str]:
    """What is said of channels, by the person and label of each."""
    names = {person.id: person.name for person in people}
    return {
        f"{names[it.person_id]} ({it.label})": said[it.channel]
        for it in contacts
        if it.channel in said and it.person_id in names
    }
