/** What was done to a training picture, in words. */
import type { PipelineDraw } from "../augment/pipeline.ts";

/** @param names of the augmentations, in the order of the draw's */
export function describeDraw({ mirrored, crop, augment }: PipelineDraw, names: readonly string[]): string {
  const steps = [
    ...(mirrored ? ["mirrored"] : []),
    ...(crop === "none" ? [] : moved(-crop.top, -crop.left)),
    ...augment.map((draw, index) => describeAugmentation(draw, names[index] ?? "augmented")),
  ];
  return steps.length === 0 ? "unchanged" : steps.join(", ");
}

function moved(down: number, right: number): string[] {
  const parts = [
    ...(down === 0 ? [] : [`${Math.abs(down)} px ${down > 0 ? "down" : "up"}`]),
    ...(right === 0 ? [] : [`${Math.abs(right)} px ${right > 0 ? "right" : "left"}`]),
  ];
  return parts.length === 0 ? [] : [`moved ${parts.join(" and ")}`];
}

/** The operation that was chosen where one was, else the augmentation's own name; and its strength, where it has one. */
function describeAugmentation(draw: unknown, name: string): string {
  const { operation = name, magnitude = 0 } = (draw ?? {}) as { operation?: unknown; magnitude?: unknown };
  return typeof magnitude === "number" && magnitude !== 0
    ? `${operation} ${Number(magnitude.toFixed(2)).toString().replace("-", "\u2212")}`
    : String(operation);
}
