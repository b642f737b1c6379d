"use strict";
// Runs before the page is drawn, so that a chosen theme does not flash. Forced colours are the reader's own.
try {
  const chosen = localStorage.getItem("steadybench-theme");
  const forced = matchMedia("(forced-colors: active)").matches;
  if (!forced && (chosen === "light" || chosen === "dark")) document.documentElement.dataset.theme = chosen;
} catch { /* storage may be forbidden; the system's theme stands */ }
