/** The grey of a colour picture: the mean weighed by how bright red, green and blue look. */
import type { ByteRule } from "./operation.ts";

// torchvision's weights times every byte, in float32.
const reds = Float32Array.from({ length: 256 }, (_, value) => Math.fround(0.2989) * value);
const greens = Float32Array.from({ length: 256 }, (_, value) => Math.fround(0.587) * value);
const blues = Float32Array.from({ length: 256 }, (_, value) => Math.fround(0.114) * value);

/** The grey of one pixel, 0 to 255: truncated for tensors, rounded for Pillow. */
export function greyOf(red: number, green: number, blue: number, rule: ByteRule): number {
  return rule === "tensor"
    ? Math.fround(Math.fround(reds[red]! + greens[green]!) + blues[blue]!) | 0
    : (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16;
}
