"use strict";
// The line of controls of a prompt's page: players, time, what is shown.

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
