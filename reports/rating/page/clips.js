"use strict";
// Clips by token. From a web host they are fetched to memory before they are played, so that no line however slow can
// halt one of the two; from disk the player reads the file itself.

const CLIPS = { silence: 20000, pauses: [0, 1000, 3000] }; // milliseconds without a byte; before each attempt

class Clips {
  #held = new Map(); // token -> { url: Promise, part: share loaded so far }
  #direct = location.protocol === "file:";

  address(token) { return `clips/${token}.mp4`; }

  // Share of the clip that is here, 0 to 1.
  part(token) { return this.#held.get(token)?.part ?? 0; }

  // Address that a player can be given. Rejects where the clip cannot be had; asking again tries again. `anew` passes
  // by what the browser keeps of an earlier, perhaps damaged reply.
  get(token, anew = false) {
    if (this.#direct) return Promise.resolve(this.address(token));
    const held = this.#held.get(token) ?? { part: 0 };
    if (!held.url) {
      this.#held.set(token, held);
      held.url = this.#fetched(token, held, anew ? "reload" : "default");
      held.url.catch(() => { if (this.#held.get(token) === held) this.#held.delete(token); });
    }
    return held.url;
  }

  // Fetches ahead of need; what fails is tried again when it is needed.
  async ahead(tokens) {
    for (const token of tokens) await this.get(token).catch(() => {});
  }

  // Gives the memory of all other clips back.
  keep(tokens) {
    const wanted = new Set(tokens);
    for (const token of [...this.#held.keys()]) if (!wanted.has(token)) this.drop(token);
  }

  drop(token) {
    this.#held.get(token)?.url.then(URL.revokeObjectURL).catch(() => {});
    this.#held.delete(token);
  }

  async #fetched(token, held, cache) {
    const stop = new AbortController();
    let timer = 0;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => stop.abort(), CLIPS.silence);
    };
    alive();
    try {
      const reply = await fetch(this.address(token), { signal: stop.signal, cache });
      if (!reply.ok) throw new Error(`the host answered ${reply.status}`);
      const length = Number(reply.headers.get("Content-Length")) || Infinity;
      const parts = [];
      let size = 0;
      for (const reader = reply.body.getReader(); ;) {
        const { done, value } = await reader.read();
        if (done) break;
        alive();
        parts.push(value);
        size += value.length;
        held.part = Math.min(1, size / length);
      }
      held.part = 1;
      return URL.createObjectURL(new Blob(parts, { type: "video/mp4" }));
    } finally {
      clearTimeout(timer);
    }
  }
}
