"""Contacts are added, tried, confirmed and lost."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from backend.access.roles import Role
from backend.contacts.contact import ContactGone, Standing, Way
from backend.contacts.errors import KindUnavailable, NotTested, TooManyContacts, UnknownContact
from backend.contacts.service import MAX_CONTACTS
from backend.errors import InvalidInput, TooManyRequests
from backend.people import store
from backend.people.household import HouseholdSettings
from backend.people.service import PeopleChanged
from testkit.clock import Clock
from testkit.contacts_alone import ContactsAlone
from testkit.ntfy_server import NtfyServer
from testkit.push_service import PushService

Eventually = Callable[..., Any]


def test_contact_is_a_channel_at_once_and_after_the_next_start(
    contacts: ContactsAlone, form: Any
) -> None:
    mina = contacts.add_person("미나")
    contact = contacts.add(form(kind="ntfy"), mina)
    assert list(contacts.alerts.channels) == [contact.channel] == [f"contact-{contact.number}"]
    assert contacts.ways([mina.id]) == [Way(contact.channel, mina.id, "ntfy", rings=True)]
    contacts.alerts.channels.clear()
    contacts.start()
    assert list(contacts.alerts.channels) == [contact.channel]


def test_removed_contact_is_no_channel_and_unknown(contacts: ContactsAlone, form: Any) -> None:
    mina = contacts.add_person("미나")
    contact = contacts.add(form(kind="ntfy"), mina)
    assert contacts.reader(contact.channel) == mina.id
    contacts.remove(contact)
    assert contacts.alerts.channels == {}
    assert contacts.ways([mina.id]) == []
    assert contacts.reader(contact.channel) is contacts.reader("kakao") is None
    with pytest.raises(UnknownContact):
        contacts.contact(contact.number)


def test_two_topics_of_one_person_are_two_contacts(contacts: ContactsAlone, form: Any) -> None:
    mina = contacts.add_person("미나")
    topics = {contacts.add(form(kind="ntfy"), mina).address.get_secret_value() for _ in "12"}
    assert len(topics) == 2
    assert not any(topic in repr(contacts.contacts()) for topic in topics)


def test_person_has_only_so_many_contacts(contacts: ContactsAlone, form: Any) -> None:
    mina, junho = contacts.add_person("미나"), contacts.add_person("준호")
    for _ in range(MAX_CONTACTS):
        contacts.add(form(kind="ntfy"), mina)
    with pytest.raises(TooManyContacts):
        contacts.add(form(kind="ntfy"), mina)
    assert contacts.add(form(kind="ntfy"), junho).person_id == junho.id


def test_kakao_needs_the_apps_key_and_a_browser(contacts: ContactsAlone, form: Any) -> None:
    with pytest.raises(KindUnavailable, match="the key of the Kakao app first"):
        contacts.add(form(kind="kakao"), contacts.add_person("미나"))


def test_test_counts_once_its_service_took_it(
    contacts: ContactsAlone, form: Any, ntfy: NtfyServer, clock: Clock
) -> None:
    contact = contacts.add(form(kind="ntfy"), contacts.add_person("미나"))
    ntfy.refusals = [(500, 50001)]
    assert contacts.test(contact).reason == "ntfy answered 500"
    with pytest.raises(NotTested):
        contacts.confirm(contacts.contact(contact.number), arrived=True)
    assert contacts.test(contact).sent
    tested = contacts.contact(contact.number)
    assert (tested.standing, tested.tested_at) == (Standing.TESTED, clock.now)
    assert contacts.confirm(tested, arrived=False).standing is Standing.SILENT
    assert contacts.confirm(tested, arrived=True).standing is Standing.CONFIRMED


def test_tests_are_not_a_way_to_flood_somebody(
    contacts: ContactsAlone, form: Any, ntfy: NtfyServer, clock: Clock
) -> None:
    contact = contacts.add(form(kind="ntfy"), contacts.add_person("미나"))
    for _ in range(3):
        assert contacts.test(contact).sent
    with pytest.raises(TooManyRequests, match="tests"):
        contacts.test(contact)
    clock.now += 10
    assert contacts.test(contact).sent
    assert len(ntfy.messages) == 4


def test_contact_whose_service_has_forgotten_it_is_lost_and_health_says_so(
    contacts: ContactsAlone, form: Any, push_service: PushService, eventually: Eventually
) -> None:
    mina = contacts.add_person("미나")
    browser = push_service.subscribe(contacts.means.vapid.public())
    added = contacts.add(form(kind="web_push", subscription=browser.subscription), mina)
    contacts.test(added)
    contacts.confirm(contacts.contact(added.number), arrived=True)
    assert contacts.health(1).status == "ok"
    contacts.bus.publish(ContactGone(added.number, "the push service answered 410"))
    contacts.bus.publish(ContactGone(added.number, "and once more"))
    eventually(lambda: contacts.contacts() == [])
    health = contacts.health(1)
    assert health.reason == "no way to them is confirmed: 미나 (the push service answered 410)"
    assert contacts.alerts.channels == {}


def test_channel_that_is_told_it_is_gone_by_its_own_thread_is_closed_by_another(
    contacts: ContactsAlone, form: Any, push_service: PushService, eventually: Eventually
) -> None:
    browser = push_service.subscribe()
    browser.statuses = [404]
    mina = contacts.add_person("미나")
    contact = contacts.add(form(kind="web_push", subscription=browser.subscription), mina)
    closed_by: list[str] = []
    channel = contacts.alerts.channels[contact.channel]
    channel.close = lambda: closed_by.append(threading.current_thread().name)
    assert contacts.test(contact).sent is False
    eventually(lambda: closed_by)
    assert closed_by[0].startswith("contacts")


def test_contacts_of_a_person_who_was_removed_go_with_them(
    contacts: ContactsAlone, form: Any, eventually: Eventually
) -> None:
    mina, junho = contacts.add_person("미나"), contacts.add_person("준호")
    kept = contacts.add(form(kind="ntfy"), junho)
    contacts.add(form(kind="ntfy"), mina)
    contacts.remove_person(mina)
    eventually(lambda: [it.number for it in contacts.contacts()] == [kept.number])


def test_contact_that_cannot_be_opened_any_more_stops_no_start_and_is_a_failure(
    contacts: ContactsAlone, form: Any
) -> None:
    mina = contacts.add_person("미나")
    contact = contacts.add(form(kind="apprise", address="json://127.0.0.1/s3cr3t"), mina)
    contacts._change(contact, address="nonsense://s3cr3t")
    contacts.start()
    (reason,) = contacts.health(1).model_dump()["failing"].values()
    assert reason == "its address is of no use any more: add it again"
    assert contacts.test(contact).reason == reason
    contacts._change(contact, address="json://127.0.0.1/s3cr3t")
    contacts.start()
    assert contacts.health(1).model_dump()["failing"] == {}


def test_health_names_whose_way_will_stop_before_long(contacts: ContactsAlone, form: Any) -> None:
    contact = contacts.add(form(kind="ntfy", label="새 전화"), contacts.add_person("미나", None))
    contacts.alerts.channels[contact.channel].warning = "log in again"
    health = contacts.health(1)
    assert health.status == "ok"
    assert health.model_dump()["warnings"] == {"미나 (새 전화)": "log in again"}


def test_health_names_who_fails_by_person_and_label(contacts: ContactsAlone, form: Any) -> None:
    mina = contacts.add_person("미나", stage=None)
    contact = contacts.add(form(kind="ntfy", label="새 전화"), mina)
    assert contacts.health(1).status == "ok"
    contacts.alerts.failures[contact.channel] = "ntfy answered 500"
    assert contacts.health(1).reason == "미나 (새 전화): ntfy answered 500"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"kind": "apprise", "address": "ntfys://a ntfys://b"}, "expected one address"),
        ({"kind": "apprise", "address": "nonsense://s3cr3t"}, "none that Apprise knows"),
        (
            {"kind": "email", "to": "a@b.kr", "account": "c@d.kr", "password": "s3cr3t"},
            "server: expected the SMTP server of d.kr",
        ),
    ],
)
def test_form_that_leads_nowhere_says_what_was_expected(
    contacts: ContactsAlone, form: Any, fields: dict[str, str], expected: str
) -> None:
    with pytest.raises(InvalidInput, match=expected) as caught:
        contacts.add(form(**fields), contacts.add_person("미나"))
    assert "s3cr3t" not in caught.value.message


def test_who_stays_in_another_household_keeps_the_contact_and_hears_no_more_of_the_one_left(
    contacts: ContactsAlone, form: Any, eventually: Eventually
) -> None:
    mina = contacts.add_person("미나")
    contact = contacts.add(form(kind="ntfy"), mina)
    with contacts.database.writing() as db:
        store.add_household(db, 2, HouseholdSettings(name="302호"), 0.0)
        store.join(db, mina.id, 2, Role.CAREGIVER, 1, 0.0)
        store.leave(db, mina.id, 1, 1.0)
    contacts.bus.publish(PeopleChanged(1))
    eventually(lambda: contacts.alerts.withdrawn == [(1, contact.channel)])
    eventually(lambda: contacts.contact(contact.number).household_id == 2)
    assert list(contacts.alerts.channels) == [contact.channel]
