/** Peak signal-to-noise ratios worked out by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { signalToNoise } from "../../src/stylize/signal-to-noise.ts";

test("each picture has its own ratio: 0 dB where all is wrong, 48.13 where every byte is one off", () => {
  const found = signalToNoise(Uint8Array.of(0, 255, 7, 9), Uint8Array.of(255, 0, 8, 8), 2);
  for (const [place, wanted] of [0, 48.1308].entries()) assert.ok(Math.abs(found[place]! - wanted) < 1e-4, `${found}`); // 20 log10 of 1 and of 255
});

test("a picture that came back exactly has the 59 dB of rounding, so that a mean over pictures stays a number", () => {
  const [exact] = signalToNoise(Uint8Array.of(3, 4), Uint8Array.of(3, 4), 2);
  assert.equal(exact!.toFixed(2), "58.92"); // 10 log10 of 12 · 255²
});

test("pictures of different sizes are refused", () => {
  assert.throws(() => signalToNoise(Uint8Array.of(1, 2), Uint8Array.of(1), 1), {
    code: "argument",
    message: /2 bytes beside 1/,
  });
});
