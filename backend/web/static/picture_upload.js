/* Brings pictures: each is announced, put where the answer says, and confirmed. */

const AT_ONCE = 3;
const TYPES = { jpg: "jpeg", jpeg: "jpeg", png: "png", webp: "webp", heic: "heic", heif: "heic", tif: "tiff", tiff: "tiff" };

/* Some browsers do not know the type of a HEIC file. */
const typeOf = (file) => `image/${TYPES[file.name.split(".").pop().toLowerCase()] ?? "unknown"}`;

async function ask(path, options) {
  const answer = await fetch(path, options);
  if (answer.ok) return answer.status === 204 ? null : answer.json().catch(() => null);
  const said = await answer.json().catch(() => ({ message: answer.statusText }));
  throw new Error(said.message);
}

const post = (path, body) =>
  ask(path, {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

async function bring(file, keepsPlace) {
  const { image, put } = await post("/images/upload", {
    name: file.name,
    content_type: typeOf(file),
    bytes: file.size,
    keeps_place: keepsPlace,
  });
  const { "Content-Length": _, ...headers } = put.headers;
  await ask(put.url, { method: put.method, headers, body: file, credentials: "same-origin" });
  await post(`/images/${image.id}/confirm`, {});
}

class Upload {
  constructor(form) {
    this.form = form;
    this.course = form.querySelector("[data-course]");
    this.wrong = form.querySelector("[data-wrong]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.run([...form.files.files]);
    });
  }

  async run(files) {
    const button = this.form.querySelector("button");
    button.disabled = true;
    this.wrong.replaceChildren();
    this.wrong.hidden = true;
    this.course.hidden = false;
    const waiting = [...files];
    let over = 0;
    this.show(over, files.length);
    const next = async () => {
      for (let file = waiting.shift(); file; file = waiting.shift()) {
        await bring(file, this.form.keeps_place.checked).catch((error) => this.refuse(file, error));
        this.show(++over, files.length);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    button.disabled = false;
    if (this.wrong.hidden) location.assign("/images?done=brought");
  }

  show(over, all) {
    this.course.querySelector("progress").value = over / all;
    this.course.querySelector("[data-said]").textContent = this.form.dataset.sending
      .replace("{n}", over)
      .replace("{all}", all);
  }

  refuse(file, error) {
    const line = document.createElement("li");
    line.textContent = `${file.name}: ${this.form.dataset.refused} ${error.message}`;
    this.wrong.append(line);
    this.wrong.hidden = false;
  }
}

for (const form of document.querySelectorAll("[data-picture-upload]")) new Upload(form);
