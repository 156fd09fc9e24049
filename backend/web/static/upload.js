/* Sends a file in pieces, and goes on after a lost connection: the server says how much it has. */

const PIECE_BYTES = 4 * 2 ** 20;
const LOOK_MS = 500;
const WAITS_MS = [1000, 2000, 5000, 10_000];

class Refused extends Error {}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/* The answer as JSON; Refused for what no second try would change. */
async function ask(path, options) {
  const answer = await fetch(path, options);
  if (answer.ok) return answer.json();
  const said = await answer.json().catch(() => ({ message: answer.statusText }));
  const isPassing = answer.status >= 500 ? answer.status !== 507 : [409, 408, 429].includes(answer.status);
  throw isPassing && said.code !== "upload_over" ? new Error(said.message) : new Refused(said.message);
}

class Upload {
  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.course = form.querySelector("[data-course]");
    this.bar = form.querySelector("progress");
    this.said = form.querySelector("[data-said]");
    this.wrong = form.querySelector("[data-wrong]");
    this.button = form.querySelector("button");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.run();
    });
  }

  async run() {
    this.button.disabled = true;
    this.wrong.hidden = true;
    this.course.hidden = false;
    try {
      const made = await this.whole(this.form.file.files[0]);
      location.assign(`/datasets/of-version/${made.version_id}`);
    } catch (error) {
      this.refuse(error.message);
    }
    this.button.disabled = false;
  }

  async whole(file) {
    const key = `upload ${file.name} ${file.size} ${file.lastModified} ${this.form.dataset_id?.value ?? ""}`;
    const id = await this.begun(key, file);
    try {
      await this.send(id, file);
      return await this.taken(id);
    } finally {
      localStorage.removeItem(key);
    }
  }

  /* The upload of this very file that was begun here before, or a new one. */
  async begun(key, file) {
    const known = localStorage.getItem(key);
    if (known) {
      const found = await ask(`/datasets/uploads/${known}`).catch(() => null);
      if (found && !found.finished_at) return known;
    }
    const { name, kind, dataset_id: dataset, only_changes: only } = this.form;
    const wanted = dataset
      ? { dataset_id: dataset.value, kind: kind.value, only_changes: only?.checked ?? false }
      : { name: name.value, kind: kind.value };
    const { id } = await ask("/datasets", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...wanted, size: file.size }),
    });
    localStorage.setItem(key, id);
    return id;
  }

  async send(id, file) {
    let received = 0;
    let failed = 0;
    while (received < file.size) {
      try {
        if (failed || !received) ({ received } = await ask(`/datasets/uploads/${id}`));
        this.show(this.words.saving, received / file.size);
        if (received < file.size) ({ received } = await this.piece(id, file, received));
        failed = 0;
      } catch (error) {
        if (error instanceof Refused) throw error;
        this.said.textContent = this.words.waiting;
        await pause(WAITS_MS[Math.min(failed++, WAITS_MS.length - 1)]);
      }
    }
  }

  piece(id, file, offset) {
    return ask(`/datasets/uploads/${id}`, {
      method: "PATCH",
      headers: { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) },
      body: file.slice(offset, offset + PIECE_BYTES),
    });
  }

  async taken(id) {
    for (;;) {
      const now = await ask(`/datasets/uploads/${id}`).catch((error) => {
        if (error instanceof Refused) throw error;
        return {};
      });
      if (now.failure) throw new Refused(now.failure);
      if (now.version_id) return now;
      this.show(this.words.taking, now.total ? now.done / now.total : 0);
      await pause(LOOK_MS);
    }
  }

  show(words, share) {
    this.bar.value = share;
    this.said.textContent = words.replace("{n}", Math.round(100 * share));
  }

  refuse(reason) {
    this.course.hidden = true;
    this.wrong.textContent = `${this.words.refused} ${reason}`;
    this.wrong.hidden = false;
  }
}

for (const form of document.querySelectorAll("[data-upload]")) new Upload(form);
