/** What each ingredient adds: rows with it less the rows that have all else alike, seed by seed. */
import { type Metric, metrics } from "./published.ts";
import type { RowResult } from "./result.ts";
import { meanOf, type SeedNumber, type Spread, spreadOf } from "./spread.ts";

/** As the paper abbreviates them in table 3. */
export const ingredients = ["synthetic", "restyled", "trivialAugment"] as const;
export type Ingredient = (typeof ingredients)[number];
export const ingredientTitles: Record<Ingredient, string> = {
  synthetic: "SYN",
  restyled: "NST",
  trivialAugment: "TA",
};

/** In percentage points. */
export interface Difference extends Spread {
  /** By seed, of those that both rows have. */
  readonly values: readonly SeedNumber[];
  /** The same of the paper's numbers; `null` where it has not both. */
  readonly published: number | null;
}

export interface Effect {
  readonly added: Ingredient;
  /** What the rows have beside it; "any" is the mean of all pairs of rows, of seeds that all of these have. */
  readonly to: readonly Ingredient[] | "any";
  readonly metrics: Readonly<Record<Metric, Difference>>;
}

/** Of each ingredient every pair of rows, then their mean. Seeds are paired: both runs begin with the same draws. */
export function effectsOf(rows: readonly RowResult[]): Effect[] {
  return ingredients.flatMap((added) => {
    const pairs = pairsOf(rows, added).map(
      ({ less, more, to }): Effect => ({
        added,
        to,
        metrics: forMetrics((metric) => difference(less.metrics[metric], more.metrics[metric])),
      }),
    );
    const mean = forMetrics((metric) => meanDifference(pairs.map((pair) => pair.metrics[metric])));
    return [...pairs, { added, to: "any", metrics: mean }];
  });
}

function pairsOf(rows: readonly RowResult[], added: Ingredient) {
  const others = ingredients.filter((one) => one !== added);
  return rows
    .filter((row) => !row[added])
    .flatMap((less) => {
      const more = rows.find((row) => row[added] && others.every((one) => row[one] === less[one]));
      return more === undefined ? [] : [{ less, more, to: others.filter((one) => less[one]) }];
    });
}

type Result = RowResult["metrics"][Metric];

function difference(less: Result, more: Result): Difference {
  const values = more.values.flatMap(({ seed, value }) => {
    const other = less.values.find((one) => one.seed === seed);
    return other === undefined ? [] : [{ seed, value: value - other.value }];
  });
  const [before, after] = [less.published, more.published];
  return { values, ...spreadOf(values), published: before && after && after.value - before.value };
}

function meanDifference(pairs: readonly Difference[]): Difference {
  const [first, ...others] = pairs.map(({ values }) => values);
  const values = (first ?? []).flatMap(({ seed, value }) => {
    const found = others.map((list) => list.find((one) => one.seed === seed));
    const there = found.filter((one) => one !== undefined);
    return there.length < found.length ? [] : [{ seed, value: meanOf([value, ...there.map((one) => one.value)]) }];
  });
  const published = pairs.map((pair) => pair.published).filter((one) => one !== null);
  const isPublished = pairs.length > 0 && published.length === pairs.length;
  return { values, ...spreadOf(values), published: isPublished ? meanOf(published) : null };
}

const forMetrics = (make: (metric: Metric) => Difference): Effect["metrics"] =>
  Object.fromEntries(metrics.map((metric) => [metric, make(metric)])) as Record<Metric, Difference>;
