"use strict";
// One chart over time with a line for each clip, its onsets, what was not measured, and the values at the cursor.

const ROUND = [1, 2, 5];

// Round marks on a time axis, at most `wanted` of them.
function timeMarks(end, wanted) {
  let step = 0.01;
  for (let i = 0; end / step > wanted; i++) step = ROUND[i % 3] * 10 ** (Math.floor(i / 3) - 2);
  return Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, i) => Number((i * step).toPrecision(6)));
}

// Strokes in a box of 1000 by 100: one for each unbroken run of bins, a dot for a lone bin.
function strokes(curve, end, [low, high]) {
  let path = "";
  let pen = "M";
  curve.values.forEach((value, i) => {
    if (value === null) { pen = "M"; return; }
    const y = 100 * (1 - (Math.min(high, Math.max(low, value)) - low) / (high - low || 1));
    path += `${pen}${((1000 * curve.t[i]) / (end || 1)).toFixed(0)} ${y.toFixed(0)}${pen === "M" ? "h3" : ""}`;
    pen = "L";
  });
  return path;
}

class Chart {
  // `lines` are {clip, place, curve, why, onset}: curve is null and `why` says so where there is none.
  // With `zoom` the time axis ends where the last clip ends that is shown.
  constructor(parent, { metric, title, hint, ends, limit, unit, end, lines, small, zoom }) {
    Object.assign(this, { metric, title, ends, limit, unit, end, lines, zoom, shown: new Set(lines.map((line) => line.place)) });
    this.figure = make(parent, "figure", "", { class: `chart a-${styleOf(axisOf(metric))}${small ? " small" : ""}` });
    this.#caption(hint);
    this.plot = make(this.figure, "div", "", { class: "plot" });
    this.marks = make(this.plot, "div", "", { class: "marks" });
    this.canvas = make(this.plot, "div");
    this.#draw();
    this.cursor = make(this.plot, "i", "", { class: "cursor" });
    this.#read();
    this.show(this.shown);
  }

