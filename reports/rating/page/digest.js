"use strict";
// SHA-256 (FIPS 180-4) and HMAC (RFC 2104) over short texts: browsers offer their own on secure hosts only, and a
// laboratory's host may be plain http.

const digest = (() => {
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p)) primes.push(n);
  const fraction = (x) => Math.floor((x - Math.floor(x)) * 2 ** 32) >>> 0;
  const ROUND = primes.map((p) => fraction(Math.cbrt(p)));
  const START = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
  const turn = (x, n) => (x >>> n) | (x << (32 - n));

  function padded(bytes) {
    const out = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
    out.set(bytes);
    out[bytes.length] = 0x80;
    const view = new DataView(out.buffer);
    view.setUint32(out.length - 8, Math.floor(bytes.length / 2 ** 29));
    view.setUint32(out.length - 4, (bytes.length << 3) >>> 0);
    return view;
  }

  function schedule(view, at) {
    const w = new Uint32Array(64);
    for (let i = 0; i < 16; i += 1) w[i] = view.getUint32(at + 4 * i);
    for (let i = 16; i < 64; i += 1) {
      const [a, b] = [w[i - 15], w[i - 2]];
      w[i] = w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
    }
    return w;
  }

  function block(state, w) {
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[i] + w[i]) >>> 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) >>> 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) >>> 0, c, b, a, (one + two) >>> 0];
    }
    return [a, b, c, d, e, f, g, h].map((x, i) => (x + state[i]) >>> 0);
  }

  function sha256(bytes) {
    const view = padded(bytes);
    let state = START;
    for (let at = 0; at < view.byteLength; at += 64) state = block(state, schedule(view, at));
    const out = new DataView(new ArrayBuffer(32));
    state.forEach((word, i) => out.setUint32(4 * i, word));
    return new Uint8Array(out.buffer);
  }

  const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const bytesOf = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

  // Key as hex digits, of at most 64 bytes; the message as text. Gives 64 hex digits.
  function hmac(key, message) {
    const wide = new Uint8Array(64);
    wide.set(bytesOf(key));
    const inner = sha256(joined(wide.map((byte) => byte ^ 0x36), new TextEncoder().encode(message)));
    return hex(sha256(joined(wide.map((byte) => byte ^ 0x5c), inner)));
  }

  const random = (bytes) => hex(crypto.getRandomValues(new Uint8Array(bytes)));
  return { hmac, random };
})();
