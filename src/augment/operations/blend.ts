/**
 * How brightness, color, contrast and sharpness move a picture p away from a plain version q of itself, or towards it:
 * f p + (1 - f) q in float32, cut to 0...255 and truncated. Pillow computes q + f (p - q) instead, which rounds
 * differently. Source: method.md 5.2.
 */
import { type ByteRule, type Magnitudes, spaced } from "./operation.ts";

/** The factor is 1 + m: 0.01 to 1.99. */
export const blendMagnitudes: Magnitudes = {
  unit: "factor - 1",
  signed: true,
  at: (bin, bins) => spaced(0, 0.99, bin, bins),
};

/** One byte of the blend. */
export function blend(value: number, plain: number, factor: number, rule: ByteRule): number {
  const share = Math.fround(factor);
  return toByte(
    rule === "tensor"
      ? Math.fround(Math.fround(share * value) + Math.fround(Math.fround(1 - factor) * plain))
      : Math.fround(plain + Math.fround(share * (value - plain))),
  );
}

export function toByte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : value | 0;
}

/**
 * The products of a blend: for tensors f p by p and (1 - f) q by q, for Pillow f (p - q) by 255 + p - q. They are made
 * anew for each picture, since 512 products cost less than two for each of 3,072 bytes.
 */
export const valueShares = new Float32Array(256);
export const plainShares = new Float32Array(256);
export const differenceShares = new Float32Array(511);

export function fillShares(factor: number, rule: ByteRule): void {
  const share = Math.fround(factor);
  const rest = Math.fround(1 - factor);
  if (rule === "tensor")
    for (let value = 0; value < 256; value++) {
      valueShares[value] = share * value;
      plainShares[value] = rest * value;
    }
  else
    for (let difference = -255; difference <= 255; difference++)
      differenceShares[255 + difference] = share * difference;
}
