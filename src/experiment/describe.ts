/** Experiments for the eye: each value with its path and what it is. */
import { type Experiment, ExperimentOptions } from "./experiment.ts";
import { descriptionOf, objectsOf, pathName, schemasAt, valueAt } from "./schema-tree.ts";

export interface DescribedValue {
  /** As `--set` takes it: "train.optimizer.learningRate". */
  readonly path: string;
  /** As JSON. */
  readonly value: string;
  /** From the schema; empty where it says nothing. */
  readonly description: string;
}

/** Every value of an experiment, once; lists of plain values, and lists of such lists, are one. */
export function describeValues(experiment: Experiment): DescribedValue[] {
  return [...leaves(experiment, [])].map(({ path, value }) => ({
    path: pathName(path),
    value: JSON.stringify(value),
    description: describedAt(path, experiment),
  }));
}

/** Of a `kind`, what is said of the alternative that it chooses. */
function describedAt(path: readonly PropertyKey[], experiment: Experiment): string {
  const parent = path.slice(0, -1);
  const schemas =
    path.at(-1) === "kind"
      ? schemasAt(ExperimentOptions, parent, experiment).flatMap((one) => objectsOf(one, valueAt(experiment, parent)))
      : schemasAt(ExperimentOptions, path, experiment);
  return schemas.map(descriptionOf).find(Boolean) ?? "";
}

function* leaves(value: unknown, path: PropertyKey[]): Iterable<{ path: PropertyKey[]; value: unknown }> {
  if (Array.isArray(value) && holdsObjects(value))
    for (const [index, element] of value.entries()) yield* leaves(element, [...path, index]);
  else if (typeof value === "object" && value !== null && !Array.isArray(value))
    for (const [key, inner] of Object.entries(value)) yield* leaves(inner, [...path, key]);
  else yield { path, value };
}

const holdsObjects = (list: readonly unknown[]): boolean =>
  list.some((element) => (Array.isArray(element) ? holdsObjects(element) : typeof element === "object"));
