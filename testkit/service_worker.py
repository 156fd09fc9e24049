"""The service worker of a browser, which is pushed to without a push service.

Chromium without a window reaches no push service, and nobody clicks on what its desktop shows. So
a payload is handed to the worker by the browser's own tools, and a click is an event that a script
makes, with the notification that is shown. It may not open a window: where it wants to is kept.
"""

import json
import time
from typing import Any

from playwright.sync_api import BrowserContext, Worker

SHOWN = """async () => (await registration.getNotifications()).map((it) => ({
  title: it.title, body: it.body, buttons: it.actions.map(({ title }) => title),
}))"""
CLICK = """async ([title, action]) => {
  clients.openWindow = async (url) => { self.opened = url; };
  const shown = await registration.getNotifications();
  const notification = shown.find((it) => it.title === title);
  const event = new NotificationEvent("notificationclick", { notification, action });
  let done;
  event.waitUntil = (promise) => { done = promise; };
  dispatchEvent(event);
  await done.catch((error) => { if (error.name !== "InvalidAccessError") throw error; });
  return self.opened;
}"""
"""Nor may it bring a window to the front, which is refused as an InvalidAccessError."""
DELIVERIES = 6
DELIVERED_WITHIN_SEC = 10.0


class ServiceWorker:
    """That of the server at `url`, which a page of the context has installed.

    It keeps an empty page open: the others can be closed.
    """

    def __init__(self, context: BrowserContext, url: str) -> None:
        self._context, self._url = context, url
        self._page = context.new_page()
        self._tools = context.new_cdp_session(self._page)
        self._registrations: list[str] = []
        self._tools.on("ServiceWorker.workerRegistrationUpdated", self._note)
        self._tools.send("ServiceWorker.enable")

    def push(self, payload: dict[str, Any]) -> list[dict[str, Any]]:
        """Let this arrive, as the browser has decrypted it; what is shown then.

        A worker that is just being stopped gets nothing of it, so that it is delivered again: a
        service would do that too. Raises TimeoutError where nothing is ever shown.
        """
        while not self._registrations:
            self._page.wait_for_timeout(50)
        pushed = {"origin": self._url, "registrationId": self._registrations[-1]}
        data = json.dumps(payload, ensure_ascii=False)
        for _ in range(DELIVERIES):
            self._tools.send("ServiceWorker.deliverPushMessage", pushed | {"data": data})
            if found := self._shown_soon():
                return found
        raise TimeoutError("the notification is not shown")

    def shown(self) -> list[dict[str, Any]]:
        """The notifications that are shown: title, body and the titles of the buttons."""
        found: list[dict[str, Any]] = self._worker.evaluate(SHOWN)
        return found

    def _shown_soon(self) -> list[dict[str, Any]]:
        deadline = time.monotonic() + DELIVERED_WITHIN_SEC
        while not (found := self.shown()) and time.monotonic() < deadline:
            self._page.wait_for_timeout(50)
        return found

    def click(self, title: str, action: str = "") -> str | None:
        """Click on the notification with this title, or on a button of it.

        Returns the address for which a window was wanted, if none was open.
        """
        opened: str | None = self._worker.evaluate(CLICK, [title, action])
        return opened

    def _note(self, said: dict[str, Any]) -> None:
        found = [it["registrationId"] for it in said["registrations"] if not it["isDeleted"]]
        self._registrations += found

    @property
    def _worker(self) -> Worker:
        workers = self._context.service_workers
        return workers[-1] if workers else self._context.wait_for_event("serviceworker")
