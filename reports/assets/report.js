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

function valueAt(curve, t) {
  const n = curve.v.length;
  if (!n) return null;
  let i;
  if (curve.t) {
    i = 0;
    for (let k = 1; k < n; k++) if (Math.abs(curve.t[k] - t) < Math.abs(curve.t[i] - t)) i = k;
  } else {
    i = Math.min(n - 1, Math.max(0, Math.round((t - curve.t0) / curve.dt)));
  }
  return curve.v[i];
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
  by("controls").lastElementChild.insertAdjacentHTML("beforebegin", '<output id="clock"></output>');
  by("timeline").insertAdjacentHTML("beforeend", '<svg class="cursor" aria-hidden="true"><line id="cursor" y2="100%"/></svg>');
  by("timeline").insertAdjacentHTML("afterend", KEYS);
  video.insertAdjacentHTML("afterend", '<button type="button" class="big" id="start" aria-label="Play the clip"></button>');
  for (const band of by("timeline").querySelectorAll(".band:not(:has(.absent))")) {
    band.insertAdjacentHTML("beforeend", '<text class="now" x="100%" dx="-6" y="15"></text>');
  }
  const [play, start, clock, speed, timeline, cursor] = ["play", "start", "clock", "speed", "timeline", "cursor"].map(by);
  const jumps = [...document.querySelectorAll(".jump")];
  const readouts = [...timeline.querySelectorAll(".band .now")];
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
    readouts.forEach((text, i) => {
      const value = valueAt(data.curves[i], t);
      text.textContent = value === null ? "–" : String(Number(value.toPrecision(2)));
    });
  }
  // The file is attached on the first action only: a page that is opened loads no video.
  function attach() {
    if (video.hasAttribute("src")) return;
    video.src = video.dataset.src;
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
}

// What each number means stands once for all pages; it fills the cells that have no reason to show.
function explain(meanings) {
  for (const cell of document.querySelectorAll("[data-metric]")) {
    const last = cell.parentElement.lastElementChild;
    const meaning = meanings[cell.dataset.metric];
    if (meaning && !last.textContent.trim()) {
      last.textContent = meaning;
      last.className = "none";
    }
  }
}

if (window.steadybenchMeanings) explain(window.steadybenchMeanings);
for (const row of document.querySelectorAll(".matrix tbody tr")) {
  row.addEventListener("click", (event) => { if (!event.target.closest("a")) row.querySelector("a").click(); });
}
document.querySelectorAll("table[data-sortable]").forEach(sortable);
if (document.getElementById("find")) finder(document.getElementById("find"));
if (document.getElementById("video")) player(document.getElementById("video"), window.steadybench);
