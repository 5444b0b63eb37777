/** Raises the value of every colour (hue, saturation, value). Source: corruptions-c.md 4. */
import { defineCorruption } from "./define.ts";
import { changeHsvInto } from "./hsv.ts";
import { toByte } from "./to-byte.ts";
import { unitOf } from "./unit.ts";

export const brightness = defineCorruption({
  name: "brightness",
  summary: "Makes every colour brighter by the same amount",
  constants: {
    // added to the value, in units of full scale
    32: [0.05, 0.1, 0.15, 0.2, 0.3],
    64: [0.1, 0.2, 0.3, 0.4, 0.5],
    224: [0.1, 0.2, 0.3, 0.4, 0.5],
  },
  draw: () => ({}),
  applyInto(source, { channels }, _draw, valueOffset, target) {
    if (channels === 3) changeHsvInto(source, target, { saturationFactor: 1, saturationOffset: 0, valueOffset });
    // One channel is the value itself.
    else for (let i = 0; i < source.length; i++) target[i] = toByte(unitOf[source[i]!]! + valueOffset);
  },
});
