/** What an operation is: one of the deterministic changes that TrivialAugment and its kin choose from. */
import type { PictureShape } from "../../pictures/picture.ts";

/**
 * Whose bytes an operation gives: those of torchvision's tensor functions on uint8 (method.md 5.2), or those of Pillow,
 * on which other augmentations build. They differ in rounding and, by a pixel here and there, in geometry.
 */
export type ByteRule = "tensor" | "pil";

/** The strengths an operation can have. */
export interface Magnitudes {
  /** Whether the sign is drawn too. */
  readonly signed: boolean;
  /** The magnitude at bin 0 to bins - 1, bins at least 2, in what the operation counts by: degrees, pixels, bits, ... */
  at(bin: number, bins: number): number;
}

export interface Operation<Name extends string = string, Strengths extends Magnitudes | "none" = Magnitudes | "none"> {
  readonly name: Name;
  readonly summary: string;
  /** "none" where there is nothing to choose; the magnitude is then 0. */
  readonly magnitudes: Strengths;
  /** Writes the changed picture into `target`; both [H,W,C], apart from each other. */
  applyInto(source: Uint8Array, shape: PictureShape, magnitude: number, target: Uint8Array, rule: ByteRule): void;
}

/** Keeps the types of the name, which the types of experiments are made of, and of whether there is anything to choose. */
export function defineOperation<const Name extends string, Strengths extends Magnitudes | "none">(
  operation: Operation<Name, Strengths>,
): Operation<Name, Strengths> {
  return operation;
}

/**
 * Evenly spaced from start to end, one of `bins`, as the nearest float32. torch.linspace differs from it in the last
 * bit at some bins, and from itself between processors.
 */
export function spaced(start: number, end: number, bin: number, bins: number): number {
  return Math.fround(start + ((end - start) * bin) / (bins - 1));
}
