import { defineOperation } from "./operation.ts";
import { mapInto } from "./table.ts";

/** Spreads the values of every channel so that all are about equally frequent. Tensors and Pillow agree. method.md 5.2. */
export const equalize = defineOperation({
  name: "equalize",
  summary: "Spreads the values of each channel so that all are about equally frequent",
  magnitudes: "none",
  applyInto(source, { channels }, _magnitude, target) {
    for (let channel = 0; channel < channels; channel++) {
      counts.fill(0);
      let highest = 0;
      for (let i = channel; i < source.length; i += channels) {
        const value = source[i]!;
        counts[value]!++;
        if (value > highest) highest = value;
      }
      const step = Math.floor((source.length / channels - counts[highest]!) / 255);
      for (let value = 0, below = step >> 1; value < 256; value++) {
        table[value] = step === 0 ? value : Math.min(255, Math.floor(below / step));
        below += counts[value]!;
      }
      mapInto(source, table, target, channel, channels);
    }
  },
});

const counts = new Uint32Array(256);
const table = new Uint8Array(256);
