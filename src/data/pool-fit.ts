/** Whether a pool fits a data set: the size of its pictures; its classes, by their names where it has names, else by numbers. */
import { nearestName, PatinaError } from "../errors.ts";
import type { PictureShape } from "../pictures/picture.ts";
import { someOf } from "./class-folders.ts";
import { countClasses, type DataSet, shapeText } from "./picture-set.ts";

/** What a pool is mixed with: a data set, or what a network takes. */
export interface PoolPartner extends Pick<DataSet, "name" | "classes"> {
  readonly train: PictureShape;
}

/** The classes of a pool. */
export interface PoolClasses {
  readonly name: string;
  /** In its own numbering. */
  readonly labels: Uint16Array;
  /** Names in that order; undefined where it has numbers only. */
  readonly classes: readonly string[] | undefined;
}

/** @throws PatinaError `data` where the pictures have another size or other channels */
export function checkShape(name: string, shape: PictureShape, { name: dataSet, train }: PoolPartner): void {
  if (shapeText(shape) === shapeText(train)) return;
  const channels = shape.channels === train.channels ? "" : ` --channels ${train.channels}`;
  throw new PatinaError(
    "data",
    `${name}: its pictures are ${shapeText(shape)}, those of ${dataSet} ${shapeText(train)} (height x width x channels). Bring them to that size: patina synth import ${name} POOL.npz --size ${train.height}${channels}`,
  );
}

/**
 * The labels of a pool in the numbering of a data set.
 * @throws PatinaError `data` where a class of either is missing in the other
 */
export function matchClasses(pool: PoolClasses, partner: PoolPartner): Uint16Array {
  const labels = renumber(pool, partner);
  const counts = countClasses(labels, partner.classes.length);
  const missing = partner.classes.filter((_, label) => counts[label] === 0);
  if (missing.length === 0) return labels;
  throw new PatinaError(
    "data",
    `${pool.name}: has no pictures of ${missing.length} of the ${partner.classes.length} classes of ${partner.name} (${someOf(missing)}). Add some, or take another pool.`,
  );
}

/** The same, classes without pictures allowed. */
export function renumber({ name, labels, classes }: PoolClasses, partner: PoolPartner): Uint16Array {
  return classes === undefined ? checkNumbers(name, labels, partner) : byName(name, labels, classes, partner);
}

function checkNumbers(name: string, labels: Uint16Array, { name: dataSet, classes }: PoolPartner): Uint16Array {
  const highest = labels.reduce((most, label) => Math.max(most, label), 0);
  if (highest < classes.length) return labels;
  throw new PatinaError(
    "data",
    `${name}: has labels up to ${highest}, but ${dataSet} has ${classes.length} classes, from 0 on. Take the pool of that data set, or mend its labels.`,
  );
}

function byName(name: string, labels: Uint16Array, own: readonly string[], partner: PoolPartner): Uint16Array {
  const counts = countClasses(labels, own.length);
  const places = own.map((className) => partner.classes.indexOf(className));
  const added = own.filter((_, label) => counts[label]! > 0 && places[label] === -1);
  if (added.length === 0) return labels.map((label) => places[label]!);
  const near = nearestName(
    added[0]!,
    partner.classes.filter((className) => !own.includes(className)),
  );
  const hint = near === undefined ? "" : ` Did you mean "${near}" by "${added[0]}"?`;
  throw new PatinaError(
    "data",
    `${name}: ${added.length === 1 ? "its class" : `${added.length} of its classes`} ${added.length === 1 ? `"${added[0]}" is` : `(${someOf(added)}) are`} not among those of ${partner.name} (${someOf(partner.classes, 10)}).${hint} Name the classes as the data set does.`,
  );
}
