import { defineOperation, spaced } from "./operation.ts";
import { mapInto } from "./table.ts";

/** Inverts the values from a threshold on. Source: method.md 5.2. */
export const solarize = defineOperation({
  name: "solarize",
  summary: "Inverts all values from a threshold on",
  magnitudes: { signed: false, at: (bin, bins) => spaced(255, 0, bin, bins) },
  applyInto(source, _shape, threshold, target) {
    for (let value = 0; value < 256; value++) table[value] = value >= threshold ? 255 - value : value;
    mapInto(source, table, target);
  },
});

const table = new Uint8Array(256);
