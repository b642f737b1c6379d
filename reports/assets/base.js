"use strict";
// What every page has: the switch between light and dark, tables that scroll by keyboard, help on keys, printing.
{
  const make = (name, fields, ...inside) => {
    const made = Object.assign(document.createElement(name), fields);
    made.append(...inside);
    return made;
  };
  const tools = document.getElementById("tools");

  // Without a choice the system decides; a choice is kept where the browser allows it.
  const THEME = "steadybench-theme";
  function choose(theme) {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    try {
      if (theme) localStorage.setItem(THEME, theme);
      else localStorage.removeItem(THEME);
    } catch { /* storage may be forbidden; the choice holds for this page */ }
  }
  function themes() {
    const chosen = document.documentElement.dataset.theme || "";
    const options = [["", "System"], ["light", "Light"], ["dark", "Dark"]].map(([value, name]) => {
      const radio = make("input", { type: "radio", name: "theme", value, checked: value === chosen });
      radio.addEventListener("change", () => choose(value));
      return make("label", {}, radio, make("span", { textContent: name }));
    });
    const group = make("fieldset", { className: "theme" }, make("legend", { className: "sr", textContent: "Colours" }), ...options);
    tools.append(group);
  }

  // A table that is wider than the page must be reached without a mouse.
  function reachable(box) {
    const wide = box.scrollWidth > box.clientWidth + 1;
    if (wide === box.hasAttribute("tabindex")) return;
    for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
    if (!wide) return;
    const told = box.querySelector("caption") || box.closest("section, article")?.querySelector("h2, h3");
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", (told?.textContent.trim().slice(0, 80) || "Table") + " (scrolls sideways)");
  }
  function scrolling() {
    const boxes = document.querySelectorAll(".scroll");
    const watch = new ResizeObserver((seen) => seen.forEach((entry) => reachable(entry.target)));
    boxes.forEach((box) => watch.observe(box));
  }

  // Paper cannot unfold anything, so all is open while a page prints.
  function printing() {
    let opened = [];
    addEventListener("beforeprint", () => {
      opened = [...document.querySelectorAll("details:not([open])")];
      opened.forEach((details) => { details.open = true; });
    });
    addEventListener("afterprint", () => opened.forEach((details) => { details.open = false; }));
  }

  // Pages that take keys list them once: steadybenchKeys([["Space k", "play or pause"], …]), keys parted by spaces.
  window.steadybenchKeys = (list) => {
    const rows = [...list, ["?", "show or hide this list"]].map(([keys, does]) => make("div", {},
      make("dt", {}, ...keys.split(" ").flatMap((key) => [make("kbd", { textContent: key }), " "])),
      make("dd", { textContent: does })));
    const close = make("button", { type: "button", textContent: "Close" });
    const title = make("h2", { id: "keys-title", textContent: "Keys" });
    const dialog = make("dialog", { id: "keys" }, title, make("dl", {}, ...rows), close);
    dialog.setAttribute("aria-labelledby", title.id);
    const toggle = () => (dialog.open ? dialog.close() : dialog.showModal());
    const button = make("button", { type: "button", textContent: "Keys" }, make("kbd", { textContent: "?" }));
    button.setAttribute("aria-haspopup", "dialog");
    button.addEventListener("click", toggle);
    close.addEventListener("click", toggle);
    addEventListener("keydown", (event) => {
      if (event.key !== "?" || event.ctrlKey || event.metaKey || event.target.closest("input:not([type=radio]), textarea, select")) return;
      event.preventDefault();
      toggle();
    });
    // A press in the list is not meant for the players behind it.
    dialog.addEventListener("keydown", (event) => { if (event.key !== "?") event.stopPropagation(); });
    tools.prepend(button);
    document.body.append(dialog);
  };

  themes();
  scrolling();
  printing();
}
