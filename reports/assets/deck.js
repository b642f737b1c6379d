"use strict";
// Plays several clips as one: one clock in seconds that all players keep to, whatever their frame rates and lengths.
// A clip that is shorter than the rest holds its last frame. No file is read before the first play or seek.

const DECK = {
  nudge: 0.04, // most that a player's rate is bent to bring it back
  far: 0.08, // seconds off the clock from which a player jumps instead
  check: 100, // milliseconds between two looks at the players
  patience: 1500, // milliseconds to wait for a slow player before the others start
  ahead: 0.35, // seconds of clip that a player jumps ahead of the clock while it runs, to wait there
  inside: 0.002, // seconds into a frame, so that rounding of time stamps does not show its neighbour
};

class DeckMember {
  constructor({ video, src, seconds, fps }) {
    Object.assign(this, { video, src, fps: fps || 25, told: seconds, used: true, broken: false, aim: null });
    this.error = 0;
    this.jumped = -Infinity;
    video.muted = true;
    video.playsInline = true;
    video.addEventListener("error", () => { if (this.attached) this.broken = true; });
    for (const name of ["loadedmetadata", "seeked"]) video.addEventListener(name, () => this.place());
  }

  get attached() { return this.video.hasAttribute("src"); }
  get seconds() { return Number.isFinite(this.video.duration) ? this.video.duration : this.told; }
  get playable() { return this.used && !this.broken && Boolean(this.src); }
  get settled() { return this.aim === null && !this.video.seeking && this.video.readyState >= 2; }
  get running() {
    const { paused, ended, seeking, readyState } = this.video;
    return this.playable && this.attached && !paused && !ended && !seeking && readyState >= 2;
  }

  attach() {
    if (this.attached) return;
    this.video.src = this.src;
    this.video.preload = "auto";
    this.video.load();
  }

  // Gives memory and decoder back; the poster stands there again.
  detach() {
    this.aim = null;
    if (!this.attached) return;
    this.video.pause();
    this.video.removeAttribute("src");
    this.video.preload = "none";
    this.video.load();
  }

  seek(t) {
    this.aim = Math.max(0, Math.min(this.seconds - 0.5 / this.fps, t + DECK.inside));
    this.attach();
    this.place();
  }

  // One seek at a time: while one is under way the newest aim waits for it.
  place() {
    if (this.aim === null || this.video.readyState < 1 || this.video.seeking) return;
    const aim = Math.max(0, Math.min(this.seconds - 0.5 / this.fps, this.aim));
    this.aim = null;
    if (Math.abs(this.video.currentTime - aim) > 1e-4) this.video.currentTime = aim;
  }
}

class Deck {
  #members;
  #told;
  #playing = false; // what was asked for
  #begun = false; // no file is read before the first play or seek
  #rolling = false; // whether the clock runs; it waits until all players stand at its second
  #asked = 0; // when the wait began
  #base = 0; // clip seconds at #since
  #since = 0;
  #rate = 1;
  #loop = null;
  #frame = 0;
  #checked = 0;

  #least;

