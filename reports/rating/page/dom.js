"use strict";
// Building what is shown. Texts are only ever set as text, never as markup.

const byId = (id) => document.getElementById(id);

// `el("button", { class: "main", onclick: f, disabled: true }, "Begin")`; children that are null or false are left out.
function el(tag, options = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== false));
  return made;
}

// Plain text to paragraphs; empty lines part them.
const paragraphs = (text) => text.split(/\n\s*\n/).filter((part) => part.trim()).map((part) => el("p", {}, part.trim()));

// Replaces the screen. The heading takes the focus, so that readers of the screen hear where they are.
function show(heading, ...children) {
  const title = el("h1", { tabindex: "-1" }, heading);
  byId("main").className = "text";
  byId("main").replaceChildren(title, ...children.flat().filter(Boolean));
  scrollTo(0, 0);
  title.focus({ preventScroll: true });
}

// Shows a screen with buttons and waits for one: `choices` gives labels by what the choice returns.
function ask(heading, body, choices) {
  return new Promise((done) => {
    const buttons = Object.entries(choices).map(([value, label], i) =>
      el("button", { type: "button", class: i ? "" : "main", onclick: () => done(value) }, label));
    show(heading, ...[body].flat(), el("p", { class: "buttons" }, buttons));
  });
}

// A line above the screen that stays: what the reader should know while going on. One line for each `kind`.
const notices = new Map();
function notice(kind, text) {
  if (text) notices.set(kind, text);
  else notices.delete(kind);
  byId("notice").replaceChildren(...[...notices.values()].map((line) => el("span", {}, line)));
}

// Where the reader stands, as words and as a share from 0 to 1; nothing without words.
function place(words = "", share = null) {
  byId("place").hidden = !words;
  byId("count").textContent = words;
  byId("bar").hidden = share === null;
  byId("bar").firstElementChild.style.width = `${100 * share}%`;
}

// Asks over everything else; true where the first button was pressed.
function confirmed(heading, text, yes, no) {
  return new Promise((done) => {
    const end = (value) => () => {
      box.close();
      box.remove();
      document.querySelector("h1").focus({ preventScroll: true }); // not back on the button that asked: space would ask again
      done(value);
    };
    const box = el("dialog", { "aria-labelledby": "asked", oncancel: (event) => { event.preventDefault(); end(false)(); } },
      el("h2", { id: "asked" }, heading), paragraphs(text), el("p", { class: "buttons" },
        el("button", { type: "button", class: "main", onclick: end(false) }, no),
        el("button", { type: "button", onclick: end(true) }, yes)));
    document.body.append(box);
    box.showModal();
  });
}

const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });
const now = () => new Date().toISOString();
const tenth = (x) => Math.round(10 * x) / 10;
