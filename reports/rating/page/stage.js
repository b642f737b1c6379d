"use strict";
// Where two clips are shown: equal in size, on neutral grey, covered before and after they run.

class Stage {
  #clips;
  #tokens;
  #covers;

  constructor(clips, tokens) {
    this.#clips = clips;
    this.#tokens = tokens;
    const videos = ["Left", "Right"].map((side) => el("video", { "aria-label": `${side} clip`, tabindex: "-1", disablepictureinpicture: true, disableremoteplayback: true }));
    this.#covers = videos.map(() => el("div", { class: "cover", "aria-hidden": "true" }));
    this.element = el("div", { class: "stage" }, videos.map((video, i) =>
      el("figure", {}, el("figcaption", {}, i ? "Right" : "Left"), el("div", { class: "frame" }, video, this.#covers[i]))));
    const [width, height] = steadyStudy.canvas;
    this.element.style.setProperty("--ratio", width / height);
    this.element.style.setProperty("--most", `${Math.max(width, 560)}px`);
    this.twins = new Twins(...videos);
  }

  cover(on) { this.element.classList.toggle("open", !on); }

  say(words) { for (const cover of this.#covers) cover.textContent = words; }

  // Brings both clips here. Resolves with milliseconds waited; rejects with `ClipFault` after three attempts.
  async load() {
    const begun = performance.now();
    const shown = setInterval(() => this.#progress(), 200);
    this.#progress();
    try {
      await Promise.all(this.#tokens.map((token, i) => this.#loaded(token, i)));
    } finally {
      clearInterval(shown);
      this.say("");
    }
    return performance.now() - begun;
  }

  #progress() {
    const part = Math.min(...this.#tokens.map((token) => this.#clips.part(token)));
    this.say(part > 0 && part < 1 ? `Loading ${Math.round(100 * part)} %` : "Loading");
  }

  async #loaded(token, which) {
    let told = null; // why the last attempt failed
    for (const pause of CLIPS.pauses) {
      await sleep(pause);
      try {
        await this.twins.load(which, await this.#clips.get(token, told !== null));
        return;
      } catch (fault) {
        told = fault;
        this.#clips.drop(token);
      }
    }
    throw new ClipFault(`${this.#clips.address(token)}: ${told.message}`);
  }

  // Runs both once; the covers come off for as long as they run.
  async run(most) {
    this.cover(false);
    try {
      return await this.twins.run(most);
    } finally {
      this.cover(true);
    }
  }

  close() { this.twins.clear(); }
}
