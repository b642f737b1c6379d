"use strict";
// What stands around the clips of a trial: the question, the start button and the four answers, by the state of the
// trial. Keys and buttons do the same.

const ANSWERS = [
  { slot: "1", label: "Left", keys: ["arrowleft", "f"], told: "← or F" },
  { slot: "tie", label: "No clear difference", keys: ["arrowdown", "t"], told: "↓ or T" },
  { slot: "2", label: "Right", keys: ["arrowright", "j"], told: "→ or J" },
  { slot: "unable", label: "Could not judge", keys: ["u"], told: "U" },
];

class Board {
  #start;
  #line = el("p", { id: "line", role: "status" });
  #answers;
  #told;
  #state = "";
  #keys = (event) => this.#key(event);

  // `told`: start() and answer(slot).
  constructor(question, stage, told) {
    this.#told = told;
    this.#start = el("button", { type: "button", class: "main", id: "start", disabled: true, onclick: () => told.start() });
    this.#answers = ANSWERS.map(({ slot, label, told: key }) =>
      el("button", { type: "button", class: "answer", disabled: true, "data-slot": slot, onclick: () => told.answer(slot) },
        el("span", {}, label), el("kbd", { "aria-hidden": "true" }, key)));
    show(question.text,
      el("details", { id: "meaning" }, el("summary", { onclick: Board.#released }, "What this means"), el("div", {}, paragraphs(question.definition))),
      stage.element, el("div", { class: "go" }, this.#start, this.#line),
      el("div", { class: "answers", role: "group", "aria-label": "Answer" }, this.#answers));
    byId("main").className = "trial";
    document.addEventListener("keydown", this.#keys);
  }

  close() { document.removeEventListener("keydown", this.#keys); }

  get #open() { return this.#state === "open" || this.#state === "replaying"; }

  enter(state, line) {
    this.#state = state;
    const runs = state === "running" || state === "replaying";
    const [label, key] = this.#open ? ["Watch again", "R"] : ["Start both clips", "Space"];
    if (runs) this.#start.replaceChildren("Playing");
    else this.#start.replaceChildren(label, " ", el("kbd", { "aria-hidden": "true" }, key));
    this.#start.disabled = state !== "ready" && state !== "open";
    this.#start.classList.toggle("main", !this.#open);
    for (const button of this.#answers) button.disabled = !this.#open;
    this.#line.textContent = line;
    this.#meaning(runs);
  }

  // After a click of the mouse, space starts the clips; after one by a key it goes on folding.
  static #released(event) { if (event.detail) event.currentTarget.blur(); }

  // Unfolded it lies over the clips.
  #meaning(runs) {
    const meaning = byId("meaning");
    if (!meaning) return;
    if (runs) meaning.open = false;
    meaning.inert = runs;
  }

  // A key that is held down is pressed once, so that none carries over from the clips into the answer.
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.closest("dialog, input")) return;
    // Keyboards of other scripts: the place of the key, as the label shows it.
    const key = event.key.length === 1 && event.key > "~" ? event.code.replace("Key", "").toLowerCase() : event.key.toLowerCase();
    const choice = this.#open && ANSWERS.find(({ keys }) => keys.includes(key));
    if (choice) this.#told.answer(choice.slot);
    else if (key === " " && this.#state === "ready" && !event.target.closest("button, summary, a")) this.#told.start();
    else if (key === "r" && this.#state === "open") this.#told.start();
    else return;
    event.preventDefault();
  }
}
