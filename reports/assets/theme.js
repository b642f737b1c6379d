"use strict";
// Runs before the page is drawn, so that a chosen theme does not flash.
try {
  const chosen = localStorage.getItem("steadybench-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch { /* storage may be forbidden; the system's theme stands */ }
