import { type ByteRule, defineOperation } from "./operation.ts";
import { mapInto } from "./table.ts";

/** Stretches every channel to the whole range; one that is flat stays. Source: method.md 5.2. */
export const autoContrast = defineOperation({
  name: "auto-contrast",
  summary: "Stretches each channel to the whole range from 0 to 255",
  magnitudes: "none",
  applyInto(source, { channels }, _magnitude, target, rule) {
    for (let channel = 0; channel < channels; channel++) {
      let low = 255;
      let high = 0;
      for (let i = channel; i < source.length; i += channels) {
        const value = source[i]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      fillTable(low, high, rule);
      mapInto(source, table, target, channel, channels);
    }
  },
});

const table = new Uint8Array(256);

/**
 * Tensors (p - low) * 255 / (high - low) in float32, Pillow p * s - low * s in float64; the table truncates. Neither
 * leaves 0...255, so both programs' limits are not repeated here.
 */
function fillTable(low: number, high: number, rule: ByteRule): void {
  if (high <= low) {
    table[low] = low;
  } else if (rule === "tensor") {
    const scale = Math.fround(Math.fround(1 / (high - low)) * 255); // PyTorch divides a number by a tensor so
    for (let value = low; value <= high; value++) table[value] = Math.fround((value - low) * scale);
  } else {
    const scale = 255 / (high - low);
    const offset = -low * scale;
    for (let value = low; value <= high; value++) table[value] = value * scale + offset;
  }
}
