/** How the originals end: cut to [0,1], times 255, the fraction dropped. Rounding would differ in half of all bytes. */

/** Source: corruptions-c.md 2.2. Not a number becomes 0, as NumPy's cast does on x86. */
export function toByte(value: number): number {
  return value <= 0 ? 0 : value >= 1 ? 255 : (value * 255) | 0;
}

/** The same in float32, for those originals that compute in it; the value is float32. */
export function toByteFloat32(value: number): number {
  return value <= 0 ? 0 : value >= 1 ? 255 : Math.fround(value * 255) | 0;
}
