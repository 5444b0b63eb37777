import { blendInto, blendMagnitudes } from "./blend.ts";
import { greyOf } from "./grey.ts";
import { type ByteRule, defineOperation } from "./operation.ts";

/** Towards the mean of the picture's grey or away from it. Source: method.md 5.2. */
export const contrast = defineOperation({
  name: "contrast",
  summary: "Moves all values towards their mean or away from it",
  magnitudes: blendMagnitudes,
  applyInto: (source, { channels }, magnitude, target, rule) =>
    blendInto(source, meanGrey(source, channels, rule), magnitude, target, rule),
});

/** In float32 for tensors, rounded to a whole number for Pillow. */
function meanGrey(source: Uint8Array, channels: number, rule: ByteRule): number {
  let sum = 0;
  if (channels === 1) for (let i = 0; i < source.length; i++) sum += source[i]!;
  else for (let i = 0; i < source.length; i += 3) sum += greyOf(source[i]!, source[i + 1]!, source[i + 2]!, rule);
  const mean = sum / (source.length / channels);
  return rule === "tensor" ? Math.fround(mean) : Math.floor(mean + 0.5);
}
