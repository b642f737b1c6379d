"use strict";
// Without this script the pages can be read in full; it adds sorting, finding and the player's controls.

function sortable(table) {
  const rows = () => [...table.tBodies[0].rows];
  const heads = [...table.querySelectorAll("th[aria-sort]")];
  const column = new Map();
  // Two heading rows: cells that span both come first, then the pairs below each group.
  const [top, under] = table.tHead.rows;
  let at = 0;
  const queue = under ? [...under.cells] : [];
  for (const cell of top.cells) {
    if (cell.rowSpan > 1 || !under) column.set(cell, at++);
    else for (let i = 0; i < cell.colSpan; i++) column.set(queue.shift(), at++);
  }
  const value = (row, i) => {
    const cell = row.cells[i];
    const text = cell.dataset.sort ?? cell.textContent.trim();
    const number = Number(text);
    return text !== "" && Number.isFinite(number) ? number : text.toLowerCase();
  };
  for (const head of heads) {
    head.querySelector("button").addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.setAttribute("aria-sort", "none"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const i = column.get(head);
      const order = rows().map((row) => [value(row, i), row]);
      const sign = down ? -1 : 1;
      order.sort(([a], [b]) => sign * (typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0) : typeof a === "number" ? -1 : 1));
      table.tBodies[0].append(...order.map(([, row]) => row));
    });
  }
}

function finder(input) {
  const cards = [...document.querySelectorAll(".card")];
  const found = document.getElementById("found");
  const find = () => {
    const wanted = input.value.trim().toLowerCase();
    let n = 0;
    for (const card of cards) {
      const hit = card.textContent.toLowerCase().includes(wanted);
      card.hidden = !hit;
      n += hit;
    }
    found.textContent = wanted ? `${n} of ${cards.length} clips` : "";
    history.replaceState(null, "", wanted ? `#find=${encodeURIComponent(wanted)}` : "#clips");
  };
  const recall = () => {
    const kept = /^#find=(.+)$/.exec(location.hash);
    if (!kept) return;
    input.value = decodeURIComponent(kept[1]);
    find();
    document.getElementById("clips").scrollIntoView();
  };
  input.addEventListener("input", find);
  addEventListener("hashchange", recall);
  recall();
}

// Curves come as text, a character a bin: 91 steps between the ends of the range, blanks where nothing was measured.
function decode([id, low, high, text, t], [t0, dt]) {
  const step = (code) => code - 35 - (code > 92);
  const values = [...text].map((c) => (c === " " ? null : low + ((high - low) * step(c.charCodeAt(0))) / 90));
  return { id, low, high, values, t: t ?? values.map((_, i) => t0 + i * dt) };
}

// The levels are read off the paths that the page holds: M x y, then relative steps.
function levelOf(band, seconds) {
  const curve = { values: [], t: [] };
  for (const stroke of (band.querySelector("svg:not(.onset) path")?.getAttribute("d") ?? "").match(/M[^M]+/g) ?? []) {
    let [x, y] = [0, 0];
    const n = stroke.replace("h6", "").match(/-?\d+/g).map(Number);
    for (let i = 0; i < n.length; i += 2) {
      [x, y] = [x + n[i], y + n[i + 1]];
      curve.t.push((x * seconds) / 1000);
      curve.values.push(1 - y / 100);
    }
  }
  return curve;
}

function valueAt(curve, t) {
  let i = 0;
  for (let k = 1; k < curve.t.length; k++) if (Math.abs(curve.t[k] - t) < Math.abs(curve.t[i] - t)) i = k;
  const near = Math.abs(curve.t[i] - t) <= (curve.t[1] - curve.t[0] || 1);
  return near ? curve.values[i] ?? null : null;
}

const LEGEND = window.steadybenchLegend ?? { axes: {}, quantities: {} };
const axisOf = (id) => id.split(".")[0];
const nameOf = (id) => id.slice(axisOf(id).length + 1).replaceAll("_", " ");
const titleOf = (axis) => LEGEND.axes[axis] ?? axis;
const unitOf = (id) => (LEGEND.quantities[id] ?? ["", ""])[1];

// The same rules as for the numbers written into the pages; there an exact half goes to the even digit.
function fixed(value, places) {
  const scaled = value * 10 ** places;
  const below = Math.floor(scaled);
  const half = scaled - below === 0.5 && Number.isInteger(value * 2 ** (places + 1));
  return (half && below % 2 === 0 ? below / 10 ** places : value).toFixed(places);
}

function figure(value, unit) {
  const size = Math.abs(value);
  const sign = value < 0 ? "\u2212" : "";
  if (unit === "s") return sign + fixed(size, 1);
  if (size < 0.0005) return size ? "~0" : "0";
  if (size >= 1e7) return sign + size.toExponential(2).replace(/\+(\d)$/, "+0$1");
  return sign + fixed(size, Math.max(0, Math.min(3, 2 - Math.floor(Math.log10(size)))));
}

function make(parent, tag, text = "", attributes = {}) {
  const inside = parent.closest("svg") || tag === "svg";
  const element = inside ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  parent.append(element);
  return element;
}

