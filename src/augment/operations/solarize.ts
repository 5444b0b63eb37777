import { defineOperation, spaced } from "./operation.ts";

/** Inverts the values from a threshold on. Source: method.md 5.2. */
export const solarize = defineOperation({
  name: "solarize",
  summary: "Inverts all values from a threshold on",
  magnitudes: { unit: "threshold, 255 to 0", signed: false, at: (bin, bins) => spaced(255, 0, bin, bins) },
  applyInto(source, _shape, threshold, target) {
    for (let i = 0; i < source.length; i++) {
      const value = source[i]!;
      target[i] = value >= threshold ? 255 - value : value;
    }
  },
});
