"use strict";
// Two players that run as one: started together, kept in step by bending the rate of the one ahead, which nobody sees.
// None ever jumps, and when one has to wait both wait, so that no halt can be taken for a property of one clip.

const TWINS = {
  check: 50, // milliseconds between two looks at the players
  near: 0.006, // seconds apart that are let be
  bend: 0.05, // most that a rate is bent
  resume: 400, // milliseconds after which a player that says it has too little is tried all the same
  settle: 400, // milliseconds given to the last frame after the player's end
  rewind: 500, // milliseconds after which a player that is still rewinding is started all the same
  patience: 15000, // milliseconds beyond three times its length until a viewing is given up
};

const REFUSED = "This browser does not let the page start the clips. Allow videos to play on this page, beside the address or in the browser's settings.";

class Interrupted extends Error {}
class ClipFault extends Error {}

class Twins {
  #videos;
  #watches;
  #stop = null; // ends the viewing in progress

  constructor(left, right) {
    this.#videos = [left, right];
    this.#watches = [new Watch(left), new Watch(right)];
    for (const video of this.#videos) Object.assign(video, { muted: true, playsInline: true, preload: "auto" });
  }

  get seconds() { return Math.max(...this.#videos.map(({ duration }) => (Number.isFinite(duration) ? duration : 0))); }

  // Gives one player (0 left, 1 right) its clip and waits until it can play through. A clip in memory can as soon as it
  // can play at all; WebKitGTK never says more of one. Rejects with `ClipFault`.
  load(which, url) {
    const video = this.#videos[which];
    return new Promise((done, failed) => {
      const over = (settle, value) => () => {
        clearInterval(timer);
        video.oncanplay = video.oncanplaythrough = video.onerror = null;
        settle(value);
      };
      // A browser may let a page that nobody sees wait for its clips; that is no fault.
      let shown = 0;
      const timer = setInterval(() => {
        shown += document.hidden ? 0 : 1;
        if (1000 * shown > CLIPS.silence) over(failed, new ClipFault("nothing to play came"))();
      }, 1000);
      video[url.startsWith("blob:") ? "oncanplay" : "oncanplaythrough"] = over(done);
      video.onerror = over(failed, new ClipFault("the player could not read it"));
      video.src = url;
      video.load();
    });
  }

  // Lets go of both clips.
  clear() {
    this.interrupt("cleared");
    for (const video of this.#videos) {
      video.removeAttribute("src");
      video.load();
    }
  }

  interrupt(reason) { this.#stop?.(new Interrupted(reason)); }

  // Plays both from the beginning to the end, or for so many seconds. Resolves once both have presented their last
  // frame, with milliseconds played and of standing still, and the frames presented of each. Rejects with `Interrupted` or `ClipFault`.
  async run(most = Infinity) {
    await Promise.all(this.#videos.map(Twins.#rewound));
    const begun = performance.now();
    this.#times = { starts: [0, 0], ends: [0, 0] };
    try {
      await new Promise((done, failed) => this.#watch(done, failed, begun, most));
      const played = 1000 * Math.min(most, this.seconds);
      const [start, end] = [Math.max(...this.#times.starts) || begun, Math.max(...this.#times.ends) || performance.now()];
      return { stall: Math.max(0, end - start - played), played, frames: this.#watches.map(({ frames }) => frames) };
    } finally {
      this.#stop = null;
      for (const video of this.#videos) video.pause();
      for (const watch of this.#watches) watch.stop();
    }
  }

  // WebKitGTK goes back from the end of a clip in memory only once it is to play.
  static #rewound(video) {
    if (video.currentTime === 0 && !video.ended) return null;
    const there = new Promise((done) => { video.addEventListener("seeked", done, { once: true }); });
    video.currentTime = 0;
    return Promise.race([there, sleep(TWINS.rewind)]);
  }

  #watch(done, failed, begun, most) {
    const end = (settle) => (value) => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", hidden);
      for (const video of this.#videos) video.onerror = video.onplaying = video.onended = null;
      settle(value);
    };
    const [well, badly] = [end(done), end(failed)];
    const hidden = () => { if (document.hidden) badly(new Interrupted("hidden")); };
    const timer = setInterval(() => this.#look(well, badly, begun, most), TWINS.check);
    document.addEventListener("visibilitychange", hidden);
    this.#stop = badly;
    this.#held = 0;
    for (const watch of this.#watches) watch.start();
    this.#videos.forEach((video, i) => {
      video.onerror = () => badly(new ClipFault("the player lost it"));
      video.onplaying = () => { this.#times.starts[i] ||= performance.now(); };
      video.onended = () => { this.#times.ends[i] ||= performance.now(); };
      this.#start(video);
    });
    hidden();
  }

  #times = { starts: [0, 0], ends: [0, 0] }; // when each player said that it ran, and that it was over
  #held = 0; // since when both wait for one of them

  #start(video) {
    video.playbackRate = 1;
    video.play().catch((fault) => { if (fault.name === "NotAllowedError") this.interrupt("refused"); });
  }

  #look(well, badly, begun, most) {
    const at = performance.now();
    const times = this.#videos.map(({ currentTime }) => currentTime);
    if (this.#over(at) || Math.min(...times) >= most) well();
    else if (at - begun > 3000 * Math.min(most, this.seconds) + TWINS.patience) badly(new Interrupted("stuck"));
    else if (this.#held) this.#resume(at);
    else if (this.#videos.some((video) => video.readyState < 3 && !Twins.#ending(video))) this.#hold(at);
    else this.#bend(times);
  }

  static #ending(video) { return video.ended || video.duration - video.currentTime < 0.3; }

  // Over once each player has ended and its last frame is known to stand on the screen, or had time to.
  #over(at) {
    const one = 1.5 / steadyStudy.highest_fps;
    return this.#videos.every((video, i) => {
      if (!video.ended) return false;
      this.#times.ends[i] ||= at;
      return this.#watches[i].last >= video.duration - one || at - this.#times.ends[i] > TWINS.settle;
    });
  }

  #hold(at) {
    this.#held = at;
    for (const video of this.#videos) video.pause();
  }

  #resume(at) {
    if (this.#videos.some(({ readyState }) => readyState < 3) && at - this.#held < TWINS.resume) return;
    this.#held = 0;
    for (const video of this.#videos) if (!video.ended) this.#start(video);
  }

  #bend(times) {
    const off = times[0] - times[1];
    const bend = Math.abs(off) < TWINS.near ? 0 : Math.min(TWINS.bend, Math.abs(off));
    const ended = this.#videos.some((video) => video.ended);
    this.#videos.forEach((video, i) => {
      const ahead = i === 0 ? off > 0 : off < 0;
      video.playbackRate = ahead && !ended ? 1 - bend : 1;
    });
  }
}
