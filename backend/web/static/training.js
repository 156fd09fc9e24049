/* Page of a training: once what was said has been answered, the box is free for the next words. The
 * key of a provider is a header of what is said, and nothing else. */

const say = document.getElementById("say");
const wrong = say.querySelector("[data-wrong]");
const [provider, key] = say.querySelectorAll("#provider, #key");

say.querySelector("[data-provider]").hidden = false;
document.addEventListener("htmx:config:request", ({ target, detail }) => {
  if (target === say && key.value) detail.ctx.request.headers[provider.value] = key.value;
});

function answered(isThere) {
  say.ariaBusy = null;
  wrong.hidden = isThere;
  if (!isThere) return;
  say.message.value = "";
  document.getElementById("talk").lastElementChild?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:after:swap", ({ target }) => {
  if (target === say) answered(true);
});
for (const failed of ["htmx:error", "htmx:response:error"]) {
  document.addEventListener(failed, ({ target }) => {
    if (target === say) answered(false);
  });
}
