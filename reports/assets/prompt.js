"use strict";
// A prompt's page: players that run as one, one time cursor for stills, curves and slider, and what is shown of it.

const data = Object.values(window.steadybenchPrompts)[0];
const LIVE = 8; // players that hold a file at the same time
const SPEEDS = [0.25, 0.5, 1, 2, 4];
const KEYS = [
  ["Space k", "play or pause"], ["← →", "one second back or on"], [", .", "one frame back or on"], ["[ ]", "slower, faster"],
  ["Home End", "first or last frame"], ["j", "next onset"], ["l", "loop the worst second, and stop looping"],
  ["1 … 8", "this method alone, and all again"], ["Esc", "all methods again"], ["d", "how far the players are apart"],
];

const by = (id) => document.getElementById(id);
const cards = data.clips.map(({ key }) => by(key));
const methods = [...new Set(data.clips.map(({ method }) => method))];
const seeds = [...new Set(data.clips.map(({ seed }) => seed))].sort((a, b) => (a === null) - (b === null) || a - b);
const seeded = seeds.length > 1;
for (const clip of data.clips) clip.called = seeded && clip.seed !== null ? `${clip.short} seed ${clip.seed}` : clip.short;

const state = { seed: seeded ? seeds[0] : undefined, hidden: new Set(), solo: -1, debug: false };
const pick = [];
let charts = [];
let near = new Set();
let live = [];
let worstSkew = 0;

const ofSeed = ({ seed }) => state.seed === undefined || seed === state.seed;
const chosen = (i) => ofSeed(data.clips[i]) && !state.hidden.has(methods.indexOf(data.clips[i].method));
const visible = (i) => chosen(i) && (state.solo < 0 || state.solo === i);
const shown = () => data.clips.map((_, i) => i).filter(visible);

// ---- players

const playable = data.clips.map((clip, i) => (clip.video ? i : -1)).filter((i) => i >= 0);
const deck = new Deck(
  playable.map((i) => ({ video: cards[i].querySelector("video"), src: `../${data.clips[i].video}`, seconds: data.clips[i].seconds, fps: data.clips[i].fps })),
  { onTick: show, onState: told, seconds: data.seconds },
);

// At most eight players hold a file: those nearest to the middle of the window.
function relive() {
  const middle = innerHeight / 2;
  const far = (i) => {
    const box = cards[i].getBoundingClientRect();
    return Math.abs((box.top + box.bottom) / 2 - middle);
  };
  const able = playable.filter(visible);
  const close = able.filter((i) => near.has(i));
  const pool = close.length ? close : able.filter((i) => live.includes(i));
  live = (pool.length ? pool : able).map((i) => [far(i), i]).sort(([a], [b]) => a - b).slice(0, LIVE).map(([, i]) => i);
  deck.use(live.map((i) => playable.indexOf(i)));
}

function onScreen() {
  const watch = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) {
      const i = cards.indexOf(target);
      if (isIntersecting) near.add(i);
      else near.delete(i);
    }
    relive();
  }, { rootMargin: "50% 0px" });
  cards.forEach((card) => watch.observe(card));
}

function prepareCards() {
  cards.forEach((card, i) => {
    const clip = data.clips[i];
    card.dataset.clip = i;
    const video = card.querySelector("video");
    if (!video) return;
    video.setAttribute("aria-label", clip.called);
    video.addEventListener("click", () => deck.toggle());
    video.addEventListener("error", () => {
      if (video.hasAttribute("src") && !card.querySelector(".fault")) make(card, "p", "This browser cannot play the file.", { class: "about fault", role: "status" });
    });
    const strip = card.querySelector(".strip");
    make(strip, "i", "", { class: "cursor" });
    scrub(strip, () => clip.seconds);
    tools(card, clip, i);
  });
}

function tools(card, clip, i) {
  const place = make(card, "p", "", { class: "tools" });
  const button = (text, does) => {
    const made = make(place, "button", text, { type: "button", "aria-label": `${text} ${clip.called}`, "aria-pressed": "false" });
    made.addEventListener("click", does);
    return made;
  };
  if (data.clips.length > 1) {
    card.enlarge = button("Enlarge", () => solo(i));
    card.compare = button("Compare", () => compare(i));
    const more = make(place, "a", "Details", { href: `#d-${clip.key}`, "aria-label": `Details of ${clip.called}` });
    more.addEventListener("click", () => { by(`d-${clip.key}`).open = true; });
  }
  make(place, "a", "File", { href: `../${clip.video}`, "aria-label": `File of ${clip.called}` });
}