function drawBand(parent, curve, seconds) {
  const unit = unitOf(curve.id);
  const ends = [curve.low, curve.high].map((end) => figure(end, unit));
  const scale = `${curve.low < 0 ? `${ends[0]} to ` : ""}${ends[1]} ${unit}`.trim();
  const svg = make(parent, "svg", "", { class: `band a-${axisOf(curve.id)}`, role: "img" });
  const title = `${titleOf(axisOf(curve.id))}: ${nameOf(curve.id)} · ${scale}`;
  svg.setAttribute("aria-label", title);
  const box = make(svg, "svg", "", { viewBox: "0 -6 1000 112", preserveAspectRatio: "none" });
  let path = "";
  let pen = "M";
  curve.values.forEach((value, i) => {
    if (value === null) { pen = "M"; return; }
    const y = 100 * (1 - (value - curve.low) / (curve.high - curve.low || 1));
    path += `${pen}${((1000 * curve.t[i]) / (seconds || 1)).toFixed(0)} ${y.toFixed(0)}${pen === "M" ? "h3" : ""}`;
    pen = "L";
  });
  make(box, "path", "", { d: path });
  make(svg, "text", title, { class: "name" });
  return svg;
}

// The further curves are drawn when they are asked for.
function unfold(details, data, onBand) {
  details.addEventListener("toggle", () => {
    if (!details.open || details.querySelector("svg")) return;
    for (const curve of data.curves.map((each) => decode(each, data.grid))) {
      onBand(drawBand(details, curve, data.seconds), curve);
    }
  });
}

// What the headline numbers are made of, one table an axis.
function tabulate(place, parts) {
  place.replaceChildren();
  for (const part of parts) {
    const details = make(place, "details", "", { class: `a-${part.axis}` });
    const n = Object.keys(part.values).length;
    make(details, "summary", `${titleOf(part.axis)}: ${n} more ${n === 1 ? "number" : "numbers"}`);
    if (part.identity) make(make(details, "p", "identity ", { class: "note" }), "code", part.identity);
    const body = make(make(details, "table", "", { class: "plain" }), "tbody");
    for (const [name, found] of Object.entries(part.values)) {
      const id = `${part.axis}.${name}`;
      const [value, status, reason] = Array.isArray(found) ? found : [found, "ok", ""];
      const [meaning, unit, arrow] = LEGEND.quantities[id] ?? ["", "", ""];
      const row = make(body, "tr");
      make(row, "th", name.replaceAll("_", " "), { scope: "row" });
      const shown = value === null ? "–" : `${status === "censored" ? "≥ " : ""}${figure(value, unit)}`;
      make(row, "td", shown, { class: "n", "data-metric": id, ...(value === null ? {} : { title: value }) });
      make(row, "td", [unit, arrow].filter(Boolean).join(" "));
      make(row, "td", value === null ? `${status}: ${reason}` : reason || meaning, { class: "none" });
    }
  }
  addEventListener("beforeprint", () => place.querySelectorAll("details").forEach((details) => { details.open = true; }));
}

const CONTROLS = `
<button type="button" id="play" aria-pressed="false">Play</button>
<button type="button" id="back" title="one frame back (,)" aria-label="One frame back">−1</button>
<button type="button" id="on" title="one frame on (.)" aria-label="One frame on">+1</button>
<label>Speed <select id="speed"><option value="0.25">0.25×<option value="0.5">0.5×<option value="1" selected>1×<option value="2">2×<option value="4">4×</select></label>
`;
const KEYS = `<p class="note keys"><kbd>space</kbd> play or pause · <kbd>←</kbd> <kbd>→</kbd> one second
· <kbd>,</kbd> <kbd>.</kbd> one frame · <kbd>[</kbd> <kbd>]</kbd> speed · <kbd>j</kbd> next onset
· click the stills or a curve to go there</p>`;

