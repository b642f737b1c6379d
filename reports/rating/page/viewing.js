"use strict";
// What is measured while a clip runs: the frames that the browser put on the screen, and when the last one was.

class Watch {
  #video;
  #handle = 0;
  #before = null;
  frames = 0;
  last = 0; // seconds of clip of the newest frame presented

  constructor(video) { this.#video = video; }

  static get exact() { return "requestVideoFrameCallback" in HTMLVideoElement.prototype; }

  start() {
    this.stop();
    Object.assign(this, { frames: 0, last: 0 });
    this.#before = this.#quality();
    if (Watch.exact) this.#next(null);
  }

  // Browsers call once a frame at most; what passed between two calls is in their own count.
  #next(seen) {
    this.#handle = this.#video.requestVideoFrameCallback((_, { presentedFrames, mediaTime }) => {
      // The first frame stood there, covered, before the start.
      const new_ = seen === null ? (mediaTime > 1 / 1000 ? 2 : 1) : presentedFrames - seen;
      this.frames += new_;
      this.last = mediaTime;
      this.#next(presentedFrames);
    });
  }

  stop() {
    if (Watch.exact) this.#video.cancelVideoFrameCallback(this.#handle);
    else if (this.#before) this.frames = this.#shown(this.#before, this.#quality());
    this.#before = null;
  }

  #quality() { return this.#video.getVideoPlaybackQuality?.() ?? { totalVideoFrames: 0, droppedVideoFrames: 0 }; }

  #shown(before, after) {
    return after.totalVideoFrames - before.totalVideoFrames - (after.droppedVideoFrames - before.droppedVideoFrames);
  }
}

// Frames a second of the screen, from the times between repaints; 0 where the page is not painted.
async function refreshRate() {
  const times = [];
  const end = performance.now() + 1500;
  while (times.length < 45 && performance.now() < end) {
    const at = await Promise.race([new Promise(requestAnimationFrame), sleep(400)]);
    if (at !== undefined) times.push(at);
  }
  const steps = times.slice(1).map((at, i) => at - times[i]).sort((a, b) => a - b);
  return steps.length < 10 ? 0 : tenth(1000 / steps[steps.length >> 1]);
}

function browserFamily() {
  const told = navigator.userAgent;
  if (/Firefox\//.test(told)) return "firefox";
  if (/Chrom(e|ium)\//.test(told)) return "chromium";
  return /Safari\//.test(told) ? "safari" : "other";
}

const screenTold = () => `${screen.width}x${screen.height}@${Math.round(1000 * devicePixelRatio) / 1000}`;
