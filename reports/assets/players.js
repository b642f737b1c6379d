"use strict";
// What pages with players share: their speeds, going through time by mouse, and the rules by which keys are heard.

const SPEEDS = [0.25, 0.5, 1, 2, 4];
const by = (id) => document.getElementById(id);

function faster(step) {
  const at = SPEEDS.indexOf(deck.rate);
  deck.rate = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at + step))];
}

// Pressing and dragging on an element seeks; `seconds` gives how long it stands for.
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

// `action` gives what a key does, if anything. Keys that mean something where the focus is keep their meaning.
function onKeys(action) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !deck) return;
    const { key, target } = event;
    const moves = /^(Arrow|Home|End|Page)/.test(key);
    const free = !moves && (target.matches("input[type=range]") || (target.matches("input[type=radio]") && key !== " "));
    if (target.closest("input, select, textarea, summary, dialog") && !free) return;
    if ((key === " " && target.closest("button, a")) || (/^(Home|End|Arrow)/.test(key) && target.closest(".scroll"))) return;
    const does = action(key);
    if (!does) return;
    event.preventDefault();
    does();
  });
}
