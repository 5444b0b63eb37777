/** What lies beside a picture, for filters that reach over its edge. */

/** `nearest`: c c | c b a. `reflect`: a b | b a, the edge twice. `reflect101`: b c | c is b | a b, the edge once. */
export type Border = "nearest" | "reflect" | "reflect101";

/** The index inside 0..count-1 that serves for one that may lie outside, however far. Source: corruptions-c.md 2.4. */
export function indexWithin(index: number, count: number, border: Border): number {
  if (index >= 0 && index < count) return index;
  if (border === "nearest") return index < 0 ? 0 : count - 1;
  const period = border === "reflect" ? 2 * count : 2 * (count - 1);
  const folded = ((index % period) + period) % period;
  if (folded < count) return folded;
  return (border === "reflect" ? period - 1 : period) - folded;
}