// Controls that do nothing without this script are made by it; without it the page still links the file.
function player(video, data) {
  const by = (id) => document.getElementById(id);
  by("controls").insertAdjacentHTML("afterbegin", CONTROLS);
  const file = by("controls").lastElementChild;
  for (const [at, axis] of data.jumps) {
    const jump = make(by("controls"), "button", `✕ ${titleOf(axis)} ${figure(at, "s")} s`, { type: "button", class: "jump", "data-seek": at });
    file.before(jump);
  }
  file.insertAdjacentHTML("beforebegin", '<output id="clock"></output>');
  const slider = { tabindex: 0, role: "slider", "aria-label": "Time in the clip, seconds", "aria-valuemin": 0, "aria-valuemax": data.seconds };
  for (const [name, value] of Object.entries(slider)) by("timeline").setAttribute(name, value);
  by("timeline").insertAdjacentHTML("beforeend", '<svg class="cursor" aria-hidden="true"><line id="cursor" y2="100%"/></svg>');
  by("timeline").insertAdjacentHTML("afterend", KEYS);
  video.insertAdjacentHTML("afterend", '<button type="button" class="big" id="start" aria-label="Play the clip"></button>');
  const readout = (band) => make(band, "text", "", { class: "now", x: "100%", dx: -6, y: 15 });
  by("timeline").querySelectorAll(".band:not(:has(.absent))").forEach(readout);
  const [play, start, clock, speed, timeline, cursor] = ["play", "start", "clock", "speed", "timeline", "cursor"].map(by);
  const jumps = [...document.querySelectorAll(".jump")];
  const readouts = [...timeline.querySelectorAll(".band .now")].map((text) => [text, levelOf(text.parentElement, data.seconds)]);
  let aim = 0; // where to go once the file is there
  let raf = 0;

  const length = () => (Number.isFinite(video.duration) ? video.duration : data.seconds);
  const now = () => (video.readyState ? video.currentTime : aim);

  function show() {
    const t = now();
    clock.textContent = `${t.toFixed(2)} s`;
    const x = `${(100 * Math.min(1, t / (data.seconds || 1))).toFixed(2)}%`;
    cursor.setAttribute("x1", x);
    cursor.setAttribute("x2", x);
    timeline.setAttribute("aria-valuenow", t.toFixed(2));
    for (const [text, curve] of readouts) {
      const value = valueAt(curve, t);
      text.textContent = value === null ? "–" : String(Number(value.toPrecision(2)));
    }
  }
  // The file is attached on the first action only: a page that is opened loads no video.
  function attach() {
    if (video.hasAttribute("src")) return;
    video.src = by("controls").querySelector("a").href;
    video.addEventListener("loadedmetadata", () => { if (aim) video.currentTime = aim; }, { once: true });
    video.load();
  }
  function seek(t) {
    attach();
    aim = Math.max(0, Math.min(length() - 0.5 / data.fps, t));
    if (video.readyState) video.currentTime = aim;
    start.hidden = true;
    show();
  }
  function toggle() {
    attach();
    start.hidden = true;
    if (video.paused) {
      video.playbackRate = Number(speed.value);
      video.play().catch((fault) => { if (fault.name !== "AbortError") clock.textContent = "this browser cannot play the file"; });
    } else video.pause();
  }
  function step(frames) {
    video.pause();
    seek(now() + frames / data.fps);
  }
  function follow() {
    show();
    raf = video.paused ? 0 : requestAnimationFrame(follow);
  }
  function faster(by) {
    speed.selectedIndex = Math.max(0, Math.min(speed.options.length - 1, speed.selectedIndex + by));
    video.playbackRate = Number(speed.value);
  }
  function nextOnset() {
    const times = jumps.map((jump) => Number(jump.dataset.seek));
    const next = times.find((t) => t > now() + 0.01) ?? times[0];
    if (next !== undefined) seek(next);
  }

  play.addEventListener("click", toggle);
  start.addEventListener("click", toggle);
  video.addEventListener("click", toggle);
  by("back").addEventListener("click", () => step(-1));
  by("on").addEventListener("click", () => step(1));
  speed.addEventListener("change", () => faster(0));
  jumps.forEach((jump) => jump.addEventListener("click", () => seek(Number(jump.dataset.seek))));
  const playing = (yes) => {
    play.textContent = yes ? "Pause" : "Play";
    play.setAttribute("aria-pressed", String(yes));
    if (yes && !raf) follow();
  };
  video.addEventListener("play", () => playing(true));
  video.addEventListener("pause", () => playing(false));
  video.addEventListener("ended", () => playing(false));
  video.addEventListener("seeked", show);

  const seekTo = (event) => {
    const box = timeline.getBoundingClientRect();
    seek(data.seconds * (event.clientX - box.left) / box.width);
  };
  timeline.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest("summary")) return;
    seekTo(event);
    timeline.addEventListener("pointermove", seekTo);
    addEventListener("pointerup", () => timeline.removeEventListener("pointermove", seekTo), { once: true });
  });

  const keys = {
    " ": toggle, k: toggle, ArrowLeft: () => seek(now() - 1), ArrowRight: () => seek(now() + 1),
    ",": () => step(-1), ".": () => step(1), "[": () => faster(-1), "]": () => faster(1), j: nextOnset,
    Home: () => seek(0), End: () => seek(length()),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const on = event.target;
    if (on.closest("input, select, summary") || (event.key === " " && on.closest("button, a"))) return;
    if ((event.key === "Home" || event.key === "End") && on !== timeline) return;
    if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  show();
  return (band, curve) => { readouts.push([readout(band), curve]); show(); };
}

for (const row of document.querySelectorAll(".matrix tbody tr")) {
  row.addEventListener("click", (event) => { if (!event.target.closest("a")) row.querySelector("a").click(); });
}
document.querySelectorAll("table[data-sortable]").forEach(sortable);
if (document.getElementById("find")) finder(document.getElementById("find"));
const data = window.steadybench;
const video = document.getElementById("video");
const onBand = video ? player(video, data) : () => {};
if (document.getElementById("more")) unfold(document.getElementById("more"), data, onBand);
if (document.getElementById("parts")) tabulate(document.getElementById("parts"), data.parts);
