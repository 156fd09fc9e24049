"""A browser's own push: the installed page rings, without another app."""

from typing import Literal

from backend.alerts.channels.base import Channel
from backend.contacts.contact import Contact, ContactGone
from backend.contacts.kinds.base import Form, Kind, Means, Words, asked
from backend.contacts.push.channel import PushChannel
from backend.contacts.push.endpoint import check_endpoint
from backend.contacts.push.subscription import PushSubscription


class WebPushForm(Form):
    """What `PushManager.subscribe` gave to the page."""

    kind: Literal["web_push"]
    subscription: PushSubscription = asked("이 브라우저", "This browser", secret=True)


class WebPush(Kind[WebPushForm]):
    """Belongs to the browser, and so to whoever logged in there last."""

    name = "web_push"
    title = Words("이 기기의 알림", "Notifications of this device")
    help = Words(
        "https 주소로 연 화면에서 알림을 허용하세요. 아이폰은 먼저 홈 화면에 추가해야 합니다.",
        "Allow notifications on a page opened by https. An iPhone needs it on its home screen.",
    )
    form = WebPushForm
    moves = True

    def address(self, form: WebPushForm, means: Means) -> str:
        """The subscription."""
        check_endpoint(form.subscription.endpoint, means.contacts.push_hosts)
        return form.subscription.model_dump_json()

    def identity(self, address: str) -> str:
        """The endpoint: a browser may renew its keys."""
        return PushSubscription.model_validate_json(address).endpoint

    def open(self, contact: Contact, means: Means) -> Channel:
        """The channel of its endpoint."""
        text = contact.address.get_secret_value()
        return PushChannel(
            contact.channel,
            PushSubscription.model_validate_json(text),
            means.vapid,
            means.public_url,
            means.contacts.push_hosts,
            means.clock,
            lambda reason: means.bus.publish(ContactGone(contact.number, reason)),
        )


KIND = WebPush()
