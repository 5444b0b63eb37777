/** Weakens or strengthens colours (hue, saturation, value). Source: corruptions-c.md 4. */
import { defineCorruption } from "./define.ts";
import { changeHsvInto } from "./hsv.ts";

/** The saturation is multiplied, then raised. */
type Constants = readonly [factor: number, offset: number];

export const saturate = defineCorruption({
  name: "saturate",
  summary: "Makes colours paler (severities 1 and 2) or stronger (3 to 5)",
  constants: {
    32: [
      [0.3, 0],
      [0.1, 0],
      [1.5, 0],
      [2, 0.1],
      [2.5, 0.2],
    ],
    64: [
      [0.3, 0],
      [0.1, 0],
      [2, 0],
      [5, 0.1],
      [30, 0.2],
    ],
    224: [
      [0.3, 0],
      [0.1, 0],
      [2, 0],
      [5, 0.1],
      [20, 0.2],
    ],
  },
  draw: () => ({}),
  applyInto(source, { channels }, _draw, [saturationFactor, saturationOffset]: Constants, target) {
    if (channels === 3) changeHsvInto(source, target, { saturationFactor, saturationOffset, valueOffset: 0 });
    // One channel has no saturation to change.
    else target.set(source);
  },
});
