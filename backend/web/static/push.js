/* Lets this browser be a channel of the person who is logged in: only by https, where it can be. */

const button = document.querySelector("[data-push]");

if (button && "PushManager" in window && navigator.serviceWorker) {
  button.hidden = false;
  button.addEventListener("click", subscribe);
}

async function subscribe() {
  try {
    const worker = await navigator.serviceWorker.ready;
    const subscription = await worker.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: button.dataset.push,
    });
    const { endpoint, keys } = subscription.toJSON();
    const answer = await fetch("/contacts", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ kind: "web_push", subscription: { endpoint, keys } }),
    });
    if (!answer.ok) throw new Error(answer.status);
    const added = new URL(location.href);
    added.search = "?done=added";
    location.assign(added);
  } catch {
    button.textContent = button.dataset.failed;
  }
}
