"use strict";
// A prompt's page: players that run as one, one time cursor for stills, curves and slider, and what is shown of it.

const data = Object.values(window.steadybenchPrompts)[0];
const LIVE = 8; // players that hold a file at the same time
const KEYS = [
  ["Space k", "play or pause"], ["← →", "one second back or on"], [", .", "one frame back or on"], ["[ ]", "slower, faster"],
  ["Home End", "first or last frame"], ["j", "next onset"], ["l", "loop the worst second, and stop looping"],
  ["1 … 8", "this method alone, and all again"], ["Esc", "all methods again"], ["d", "how far the players are apart"],
];

const cards = data.clips.map(({ key }) => by(key));
const methods = [...new Set(data.clips.map(({ method }) => method))];
const seeds = [...new Set(data.clips.map(({ seed }) => seed))].sort((a, b) => (a === null) - (b === null) || a - b);
const seeded = seeds.length > 1;
for (const clip of data.clips) clip.called = seeded && clip.seed !== null ? `${clip.short} seed ${clip.seed}` : clip.short;

const state = { seed: seeded ? seeds[0] : undefined, hidden: new Set(), solo: -1, debug: false };
const pick = [];
let near = new Set();
let live = [];
let worstSkew = 0;

const ofSeed = ({ seed }) => state.seed === undefined || seed === state.seed;
const chosen = (i) => ofSeed(data.clips[i]) && !state.hidden.has(methods.indexOf(data.clips[i].method));
const visible = (i) => chosen(i) && (state.solo < 0 || state.solo === i);
const shown = () => data.clips.map((_, i) => i).filter(visible);

// ---- players

// Made here, since nothing plays without a script; until then stills stand for them.
function player({ poster, width, height }) {
  const screen = document.createElement("div");
  screen.className = "screen";
  screen.append(Object.assign(document.createElement("video"), { preload: "none", poster: `../${poster}`, width, height }));
  return screen;
}
data.clips.forEach((clip, i) => { if (clip.video) cards[i].querySelector(".strip").before(player(clip)); });

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

// ---- keys

function keyed() {
  const keys = {
    " ": () => deck.toggle(), k: () => deck.toggle(), ArrowLeft: () => deck.seek(deck.time - 1), ArrowRight: () => deck.seek(deck.time + 1),
    ",": () => deck.step(-1), ".": () => deck.step(1), "[": () => faster(-1), "]": () => faster(1), j: nextOnset, l: loopWorst,
    Home: () => deck.seek(0), End: () => deck.seek(deck.seconds), Escape: () => { if (state.solo >= 0) solo(state.solo); }, d: () => debug(!state.debug),
  };
  onKeys((key) => (/^[1-8]$/.test(key) ? () => soloMethod(Number(key) - 1) : keys[key]));
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
