/** Turns some values black or white. Each channel of a pixel is hit on its own. Source: corruptions-c.md 4. */
import { byteCount, type PictureShape } from "../pictures/picture.ts";
import type { Stream } from "../random/stream.ts";
import { defineCorruption } from "./define.ts";

/** Which bytes of the picture are hit, in rising order, and what becomes of them: 0 or 255. */
export interface Draw {
  readonly places: Uint32Array;
  readonly bytes: Uint8Array;
}

const TWO_32 = 2 ** 32;
const words = new Uint32Array(512);

export const impulseNoise = defineCorruption({
  name: "impulse_noise",
  summary: "Turns single values black or white",
  constants: {
    // probability that a value is hit
    32: [0.01, 0.02, 0.03, 0.05, 0.07],
    64: [0.01, 0.02, 0.05, 0.08, 0.14],
    224: [0.03, 0.06, 0.09, 0.17, 0.27],
  },
  draw: drawHits,
  applyInto(source, _shape, { places, bytes }, _probability, target) {
    target.set(source);
    for (let i = 0; i < places.length; i++) target[places[i]!] = bytes[i]!;
  },
});

/**
 * The original draws a number for every value and compares. Between hits so drawn lie gaps with a geometric law; drawing
 * those takes a number for each hit only.
 */
function drawHits(stream: Stream, shape: PictureShape, probability: number): Draw {
  const size = byteCount(shape);
  const scale = 1 / Math.log1p(-probability);
  const places: number[] = [];
  const bytes: number[] = [];
  for (let place = -1; place < size; ) {
    stream.fillWords(words);
    for (let i = 0; i < words.length; i += 2) {
      place += 1 + Math.floor(Math.log((words[i]! + 0.5) / TWO_32) * scale);
      if (place >= size) break;
      places.push(place);
      bytes.push(words[i + 1]! & 1 ? 255 : 0);
    }
  }
  return { places: Uint32Array.from(places), bytes: Uint8Array.from(bytes) };
}
