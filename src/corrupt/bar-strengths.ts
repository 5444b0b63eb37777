/** C-bar publishes real strengths by data set, where C has a table for each size. */
import type { TableSize } from "./define.ts";

type Strengths = readonly [number, number, number, number, number];

/**
 * As constants by size: CIFAR's strengths at 32 pixels, ImageNet's at 64 and 224 (Tiny ImageNet takes them too); where a
 * corruption is in one of the two sets only, that one's everywhere. Source: corruptions-cbar.md 1, 2.
 */
export function barStrengths(
  published: { cifar: Strengths; imageNet?: Strengths } | { cifar?: Strengths; imageNet: Strengths },
): Record<TableSize, Strengths> {
  const small = (published.cifar ?? published.imageNet)!;
  const large = (published.imageNet ?? published.cifar)!;
  return { 32: small, 64: large, 224: large };
}

/** `level(s, m)` of corruptions-cbar.md 3: multiplied first, then divided. */
export function level(strength: number, most: number): number {
  return (strength * most) / 10;
}
