"use strict";
// One trial: both clips are watched to their end, then one of four answers is pressed. One press is final.

const MANY_FAULTS = 3;

class Trial {
  static current = null;
  #stage;
  #board;
  #done;
  #state = "loading"; // loading, ready, running, open, replaying, failed, over
  #seen = { lost: 0, replays: 0 };
  #options;

  // `options`: clips (Clips), left, right (tokens), question, faults (trials lost so far),
  // onEvent(what, more).
  constructor(options) {
    this.#options = options;
    this.#stage = new Stage(options.clips, [options.left, options.right]);
    this.result = new Promise((done) => { this.#done = done; });
  }

  // Resolves with what an answer holds of the viewing, or with `{ slot: "ended" }` where the rater gave up.
  static async run(options) {
    const own = new Trial(options);
    Trial.current = own;
    own.#board = new Board(options.question, own.#stage, { start: () => own.#press(), answer: (slot) => own.#answer(slot) });
    own.#load();
    try {
      return await own.result;
    } finally {
      Trial.current = null;
      own.#board.close();
      own.#stage.close();
    }
  }

  #enter(state, line = "") {
    this.#state = state;
    this.#board.enter(state, line);
  }

  async #load() {
    this.#enter("loading");
    const begun = performance.now();
    try {
      await this.#stage.load();
    } catch (fault) {
      if (!(fault instanceof ClipFault)) throw fault;
      if (this.#state === "over") return;
      this.#seen.waited = (this.#seen.waited ?? 0) + performance.now() - begun;
      this.#fail(fault);
      return;
    }
    if (this.#state === "over") return;
    this.#enter("ready", "Answers open once both clips have run to their end.");
    this.#options.onLoaded?.();
  }

  #press() {
    if (this.#state === "ready") this.#watch();
    else if (this.#state === "open") this.#again();
  }

  async #watch() {
    const [started, begun] = [now(), performance.now()];
    this.#enter("running");
    try {
      const { stall, frames } = await this.#stage.run();
      Object.assign(this.#seen, {
        started, frames, stall, watched: performance.now() - begun, opened: performance.now(), clip: 1000 * this.#stage.twins.seconds,
      });
      this.#enter("open", "Choose one answer. It is final.");
    } catch (fault) {
      this.#broken(fault, performance.now() - begun);
    }
  }

  // What was seen so far does not count: both clips are watched anew, and the time is kept as lost.
  #broken(fault, lost) {
    if (this.#state === "over") return;
    this.#seen.lost += lost;
    this.#options.onEvent("interrupted", { reason: fault.message, ms: Math.round(lost) });
    if (fault instanceof ClipFault) this.#fail(fault);
    else if (fault instanceof Interrupted) this.#enter("ready", `${fault.message === "refused" ? REFUSED : "The clips were interrupted."} Start them again.`);
    else throw fault;
  }

  async #again() {
    this.#seen.replays += 1;
    this.#enter("replaying");
    try {
      await this.#stage.run();
    } catch (fault) {
      if (!(fault instanceof Interrupted || fault instanceof ClipFault)) throw fault;
    }
    if (this.#state === "replaying") this.#enter("open", "Choose one answer. It is final.");
  }

  #fail(fault) {
    this.#enter("failed");
    this.#options.onEvent("unplayable", { reason: fault.message });
    const stop = this.#options.faults + 1 >= MANY_FAULTS;
    this.#stage.element.replaceChildren(el("div", { class: "fault" },
      el("h2", {}, "These clips could not be shown"),
      el("p", {}, stop ? "This happened before. Something between this computer and the study does not work; you can end here, and what you answered stays."
        : "The connection may have failed. Nothing you answered is lost."),
      el("p", { class: "buttons" },
        el("button", { type: "button", class: "main", onclick: () => this.#retry() }, "Try again"),
        el("button", { type: "button", onclick: () => this.#unshown() }, "Go on without them"),
        stop && el("button", { type: "button", onclick: () => this.#finish({ slot: "ended" }) }, "End here"))));
    this.#stage.element.querySelector("button").focus();
  }

  #retry() {
    const { clips, left, right } = this.#options;
    this.#stage.close();
    this.#stage = new Stage(clips, [left, right]);
    byId("main").querySelector(".stage").replaceWith(this.#stage.element);
    this.#load();
  }

  // Kept as not judged: no header was read, nothing was watched.
  #unshown() {
    const at = now();
    this.#finish({
      slot: "unable", rt_ms: 0, watched_ms: 0, clip_ms: 0, replays: 0, stall_ms: tenth((this.#seen.waited ?? 0) + this.#seen.lost), frames: [0, 0], started: at, submitted: at,
    });
  }

  #answer(slot) {
    if (this.#state !== "open" && this.#state !== "replaying") return;
    const { opened, watched, clip, replays, stall, lost, frames, started } = this.#seen;
    this.#finish({
      slot, rt_ms: tenth(performance.now() - opened), watched_ms: tenth(watched), clip_ms: tenth(clip), replays,
      stall_ms: tenth(stall + lost), frames, started, submitted: now(),
    });
  }

  #finish(result) {
    this.#enter("over");
    this.#done(result);
  }

  // Something else wants the reader's attention: the clips stop and are watched anew.
  interrupt(reason) { this.#stage.twins.interrupt(reason); }

  // Ends without an answer.
  abandon() { this.#finish({ slot: "ended" }); }
}