  // `seconds` is the least length of the clock, which may be longer than every clip.
  constructor(members, { onTick = () => {}, onState = () => {}, seconds = 0 } = {}) {
    this.#members = members.map((each) => new DeckMember(each));
    this.#least = seconds;
    this.#told = { onTick, onState };
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.pause(); });
  }

  get playing() { return this.#playing; }
  get seconds() { return Math.max(this.#least, ...this.#members.filter((member) => !member.broken).map((member) => member.seconds)); }
  get fps() { return Math.max(1, ...this.#used().map((member) => member.fps)); }
  get rate() { return this.#rate; }
  set rate(rate) {
    this.#anchor(this.time);
    this.#rate = Math.max(0.25, Math.min(4, rate));
    for (const member of this.#used()) member.video.playbackRate = this.#rate;
    this.#state();
  }
  get loop() { return this.#loop; }
  set loop(stretch) {
    this.#loop = stretch;
    this.#state();
  }
  get time() {
    if (!this.#rolling) return this.#base;
    return Math.min(this.seconds, this.#base + (this.#rate * (performance.now() - this.#since)) / 1000);
  }

  // Takes these players (by place in the list) and lets go of all others.
  use(places) {
    const wanted = new Set(places);
    this.#members.forEach((member, i) => {
      const before = member.used;
      member.used = wanted.has(i);
      if (before && !member.used) member.detach();
      if (!before && member.used && this.#begun) member.seek(this.time + (this.#rolling ? DECK.ahead * this.#rate : 0));
    });
  }

  play() {
    if (this.#playing) return;
    this.#playing = true;
    const [start, end] = this.#loop ?? [0, this.seconds];
    this.#gather(this.time >= end - 0.5 / this.fps ? start : this.time);
  }

  pause() {
    const t = this.time;
    this.#playing = this.#rolling = false;
    this.#anchor(t);
    for (const member of this.#members) {
      member.video.pause();
      if (member.playable && member.attached) member.seek(t);
    }
    this.#state();
  }

  toggle() {
    if (this.#playing) this.pause();
    else this.play();
  }

  // Goes to a second; leaving the stretch that is looped ends the loop.
  seek(t) {
    const aim = Math.max(0, Math.min(this.seconds, t));
    if (this.#loop && (aim < this.#loop[0] - 1e-6 || aim > this.#loop[1] + 1e-6)) this.#loop = null;
    this.#gather(aim);
  }

  // Sets the clock before anything was played, and reads no file for it.
  stand(t) {
    if (this.#begun) return this.seek(t);
    this.#anchor(Math.max(0, Math.min(this.seconds, t)));
    this.#told.onTick(this.time);
  }

  // Goes on or back by frames of the highest frame rate, and stays there.
  step(frames) {
    if (this.#playing) this.pause();
    const last = Math.max(0, Math.ceil(this.seconds * this.fps - 1e-6) - 1);
    const frame = Math.floor(this.time * this.fps + 0.01) + frames;
    this.seek(Math.max(0, Math.min(last, frame)) / this.fps);
  }

  // Largest distance in seconds between two players that run.
  skew() {
    const at = this.#used().filter((member) => member.running).map((member) => member.video.currentTime);
    return at.length > 1 ? Math.max(...at) - Math.min(...at) : 0;
  }

  #used() { return this.#members.filter((member) => member.playable); }

  #anchor(t) {
    this.#base = t;
    this.#since = performance.now();
  }

  #state() {
    this.#told.onState({ playing: this.#playing, rate: this.#rate, skewMs: 1000 * this.skew(), loop: this.#loop });
  }

  // Stops the clock at a second, brings every player there, and lets all go on together.
  #gather(t) {
    this.#begun = true;
    this.#rolling = false;
    this.#anchor(t);
    this.#asked = performance.now();
    for (const member of this.#used()) {
      member.video.pause();
      member.seek(t);
    }
    this.#told.onTick(t);
    this.#state();
    if (this.#playing && !this.#frame) this.#frame = requestAnimationFrame(() => this.#tick());
  }

  #tick() {
    this.#frame = 0;
    if (!this.#playing) return;
    this.#frame = requestAnimationFrame(() => this.#tick());
    if (this.#rolling) this.#roll();
    else if (this.#used().every((member) => this.#ready(member))) this.#start();
  }

  // Near its end a player has no next frame to get ready, so that a drawn frame must do after a while.
  #ready(member) {
    const waited = performance.now() - this.#asked;
    return (member.settled && (member.video.readyState >= 3 || waited > DECK.patience / 5)) || waited > DECK.patience;
  }

  #start() {
    const t = this.#base;
    const going = this.#used().filter((member) => t < member.seconds - 0.5 / member.fps);
    const refused = (fault) => { if (fault.name === "NotAllowedError") this.pause(); };
    for (const member of going) {
      member.error = 0;
      member.video.playbackRate = this.#rate;
      member.video.play().catch(refused);
    }
    this.#anchor(t);
    this.#checked = performance.now();
    this.#rolling = true;
  }

  #roll() {
    const now = performance.now();
    const [start, end] = this.#loop ?? [0, this.seconds];
    if (this.#loop ? this.time >= end : this.time >= end - 0.25 / this.fps) {
      if (this.#loop) this.#gather(start);
      else this.pause();
      return;
    }
    for (const member of this.#used()) this.#join(member);
    if (now - this.#checked >= DECK.check) {
      this.#checked = now;
      this.#correct(now);
      this.#state();
    }
    this.#told.onTick(this.time);
  }

  // A player that came late stands ahead of the clock and starts when the clock gets there.
  #join(member) {
    const { video } = member;
    const over = this.time >= member.seconds - 0.5 / member.fps;
    if (!video.paused || video.ended || over || !member.settled) return;
    const wait = video.currentTime - this.time;
    if (wait > 0.02 * this.#rate) return;
    if (wait < -DECK.far * this.#rate) {
      this.#jump(member);
      return;
    }
    member.error = 0;
    video.playbackRate = this.#rate;
    video.play().catch(() => {});
  }

  #jump(member) {
    member.jumped = performance.now();
    member.error = 0;
    member.video.pause();
    member.seek(this.time + DECK.ahead * this.#rate);
  }

  // The player in the middle carries the clock, so that a halt of the whole machine moves nobody; the others are
  // bent towards it, and jump where bending would take too long.
  #correct(now) {
    const running = this.#used().filter((member) => member.running);
    if (!running.length) return;
    const t = this.time;
    for (const member of running) {
      const off = member.video.currentTime - DECK.inside - t;
      member.error = Math.abs(off - member.error) > DECK.far ? off : 0.5 * member.error + 0.5 * off;
    }
    const sorted = running.map((member) => member.error).sort((a, b) => a - b);
    const middle = sorted[(sorted.length - 1) >> 1];
    const shift = Math.abs(middle) > DECK.far ? middle : 0.25 * middle;
    this.#anchor(Math.max(0, t + shift));
    for (const member of running) {
      member.error -= shift;
      if (Math.abs(member.error) > DECK.far * Math.max(1, this.#rate) && now - member.jumped > 1000) this.#jump(member);
      else {
        const bend = Math.max(-DECK.nudge, Math.min(DECK.nudge, -member.error / this.#rate));
        member.video.playbackRate = this.#rate * (1 + (Math.abs(member.error) < 0.004 ? 0 : bend));
      }
    }
  }
}