  #caption(hint) {
    const caption = make(this.figure, "figcaption");
    const { url } = quantityOf(this.metric);
    const head = make(caption, "h3", url ? "" : this.title);
    if (url) make(head, "a", this.title, { href: ROOT + url });
    if (hint) make(caption, "span", hint, { class: "note" });
    this.#table(caption);
  }

  #draw() {
    const { limit, ends: [low, high] } = this;
    this.canvas.replaceChildren();
    const box = make(this.canvas, "div", "", { class: "box" });
    const svg = make(box, "svg", "", { role: "img", viewBox: "0 0 1000 100", preserveAspectRatio: "none", "aria-label": this.#told() });
    for (const at of timeMarks(this.end, 10)) {
      const x = (1000 * at) / (this.end || 1);
      make(svg, "line", "", { class: "grid", x1: x, x2: x, y1: 0, y2: 100 });
    }
    if (limit !== undefined) {
      const y = 100 * (1 - (limit - low) / (high - low));
      make(svg, "line", "", { class: "limit", x1: 0, x2: 1000, y1: y, y2: y });
      make(box, "span", `${limit} fails`, { class: "y mid", "aria-hidden": "true" });
    }
    for (const line of this.lines) {
      const look = { class: `m${line.clip.look}`, "data-clip": line.place };
      for (const onset of line.onset ?? []) {
        const x = (1000 * onset) / (this.end || 1);
        make(svg, "line", "", { ...look, class: `${look.class} onset`, x1: x, x2: x, y1: 0, y2: 100 });
      }
      for (const curve of line.curves) make(svg, "path", "", { ...look, d: strokes(curve, this.end, this.ends) });
    }
    const ends = this.ends.map((value) => (value === 1 ? "1" : figure(value, this.unit)));
    make(box, "span", `${ends[1]} ${this.unit}`.trim(), { class: "y top", "aria-hidden": "true" });
    if (low !== 0) make(box, "span", ends[0], { class: "y low", "aria-hidden": "true" });
    this.#lanes();
    const scale = make(this.canvas, "div", "", { class: "seconds", "aria-hidden": "true" });
    for (const at of timeMarks(this.end, 10)) make(scale, "span", at ? `${at}` : "0 s").style.left = `${(100 * at) / (this.end || 1)}%`;
  }

  // The chart in sentences, for those who do not see it.
  #told() {
    const lines = this.lines.map(({ clip, curves, why, onset }) => {
      const seen = curves.flatMap((curve) => curve.values.map((value, i) => [value, curve.t[i]]).filter(([value]) => value !== null));
      if (!seen.length) return `${clip.called}: ${why || "not measured"}`;
      const [top, at] = seen.reduce((best, point) => (point[0] > best[0] ? point : best));
      const fails = onset?.length ? `, fails from ${figure(onset[0], "s")} s` : "";
      return `${clip.called}: from ${figure(seen[0][0], "")} to ${figure(seen[seen.length - 1][0], "")}, highest ${figure(top, "")} at ${figure(at, "s")} s${fails}`;
    });
    return `${this.title}. ${lines.join(". ")}.`;
  }

  // Below the plot a thin bar for each clip with stretches that could not be measured.
  #lanes() {
    for (const { clip, place, curves, why } of this.lines) {
      const gaps = curves.length ? curves.flatMap(gapsOf) : [[0, clip.seconds]];
      if (!gaps.length) continue;
      const lane = make(this.canvas, "div", "", { class: `lane m${clip.look}`, "data-clip": place, title: `${clip.called}: ${why || "not measured"}` });
      for (const [from, to] of gaps) {
        const bar = make(lane, "i");
        bar.style.left = `${(100 * from) / (this.end || 1)}%`;
        bar.style.width = `${(100 * (Math.min(to, this.end) - from)) / (this.end || 1)}%`;
      }
    }
  }

  #read() {
    this.list = make(this.figure, "ul", "", { class: "read", "aria-label": `${this.title} at the cursor` });
    for (const line of this.lines) {
      line.row = make(this.list, "li", "", { class: `m${line.clip.look}`, "data-clip": line.place });
      make(line.row, "i", line.clip.marker);
      make(line.row, "span", line.clip.called, { class: "who" });
      line.value = make(line.row, "b");
    }
    this.at(0);
  }

  // Marks stand in rows where they would cover each other.
  #place(onSeek) {
    if (!this.lines.some(({ onset }) => onset?.length)) return;
    this.marks.replaceChildren();
    const width = this.plot.clientWidth || 800;
    const ends = [];
    const all = this.lines.filter(({ place }) => this.shown.has(place))
      .flatMap(({ clip, place, onset }) => (onset ?? []).map((at) => ({ clip, place, at })));
    for (const { clip, place, at } of all.sort((a, b) => a.at - b.at)) {
      const x = (width * at) / (this.end || 1);
      let row = ends.findIndex((end) => x - end > 4);
      if (row < 0) row = ends.length;
      ends[row] = x + 46;
      const told = `${this.title} of ${clip.called} fails at ${figure(at, "s")} s`;
      const mark = make(this.marks, "button", "", { type: "button", class: `m${clip.look}`, "data-clip": place, "aria-label": told, title: told, tabindex: -1 });
      make(mark, "i", clip.marker);
      mark.append(figure(at, "s"));
      mark.style.left = `${(100 * at) / (this.end || 1)}%`;
      mark.style.bottom = `${row * 1.05}rem`;
      if (x + 46 > width) mark.classList.add("late");
      mark.addEventListener("click", () => onSeek(at));
    }
    this.marks.style.height = `${ends.length * 1.05}rem`;
  }

  #table(caption) {
    const details = make(caption, "details", "", { class: "behind" });
    const summary = make(details, "summary");
    make(summary, "span", this.title, { class: "sr" });
    summary.append(" as a table");
    details.addEventListener("toggle", () => {
      if (!details.open || details.querySelector("table")) return;
      const drawn = this.lines.filter(({ curves }) => curves.length);
      const times = [...new Set(drawn.flatMap(({ curves }) => curves.flatMap((curve) => curve.t)))].sort((a, b) => a - b);
      const table = make(make(details, "div", "", { class: "scroll" }), "table", "", { class: "plain" });
      const head = make(make(table, "thead"), "tr");
      make(head, "th", "second", { scope: "col" });
      for (const { clip } of drawn) make(head, "th", clip.called, { scope: "col" });
      const body = make(table, "tbody");
      for (const t of times) {
        const row = make(body, "tr");
        make(row, "th", figure(t, "s"), { scope: "row" });
        for (const { curves } of drawn) {
          const seen = curves.map((curve) => curve.values[curve.t.indexOf(t)] ?? null).filter((value) => value !== null);
          make(row, "td", seen.map((value) => figure(value, this.unit)).join(" / ") || "–", { class: "n" });
        }
      }
    });
  }

  // What is out of sight is brought up to date when it comes into sight.
  set seen(seen) {
    this.unseen = !seen;
    if (!seen) return;
    if (this.waiting) this.show(this.waiting);
    else this.at(this.now, true);
  }

  // Shows the lines of these clips.
  show(places, onSeek = this.onSeek) {
    this.onSeek = onSeek;
    this.waiting = this.unseen ? places : null;
    if (this.unseen) return;
    this.shown = places;
    const end = Math.max(0, ...this.lines.filter(({ place }) => places.has(place)).map(({ clip }) => clip.seconds));
    if (this.zoom && end && end !== this.end) {
      this.end = end;
      this.#draw();
    }
    for (const part of this.figure.querySelectorAll("[data-clip]")) {
      const out = !places.has(Number(part.dataset.clip));
      if (part.closest("svg")) part.classList.toggle("out", out);
      else part.hidden = out;
    }
    this.#place((at) => this.onSeek?.(at));
    this.at(this.now, true);
  }

  // Moves the cursor to a second and reads every line off there.
  at(t, again = false) {
    this.now = t;
    if (this.unseen) return;
    this.cursor.style.left = `${Math.min(100, (100 * t) / (this.end || 1))}%`;
    for (const line of this.lines) {
      if (!this.shown.has(line.place)) continue;
      const bin = line.curves.map((curve) => placeAt(curve, t)).join();
      if (bin === line.bin && !again) continue;
      line.bin = bin;
      const seen = line.curves.map((curve) => valueAt(curve, t));
      const text = seen.map((value) => (value === null ? "–" : String(Number(value.toPrecision(2))).replace("-", "\u2212"))).join(" / ");
      line.value.textContent = t > line.clip.seconds + 0.01 ? "ended" : text || "–";
    }
  }
}
