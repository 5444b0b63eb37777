/** A bank of styles with random statistics. */
import { stream } from "../src/random/stream.ts";
import type { StyleBank } from "../src/stylize/bank.ts";
import type { Stylizer } from "../src/stylize/stylizer.ts";

export function makeStyleBank(stylizer: Stylizer, count: number): StyleBank {
  const { channels } = stylizer;
  const draws = stream(0, "bench styles");
  const numbers = () => Float32Array.from({ length: count * channels }, () => draws.uniform());
  return {
    mean: numbers(),
    deviation: numbers(),
    channels,
    pictures: Array.from({ length: count }, (_, index) => ({ name: `style ${index}`, digest: "0".repeat(64) })),
    size: 64,
    crop: "centre",
    encoder: stylizer.encoderDigest(),
    source: "random numbers",
  };
}
