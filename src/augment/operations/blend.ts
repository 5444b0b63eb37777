/**
 * How brightness, color, contrast and sharpness move a picture p away from a plain version q of itself, or towards it:
 * f p + (1 - f) q in float32, cut to 0...255 and truncated. Pillow computes q + f (p - q) instead, which rounds
 * differently. Source: method.md 5.2.
 */
import { type ByteRule, type Magnitudes, spaced } from "./operation.ts";
import { mapInto } from "./table.ts";

/** The factor f is 1 + m: 0.01 to 1.99. */
export const blendMagnitudes: Magnitudes = {
  signed: true,
  at: (bin, bins) => spaced(0, 0.99, bin, bins),
};

/** Blends every byte with one plain value, which need not be whole. */
export function blendInto(
  source: Uint8Array,
  plain: number,
  magnitude: number,
  target: Uint8Array,
  rule: ByteRule,
): void {
  const factor = 1 + magnitude;
  const share = Math.fround(factor);
  const plainShare = Math.fround(Math.fround(1 - factor) * plain);
  for (let value = 0; value < 256; value++)
    table[value] = toByte(
      rule === "tensor" ? Math.fround(share * value) + plainShare : plain + Math.fround(share * (value - plain)),
    );
  mapInto(source, table, target);
}

const table = new Uint8Array(256);

/**
 * The products of a blend of bytes: for tensors f p by p and (1 - f) q by q, for Pillow f (p - q) by 255 + p - q. They
 * are made anew for each picture, since 512 products cost less than two for each of 3,072 bytes.
 */
const shares = new Float32Array(256);
const plainShares = new Float32Array(256);
const differenceShares = new Float32Array(511);

/** Comes before `blendByte`, once a picture. */
export function prepareBlend(magnitude: number, rule: ByteRule): void {
  const factor = 1 + magnitude;
  const share = Math.fround(factor);
  const plainShare = Math.fround(1 - factor);
  if (rule === "tensor")
    for (let value = 0; value < 256; value++) {
      shares[value] = share * value;
      plainShares[value] = plainShare * value;
    }
  else
    for (let difference = -255; difference <= 255; difference++)
      differenceShares[255 + difference] = share * difference;
}

/** One byte blended with another. */
export function blendByte(value: number, plain: number, rule: ByteRule): number {
  return toByte(
    rule === "tensor" ? shares[value]! + plainShares[plain]! : plain + differenceShares[255 + value - plain]!,
  );
}

/** Rounds a sum to float32, cuts and truncates it. */
function toByte(sum: number): number {
  const value = Math.fround(sum);
  return value <= 0 ? 0 : value >= 255 ? 255 : value | 0;
}
