"use strict";
// Sends answers to the study's server, in order, again and again until it has said that it keeps them.

const FINAL = new Set([400, 404, 409, 410, 411, 413, 415, 421, 422]);
const MOST_AT_ONCE = 50;

class Refused extends Error {
  constructor(status, body) {
    super(body.error || `The server answered ${status}.`);
    Object.assign(this, { status, body, reason: body.reason || "" });
  }
  get final() { return FINAL.has(this.status) || (this.status === 403 && this.reason !== "ticket"); }
}

class Receiver {
  #store;
  #base;
  #changed;
  #running = null;
  #wake = () => {};

  // `base` is the address that `api/claim` is resolved against.
  constructor(base, store, changed) {
    this.#base = base.endsWith("/") ? base : `${base}/`;
    this.#store = store;
    this.#changed = changed;
    addEventListener("online", () => this.#wake());
  }

  // Where answers go: empty where there is no receiver, as for a page that was opened from disk.
  static address() {
    const { receiver } = steadyStudy;
    if (receiver !== ".") return receiver;
    return location.protocol === "file:" ? "" : new URL(".", location.href).href;
  }

  async #post(name, body) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 20000);
    try {
      const reply = await fetch(new URL(`api/${name}`, this.#base), {
        method: "POST", mode: "cors", credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store",
        headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal: stop.signal,
      });
      const told = await reply.json().catch(() => ({}));
      if (reply.ok) return told;
      throw Object.assign(new Refused(reply.status, told), { after: Number(reply.headers.get("Retry-After")) || 0 });
    } finally {
      clearTimeout(timer);
    }
  }

  // One attempt. Sets session, ticket and what the server has already.
  async claim(session) {
    const { study_digest, rater_digest } = this.#store.state;
    const got = await this.#post("claim", { study_digest, session_id: session, rater_digest });
    const own = new Set(this.#store.state.answers.map(({ trial_id: id }) => id));
    this.#store.set({
      ticket: got.ticket, session_id: got.session_id, skip: (got.answered ?? []).filter((id) => !own.has(id)),
    });
    return got;
  }

  // Again and again, until it succeeds or the server says that it never will (then throws `Refused`).
  async #patiently(attempt) {
    for (let tries = 0; ; tries += 1) {
      try {
        if (!this.#store.state.ticket) await this.claim(this.#store.state.session_id);
        return await attempt();
      } catch (fault) {
        if (fault instanceof Refused && fault.final) throw fault;
        if (fault.reason === "ticket") this.#store.set({ ticket: "" });
        const wait = Math.max(1000 * (fault.after ?? 0), 1000 * Math.min(60, 2 ** Math.min(tries, 6)));
        this.#changed("waiting");
        await Promise.race([sleep(wait * (0.8 + 0.4 * Math.random())), new Promise((done) => { this.#wake = done; })]);
      }
    }
  }

  // Sends what waits. Never throws; the promise ends when nothing is left to send or the server has closed.
  send() {
    if (!this.#running) this.#running = this.#sendAll().finally(() => { this.#running = null; });
    return this.#running;
  }

  async #sendAll() {
    while (this.#store.unsent.length && !this.#store.state.closed) {
      const batch = this.#store.unsent.slice(0, MOST_AT_ONCE);
      try {
        this.#took(await this.#patiently(() => this.#unlessWithdrawn("answers", { answers: batch })));
      } catch (fault) {
        if (!(fault instanceof Refused)) throw fault;
        if (fault.reason === "refused") this.#took(fault.body);
        else this.#close(fault);
      }
      this.#changed("sent");
    }
  }

  // What was withdrawn while it waited is not sent.
  #unlessWithdrawn(name, body) {
    const { ticket, stage } = this.#store.state;
    return stage === "withdrawn" ? {} : this.#post(name, { ticket, ...body });
  }

  #took({ kept = [], refused = [] }) {
    const [{ sent }, before] = [this.#store.state, this.#store.unsent.length];
    for (const id of kept) sent[id] = "kept";
    for (const { answer_id: id, reason } of refused) sent[id] = reason || "refused";
    if (before && this.#store.unsent.length === before) this.#store.set({ closed: "The server took none of the answers sent." });
    if (refused.length) this.#store.note("refused", { answers: refused });
    this.#store.save();
  }

  #close(fault) {
    this.#store.note("closed", { status: fault.status, reason: fault.reason });
    this.#store.set({ closed: fault.message });
  }

  // Ends the session on the server once it has every answer. Returns the completion code, empty where there is none.
  async finish(outcome) {
    for (let rounds = 0; rounds < 3; rounds += 1) {
      await this.send();
      if (this.#store.state.closed) return "";
      try {
        const { code } = await this.#patiently(() => this.#unlessWithdrawn("finish", { outcome }));
        return code ?? "";
      } catch (fault) {
        if (!(fault instanceof Refused)) throw fault;
        if (fault.reason !== "missing" || rounds === 2) { this.#close(fault); return ""; }
        this.#forget(fault.body.missing ?? []);
      }
    }
    return "";
  }

  // The server lacks these answers after all: they are sent again.
  #forget(trials) {
    const { sent, answers, skip } = this.#store.state;
    for (const { answer_id: id, trial_id: trial } of answers) if (trials.includes(trial) && sent[id] === "kept") delete sent[id];
    this.#store.set({ skip: skip.filter((trial) => !trials.includes(trial)) });
  }

  // Has the answers deleted. Ends when the server has said so, or that it knows of none.
  async withdraw() {
    await this.#patiently(() => this.#post("withdraw", { ticket: this.#store.state.ticket }))
      .catch((fault) => { if (!(fault instanceof Refused)) throw fault; });
  }
}
