"use strict";
// One tab at a time: the browser's own locks where it has them, else a sign of life in the storage. Browsers offer
// locks on secure hosts only.

const TAB = { beat: 1000, stale: 4000, settle: 250 };

// Resolves with a function that says whether this tab still holds the place; meanwhile `wait` tells the reader.
async function onlyTab(slot, wait) {
  if (await lockOf(slot, true)) return () => true;
  if (navigator.locks && window.isSecureContext) {
    wait();
    const held = await lockOf(slot, false).catch(() => null);
    if (held) return reloadFirst();
  }
  return beating(`${slot}:tab`, wait);
}

// True once the lock is held, which lasts as long as the page; false where another holds it, or there are no locks.
function lockOf(slot, atOnce) {
  return new Promise((done, failed) => {
    if (!navigator.locks) { done(false); return; }
    navigator.locks.request(slot, { ifAvailable: atOnce }, (lock) => {
      done(Boolean(lock));
      return lock ? new Promise(() => {}) : undefined;
    }).catch((fault) => (atOnce ? done(false) : failed(fault)));
  });
}

// The other tab went on after this one was loaded: begin with what it has kept.
function reloadFirst() {
  location.reload();
  return new Promise(() => {});
}

async function beating(key, wait) {
  const own = digest.random(8);
  const read = () => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const write = () => { try { localStorage.setItem(key, JSON.stringify({ own, at: Date.now() })); } catch { /* told by the store */ } };
  const foreign = () => { const seen = read(); return seen && seen.own !== own && Date.now() - seen.at < TAB.stale; };
  if (!Store.works()) return () => true;
  if (foreign()) {
    wait();
    while (foreign()) await sleep(TAB.beat);
    return reloadFirst();
  }
  write();
  await sleep(TAB.settle);
  if (read()?.own !== own) return beating(key, wait);
  setInterval(() => { if (!foreign()) write(); }, TAB.beat);
  addEventListener("pagehide", () => { if (read()?.own === own) localStorage.removeItem(key); });
  return () => !foreign();
}
