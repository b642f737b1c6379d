"use strict";
// The two pictures of the pair view: players with what lies over them, and the ways to hold one against the other.

const EXPLAIN = {
  side: "",
  swipe: "Left of the divider is A, right of it B. Drag it, or focus it and press the arrow keys.",
  blink: "A and B take turns in the same place: what differs seems to move.",
  difference: "The absolute difference of A and B, pixel by pixel: black where they are alike. Moving water or fire differs in any two clips; look at what should stand still.",
};

// One clip's picture and its overlays. Players of films belong to the deck, which attaches their files.
class Pane {
  constructor(place, name) {
    this.place = place;
    this.name = name;
  }

  fill(clip) {
    this.clip = clip;
    this.place.replaceChildren();
    this.films = {};
    this.shown = "";
    this.frame = make(this.place, "div", "", { class: "frame" });
    this.frame.style.aspectRatio = `${clip.width || 16} / ${clip.height || 9}`;
    this.frame.style.setProperty("--ratio", String((clip.width || 16) / (clip.height || 9)));
    if (!clip.video) {
      make(this.frame, "p", clip.problem, { class: "blank" });
      return [];
    }
    const film = (kind, label) => {
      const video = make(this.frame, "video", "", { preload: "none", playsinline: "", "aria-label": label, tabindex: -1 });
      video.muted = true;
      if (kind) Object.assign(video, { hidden: true }).classList.add("over");
      return video;
    };
    this.video = film("", `${this.name}: ${clip.called}`);
    if (clip.poster) this.video.poster = clip.poster;
    this.video.addEventListener("error", () => {
      if (this.video.hasAttribute("src")) this.say("This browser cannot play the file.");
    });
    const members = [{ video: this.video, src: clip.video, seconds: clip.seconds, fps: clip.fps, kind: "" }];
    for (const kind of ["flow", "change"]) {
      if (!clip.overlays[kind]) continue;
      this.films[kind] = film(kind, `${this.name}: ${kind} of ${clip.called}`);
      members.push({ video: this.films[kind], src: clip.overlays[kind], seconds: clip.seconds, fps: 8, kind });
    }
    if (clip.overlays.mask) {
      this.films.mask = make(this.frame, "img", "", { alt: `${this.name}: mask of ${clip.called}`, class: "over", hidden: "" });
    }
    this.note = make(this.place, "p", "", { class: "held", hidden: "" });
    make(this.place, "b", this.name, { class: "tag", "aria-hidden": "true" });
    return members;
  }

  has(kind) { return Boolean(this.films[kind]); }

  // Lays one kind of overlay over the picture, none for "".
  lay(kind, opacity) {
    this.shown = this.has(kind) ? kind : "";
    for (const [name, element] of Object.entries(this.films)) {
      element.hidden = name !== this.shown;
      element.style.opacity = String(opacity);
      if (name === "mask" && name === this.shown && !element.hasAttribute("src")) element.src = this.clip.overlays.mask;
    }
  }

  // The last frame of a shorter clip stays, and the page says so.
  at(t, length) {
    const over = this.clip.seconds < length - 0.05 && t > this.clip.seconds + 0.01;
    this.say(over ? `ended at ${figure(this.clip.seconds, "s")} s, last frame held` : "");
  }

  say(text) {
    if (!this.note || this.note.textContent === text) return;
    this.note.textContent = text;
    this.note.hidden = !text;
  }
}

// How the two panes lie: beside each other, split by a divider, taking turns, or subtracted.
class Stage {
  #still = matchMedia("(prefers-reduced-motion: reduce)");
  #timer = 0;

  constructor(panes, divider, told) {
    Object.assign(this, { panes, divider, told, mode: "side", split: 50, front: "a", rate: 2, gain: 1 });
    this.#drag();
    this.#still.addEventListener?.("change", () => this.turns(false));
  }

  // Only where the reader's system does not ask for less motion.
  get mayBlink() { return !this.#still.matches; }
  get blinking() { return this.#timer !== 0; }

  show(mode) {
    this.mode = mode;
    this.panes.dataset.mode = mode;
    this.divider.hidden = mode !== "swipe";
    this.turns(false);
    this.panes.style.filter = mode === "difference" && this.gain > 1 ? `brightness(${this.gain})` : "";
    this.#clip();
  }

  setGain(gain) {
    this.gain = gain;
    this.show(this.mode);
  }

  // Starts or stops taking turns; one turn is A, then B.
  turns(on) {
    clearInterval(this.#timer);
    this.#timer = 0;
    if (on && this.mayBlink && this.mode === "blink") this.#timer = setInterval(() => this.flip(), 500 / this.rate);
    if (!on && this.mode !== "blink") this.front = "a";
    this.#front();
    this.told();
  }

  flip() {
    this.front = this.front === "a" ? "b" : "a";
    this.#front();
    this.told();
  }

  move(split) {
    this.split = Math.max(0, Math.min(100, split));
    this.#clip();
  }

  #front() { this.panes.dataset.front = this.front; }

  #clip() {
    const [, b] = this.panes.children;
    b.style.clipPath = this.mode === "swipe" ? `inset(0 0 0 ${this.split}%)` : "";
    this.divider.style.left = `${this.split}%`;
    this.divider.setAttribute("aria-valuenow", String(Math.round(this.split)));
    this.divider.setAttribute("aria-valuetext", `${Math.round(this.split)} % A, ${100 - Math.round(this.split)} % B`);
  }

  #drag() {
    const to = (event) => {
      const box = this.panes.getBoundingClientRect();
      this.move((100 * (event.clientX - box.left)) / box.width);
    };
    this.divider.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      this.divider.focus();
      this.divider.setPointerCapture(event.pointerId);
      this.divider.addEventListener("pointermove", to);
    });
    for (const name of ["pointerup", "pointercancel"]) {
      this.divider.addEventListener(name, () => this.divider.removeEventListener("pointermove", to));
    }
    const steps = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2, PageDown: -10, PageUp: 10, Home: -100, End: 100 };
    this.divider.addEventListener("keydown", (event) => {
      const step = steps[event.key];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      this.move(this.split + step);
    });
  }
}