// ---- time

// Pressing and dragging on stills or curves goes there.
function scrub(place, seconds) {
  const seekTo = (event) => {
    const box = place.getBoundingClientRect();
    deck.seek(Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * seconds());
  };
  place.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest("button, a, summary")) return;
    event.preventDefault();
    seekTo(event);
    place.addEventListener("pointermove", seekTo);
    const end = () => place.removeEventListener("pointermove", seekTo);
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, end, { once: true });
  });
}

function show(t) {
  if (t > 0) by("clips").classList.add("started");
  bar.clock.textContent = `${t.toFixed(2)} s`;
  bar.slider.value = t;
  bar.slider.setAttribute("aria-valuetext", `${t.toFixed(1)} seconds`);
  for (const i of shown()) {
    const cursor = cards[i].querySelector(".cursor");
    if (cursor) cursor.style.left = `${Math.min(100, (100 * t) / (data.clips[i].seconds || 1))}%`;
  }
  for (const chart of charts) chart.at(t);
}

function told({ playing, rate, skewMs, loop }) {
  bar.play.textContent = playing ? "Pause" : "Play";
  bar.play.setAttribute("aria-pressed", String(playing));
  bar.speed.value = String(rate);
  bar.loop.setAttribute("aria-pressed", String(Boolean(loop)));
  worstSkew = Math.max(worstSkew, skewMs);
  if (playing) by("clips").classList.add("started");
  if (state.debug) bar.debug.textContent = `players ${skewMs.toFixed(0)} ms apart, at most ${worstSkew.toFixed(0)} ms; ${live.length} hold a file`;
  if (!playing) keep();
}

function nextOnset() {
  const times = shown().flatMap((i) => data.clips[i].jumps.map(([at]) => at)).sort((a, b) => a - b);
  const next = times.find((t) => t > deck.time + 0.01) ?? times[0];
  if (next === undefined) return say("No onset came.");
  deck.seek(next);
  const at = shown().flatMap((i) => data.clips[i].jumps.filter(([t]) => t === next).map(([, axis]) => `${titleOf(axis).toLowerCase()} of ${data.clips[i].called}`));
  say(`${figure(next, "s")} s: ${at.join(", ")}`);
}

// The bin with the highest level of any clip that is shown, and a second at least.
function worstSecond() {
  let worst = null;
  for (const i of shown()) {
    for (const [axis, curves] of Object.entries(data.clips[i].levels)) {
      for (const curve of curves.map((each) => decode(each, data.grid))) {
        curve.values.forEach((value, k) => {
          if (value !== null && (!worst || value > worst.value)) worst = { value, axis, i, at: curve.t[k], width: Math.max(1, binOf(curve)) };
        });
      }
    }
  }
  return worst;
}

function loopWorst() {
  if (deck.loop) {
    deck.loop = null;
    return say("");
  }
  const worst = worstSecond();
  if (!worst) return say("No level was measured.");
  const start = Math.max(0, Math.min(worst.at - worst.width / 2, deck.seconds - worst.width));
  deck.seek(start);
  deck.loop = [start, Math.min(deck.seconds, start + worst.width)];
  deck.play();
  say(`Looping ${figure(start, "s")} to ${figure(start + worst.width, "s")} s: ${titleOf(worst.axis).toLowerCase()} of ${data.clips[worst.i].called}, ${figure(worst.value, "")}`);
}

function faster(step) {
  const at = SPEEDS.indexOf(deck.rate);
  deck.rate = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at + step))];
}

// ---- what is shown

function apply() {
  const places = new Set(shown());
  const end = Math.max(...[...places].map((i) => data.clips[i].seconds), 0.01);
  cards.forEach((card, i) => {
    card.hidden = !places.has(i);
    const strip = card.querySelector(".strip");
    // Stills of a shorter clip end where it ends, but can be told apart.
    if (strip) strip.style.width = `${Math.max(25, Math.min(100, (100 * data.clips[i].seconds) / end))}%`;
    card.enlarge?.setAttribute("aria-pressed", String(state.solo === i));
  });
  document.querySelectorAll(".scores tbody tr").forEach((row, i) => { row.hidden = !chosen(i); });
  listed.forEach((details, i) => { details.hidden = !chosen(i); });
  by("main").classList.toggle("one", places.size === 1);
  by("clips").classList.toggle("one", places.size === 1);
  for (const [i, chip] of chips.entries()) chip.setAttribute("aria-pressed", String(!state.hidden.has(i)));
  for (const chart of charts) chart.show(places, (t) => deck.seek(t));
  relive();
  show(deck.time);
  keep();
}

