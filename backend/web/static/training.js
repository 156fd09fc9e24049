/* Page of a training: what has been said is shown, and the box is free for the next words. */

const say = document.getElementById("say");
const wrong = say.querySelector("[data-wrong]");

document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (target !== say) return;
  say.ariaBusy = null;
  wrong.hidden = detail.successful;
  if (!detail.successful) return;
  say.message.value = "";
  document.getElementById("talk").lastElementChild?.scrollIntoView({ block: "nearest" });
});
