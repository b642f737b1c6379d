"use strict";
// Whether this device shows the clips as they are, before anybody is asked to take part: a pointer and a screen large
// enough, a screen that repaints often enough, a player that holds the frames.

const LEAST = { width: 1280, height: 720, window: [1000, 560], frames: 0.95, slack: 0.95, probe: 4 };

class Screening {
  #clips;
  refresh = 0;

  constructor(clips) { this.#clips = clips; }

  // Faults as sentences; empty where the device will do.
  async faults() {
    const found = [...Screening.#device(), ...Screening.#codec()];
    if (found.length) return found;
    show("Checking this screen", el("p", {}, "Two short clips will play by themselves. Please keep this page in front; it takes a few seconds."));
    await visible();
    this.refresh = await refreshRate();
    const needed = 2 * steadyStudy.source_fps;
    if (this.refresh && this.refresh < LEAST.slack * needed) {
      found.push(`The screen repaints ${Math.round(this.refresh)} times a second; the clips need ${Math.round(needed)}.`);
    }
    return [...found, ...(await this.#probe())];
  }

  static #device() {
    const found = [];
    if (!matchMedia("(any-pointer: fine)").matches) found.push("This study needs a computer with a mouse or a touch pad, not a phone or a tablet.");
    const [wide, high] = [screen.width, screen.height].map((points) => Math.round(points * devicePixelRatio));
    if (wide < LEAST.width || high < LEAST.height) {
      found.push(`The screen has ${wide} x ${high} pixels; the clips need ${LEAST.width} x ${LEAST.height}.`);
    }
    const [width, height] = LEAST.window;
    if (!found.length && (innerWidth < width || innerHeight < height)) {
      found.push("The window is too small. Make it as large as the screen, set the zoom to 100 %, and try again.");
    }
    return found;
  }

  static #codec() {
    const plays = document.createElement("video").canPlayType('video/mp4; codecs="avc1.64001f"');
    return plays ? [] : ["This browser does not play H.264 video. Another one, such as a current Chrome, Edge, Firefox or Safari, will."];
  }

  async #probe() {
    const [{ example_left: left, example_right: right }] = steadyStudy.questions;
    const stage = new Stage(this.#clips, [left, right]);
    byId("main").append(stage.element);
    byId("main").className = "trial";
    try {
      await stage.load();
      const { frames, played, stall } = await stage.run(LEAST.probe);
      return this.#judged(frames, played / 1000, stall);
    } catch (fault) {
      if (fault instanceof ClipFault) return [`The clips of the check could not be loaded (${fault.message}). Look to the connection and try again.`];
      if (fault instanceof Interrupted && fault.message === "refused") return [`${REFUSED} Then try again.`];
      if (fault instanceof Interrupted) return ["The check was interrupted. Keep this page in front and try again."];
      throw fault;
    } finally {
      stage.close();
    }
  }

  // No screen shows more frames than it repaints; one frame at either end may fall outside.
  #judged(frames, seconds, stall) {
    const due = seconds * Math.min(steadyStudy.highest_fps, this.refresh || Infinity);
    const share = Math.min(...frames.map((shown) => (shown + 1) / due));
    if (Watch.exact && share < LEAST.frames) return [`Only ${Math.round(100 * share)} % of the frames reached the screen; ${100 * LEAST.frames} % are needed. Close other programs and tabs, and try again.`];
    return stall > 150 * seconds ? ["The clips stood still for a moment. Close other programs and tabs, and try again."] : [];
  }
}

// Resolves once the page is in front.
function visible() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((done) => {
    const seen = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", seen);
      done();
    };
    document.addEventListener("visibilitychange", seen);
  });
}