function solo(i) {
  state.solo = state.solo === i ? -1 : i;
  apply();
  if (state.solo >= 0) cards[i].scrollIntoView({ block: "nearest" });
}

function soloMethod(n) {
  const i = data.clips.findIndex((clip, at) => clip.method === methods[n] && chosen(at));
  if (i >= 0 && data.clips.length > 1) solo(i);
}

function compare(i) {
  if (pick.includes(i)) pick.splice(pick.indexOf(i), 1);
  else pick.push(i);
  if (pick.length > 2) pick.shift();
  cards.forEach((card, k) => card.compare?.setAttribute("aria-pressed", String(pick.includes(k))));
  bar.pair.hidden = pick.length < 2;
  if (pick.length < 2) return say(pick.length ? "Choose a second clip to compare." : "");
  const [a, b] = pick.map((k) => data.clips[k]);
  bar.pair.href = `../pair.html#a=${a.key}&b=${b.key}&t=${deck.time.toFixed(2)}`;
  bar.pair.textContent = `Compare ${a.called} with ${b.called} →`;
  say("");
}

// A method under the pointer stands out in every chart.
function highlight() {
  const light = (target) => {
    const at = target?.closest?.("[data-clip]")?.dataset.clip;
    if (at === by("main").dataset.hot) return;
    if (at === undefined) delete by("main").dataset.hot;
    else by("main").dataset.hot = at;
    document.querySelectorAll("#time [data-clip]").forEach((part) => part.classList.toggle("hot", part.dataset.clip === at));
  };
  by("main").addEventListener("pointerover", (event) => light(event.target));
  by("main").addEventListener("pointerleave", () => light(null));
}

// ---- the line of controls

function say(text) { bar.said.textContent = text; }

function controls() {
  const place = by("bar");
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", "Players");
  const button = (text, label, does) => {
    const made = make(place, "button", text, { type: "button", ...(label ? { "aria-label": label, title: label } : {}) });
    made.addEventListener("click", does);
    return made;
  };
  const found = {};
  found.play = button("Play", "", () => deck.toggle());
  found.play.className = "play";
  button("−1", "One frame back", () => deck.step(-1));
  button("+1", "One frame on", () => deck.step(1));
  found.slider = make(place, "input", "", { type: "range", min: 0, max: data.seconds, step: 0.01, value: 0, "aria-label": "Time" });
  found.slider.addEventListener("input", () => deck.seek(Number(found.slider.value)));
  found.clock = make(place, "output", "0.00 s", { class: "clock" });
  const label = make(place, "label", "Speed ", { class: "speed" });
  found.speed = make(label, "select");
  for (const speed of SPEEDS) make(found.speed, "option", `${speed}×`, { value: speed });
  found.speed.value = "1";
  found.speed.addEventListener("change", () => { deck.rate = Number(found.speed.value); });
  found.next = button("Next onset", "", nextOnset);
  found.loop = button("Loop worst second", "", loopWorst);
  found.loop.setAttribute("aria-pressed", "false");
  if (seeded) seedChoice(place);
  found.pair = make(place, "a", "", { class: "pair", hidden: "" });
  found.said = make(place, "output", "", { class: "said", role: "status" });
  found.debug = make(place, "output", "", { class: "debug" });
  return found;
}

function seedChoice(place) {
  const select = make(make(place, "label", "Seed "), "select", "", { id: "seed" });
  for (const seed of [...seeds, undefined]) make(select, "option", seed === undefined ? "all" : seed ?? "none", { value: `${seed}` });
  select.value = `${state.seed}`;
  select.addEventListener("change", () => {
    state.seed = [...seeds, undefined].find((seed) => `${seed}` === select.value);
    state.solo = -1;
    apply();
  });
}

