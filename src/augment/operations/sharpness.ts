import { blendByte, blendMagnitudes, prepareBlend } from "./blend.ts";
import { type ByteRule, defineOperation } from "./operation.ts";

/**
 * Towards a blurred version or away from it: the kernel [1 1 1; 1 5 1; 1 1 1] / 13, rounded. Pixels of the border are
 * not blurred, pictures less than three pixels high or wide stay as they are. Source: method.md 5.2.
 */
export const sharpness = defineOperation({
  name: "sharpness",
  summary: "Blurs or sharpens a little",
  magnitudes: blendMagnitudes,
  applyInto(source, { height, width, channels }, magnitude, target, rule) {
    if (height < 3 || width < 3) {
      target.set(source);
      return;
    }
    prepareBlend(magnitude, rule);
    const row = width * channels;
    for (let y = 0, start = 0; y < height; y++, start += row) {
      const inside = y > 0 && y < height - 1;
      blendBorder(source, start, inside ? start + channels : start + row, target, rule);
      if (!inside) continue;
      blendInside(source, start + channels, start + row - channels, row, channels, target, rule);
      blendBorder(source, start + row - channels, start + row, target, rule);
    }
  },
});

/** A sum of 13 bytes to their rounded mean; there are no halves. */
const thirteenths = Uint8Array.from({ length: 13 * 255 + 1 }, (_, sum) => Math.round(sum / 13));

function blendInside(
  source: Uint8Array,
  start: number,
  end: number,
  row: number,
  channels: number,
  target: Uint8Array,
  rule: ByteRule,
): void {
  // Three pixels of a column are added once and used three times, as the window moves on.
  const column = (i: number) => source[i - row]! + source[i]! + source[i + row]!;
  for (let channel = start; channel < start + channels; channel++) {
    let left = column(channel - channels);
    let middle = column(channel);
    for (let i = channel; i < end; i += channels) {
      const right = column(i + channels);
      const value = source[i]!;
      target[i] = blendByte(value, thirteenths[left + middle + right + 4 * value]!, rule);
      left = middle;
      middle = right;
    }
  }
}

/** The border is blended with itself, which for tensors may lose one: f p + (1 - f) p in float32 is not always p. */
function blendBorder(source: Uint8Array, start: number, end: number, target: Uint8Array, rule: ByteRule): void {
  for (let i = start; i < end; i++) target[i] = blendByte(source[i]!, source[i]!, rule);
}
