import { blendByte, blendMagnitudes, prepareBlend } from "./blend.ts";
import { greyOf } from "./grey.ts";
import { defineOperation } from "./operation.ts";

/** Towards grey or away from it; a grey picture stays as it is. Source: method.md 5.2. */
export const color = defineOperation({
  name: "color",
  summary: "Makes colours paler or stronger",
  magnitudes: blendMagnitudes,
  applyInto(source, { channels }, magnitude, target, rule) {
    if (channels === 1) {
      target.set(source);
      return;
    }
    prepareBlend(magnitude, rule);
    for (let i = 0; i < source.length; i += 3) {
      const red = source[i]!;
      const green = source[i + 1]!;
      const blue = source[i + 2]!;
      const grey = greyOf(red, green, blue, rule);
      target[i] = blendByte(red, grey, rule);
      target[i + 1] = blendByte(green, grey, rule);
      target[i + 2] = blendByte(blue, grey, rule);
    }
  },
});