// One switch for each method: marker, colour and dash of all its lines.
function legend() {
  if (methods.length < 2) return [];
  const group = make(by("bar"), "div", "", { class: "chips", role: "group", "aria-label": "Methods shown" });
  return methods.map((method, n) => {
    const clip = data.clips.find((each) => each.method === method);
    const chip = make(group, "button", "", { type: "button", class: `m${clip.look}`, "aria-pressed": "true", title: `Show or hide ${method}`, "data-clip": data.clips.indexOf(clip) });
    make(chip, "i", clip.marker);
    const line = make(chip, "svg", "", { width: 22, height: 8, "aria-hidden": "true" });
    make(line, "path", "", { d: "M0 4h22" });
    make(chip, "span", clip.short);
    chip.addEventListener("click", () => {
      if (!state.hidden.delete(n)) state.hidden.add(n);
      if (state.hidden.size === methods.length) state.hidden.clear();
      state.solo = -1;
      apply();
    });
    return chip;
  });
}

// ---- curves

const inSight = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) target.chart.seen = isIntersecting;
}, { rootMargin: "30% 0px" });

const curvesOf = (clip, metric) => {
  const [axis, name] = [axisOf(metric), metric.slice(axisOf(metric).length + 1)];
  const packed = name === "level" ? clip.levels[axis] ?? [] : clip.curves.filter(([at]) => data.curves[at] === metric).map(([, ...rest]) => rest);
  return packed.map((each) => decode(each, data.grid));
};

function whyNot(clip, axis) {
  const found = readingsOf(data, clip).find(({ metric }) => metric === `${axis}.onset`);
  return found?.reason ? `${found.status}: ${found.reason}` : "no curve was kept";
}

function chart(place, metric, small = false) {
  const axis = axisOf(metric);
  const level = metric.endsWith(".level");
  const { meaning, unit } = quantityOf(metric);
  const lines = data.clips.map((clip, i) => {
    const curves = curvesOf(clip, metric);
    const onset = small ? [] : clip.jumps.filter(([, other]) => other === axis).map(([at]) => at);
    return { clip, place: i, curves, onset, why: curves.length ? "" : whyNot(clip, axis) };
  });
  const seen = lines.flatMap(({ curves }) => curves.flatMap(({ low, high }) => [low, high]));
  const drawn = new Chart(place, {
    metric, lines, small, end: data.seconds, zoom: true, unit: level ? "" : unit, limit: level ? 0.5 : undefined,
    ends: level ? [0, 1] : [Math.min(0, ...seen), Math.max(0, ...seen)],
    title: level ? titleOf(axis) : small ? nameOf(metric) : `${titleOf(axis)}: ${nameOf(metric)}`,
    hint: level ? "level, 0 steady to 1 worst" : small ? meaning : "a tick where the camera is said to move",
  });
  scrub(drawn.plot, () => drawn.end);
  charts.push(drawn);
  drawn.figure.chart = drawn;
  if (small) inSight.observe(drawn.figure);
  return drawn;
}

function drawCharts() {
  const section = by("time");
  const measured = [...new Set(data.clips.flatMap(({ levels }) => Object.keys(levels)))];
  const absent = ["drift", "stagnation", "hardening"].filter((axis) => data.numbers.some(([, metrics]) => metrics.includes(`${axis}.onset`)) && !measured.includes(axis));
  const order = ["drift", "stagnation", "hardening"];
  const axes = [...measured, ...absent].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  for (const axis of axes) chart(section, `${axis}.level`);
  const camera = data.curves.find((metric) => metric === "premise.displacement");
  if (camera) chart(section, camera);
  const more = data.curves.filter((metric) => metric !== camera);
  if (more.length) furtherCurves(section, more);
  section.hidden = !section.querySelector(".chart");
}

// What the levels are made of is drawn when it is asked for.
function furtherCurves(section, metrics) {
  const details = make(section, "details", "", { id: "more" });
  make(details, "summary", `${metrics.length} more ${metrics.length === 1 ? "curve" : "curves"}`);
  details.addEventListener("toggle", () => {
    if (!details.open || details.querySelector("h3")) return;
    const wanted = [];
    for (const axis of new Set(metrics.map(axisOf))) {
      make(details, "h3", titleOf(axis), { class: `a-${styleOf(axis)}` });
      const grid = make(details, "div", "", { class: "smalls" });
      for (const metric of metrics.filter((each) => axisOf(each) === axis)) wanted.push([grid, metric]);
    }
    // One chart a frame, so that the page answers meanwhile.
    const draw = () => {
      const next = wanted.shift();
      if (!next) return;
      const drawn = chart(...next, true);
      drawn.show(new Set(shown()));
      drawn.at(deck.time);
      requestAnimationFrame(draw);
    };
    draw();
  });
}

// ---- keys

function keyed() {
  const keys = {
    " ": () => deck.toggle(), k: () => deck.toggle(), ArrowLeft: () => deck.seek(deck.time - 1), ArrowRight: () => deck.seek(deck.time + 1),
    ",": () => deck.step(-1), ".": () => deck.step(1), "[": () => faster(-1), "]": () => faster(1), j: nextOnset, l: loopWorst,
    Home: () => deck.seek(0), End: () => deck.seek(deck.seconds), Escape: () => { if (state.solo >= 0) solo(state.solo); }, d: () => debug(!state.debug),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const on = event.target;
    const slider = on === bar.slider && !/^(Arrow|Home|End|Page)/.test(event.key);
    if (on.closest("input, select, textarea, summary, dialog") && !slider) return;
    if ((event.key === " " && on.closest("button, a")) || (/^(Home|End|Arrow)/.test(event.key) && on.closest(".scroll"))) return;
    const does = /^[1-8]$/.test(event.key) ? () => soloMethod(Number(event.key) - 1) : keys[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });
  window.steadybenchKeys?.(KEYS);
}

function debug(on) {
  state.debug = on;
  worstSkew = 0;
  bar.debug.textContent = on ? "players 0 ms apart" : "";
  keep();
}

// ---- the address keeps what is shown

let waiting = 0;
let key = "";
function keep() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const parts = [key];
    if (deck.time > 0) parts.push(`t=${Number(deck.time.toFixed(3))}`);
    if (seeded && state.seed !== seeds[0]) parts.push(`seed=${state.seed}`);
    if (state.hidden.size) parts.push(`hide=${[...state.hidden].sort((a, b) => a - b).map((n) => n + 1).join(".")}`);
    if (state.solo >= 0) parts.push(`solo=${data.clips[state.solo].key}`);
    if (state.debug) parts.push("debug");
    const wanted = parts.filter(Boolean).join("&");
    if (wanted !== location.hash.slice(1)) history.replaceState(null, "", wanted ? `#${wanted}` : location.pathname + location.search);
  }, 250);
}

function recall() {
  const parts = location.hash.slice(1).split("&");
  const named = new Map(parts.map((part) => part.split("=")));
  const at = (wanted) => data.clips.findIndex((clip) => clip.key === wanted);
  key = parts.find((part) => at(part) >= 0) ?? "";
  const focus = at(key);
  if (seeded) {
    const seed = [...seeds, undefined].find((each) => `${each}` === named.get("seed"));
    state.seed = named.has("seed") ? seed : focus >= 0 ? data.clips[focus].seed : state.seed;
    if (by("seed")) by("seed").value = `${state.seed}`;
  }
  state.hidden = new Set((named.get("hide") ?? "").split(".").map((n) => Number(n) - 1).filter((n) => methods[n]));
  state.solo = at(named.get("solo"));
  state.debug = named.has("debug");
  apply();
  if (named.has("t")) deck.stand(Number(named.get("t")) || 0);
  if (focus < 0 || data.clips.length === 1) return;
  cards.forEach((card, i) => card.classList.toggle("meant", i === focus));
  listed[focus].open = true;
  cards[focus].scrollIntoView({ block: "center" });
}

// Each heading leads to the card of its number.
function linkHeads() {
  for (const head of document.querySelectorAll(".scores [data-metric]")) {
    const { url, meaning } = quantityOf(head.dataset.metric);
    head.title = meaning;
    if (!url) continue;
    const text = head.textContent;
    head.textContent = "";
    make(head, "a", text, { href: `../${url}` });
  }
}

by("main").classList.toggle("nameless", !data.clips[0].method);
const bar = controls();
const chips = legend();
prepareCards();
const listed = listDetails(by("details"), data);
drawCharts();
linkHeads();
keyed();
highlight();
onScreen();
recall();
addEventListener("hashchange", recall);
addEventListener("beforeprint", () => { for (const each of charts) each.seen = true; });
let width = innerWidth;
addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; apply(); } });
