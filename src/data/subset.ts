/** A part of a set of pictures, each class by its share: the same for every model that is trained or measured on it. */
import { PatinaError } from "../errors.ts";
import { stream } from "../random/stream.ts";

/** Fixed, so that two models are compared on the same pictures. */
const SEED = 0;

/**
 * Places of `size` pictures in rising order, each class by its share; of what is left after rounding down, one each to the
 * classes with the largest rests.
 * @throws PatinaError `argument` where there are fewer pictures, or none is asked for.
 */
export function chooseSubset(labels: ArrayLike<number>, size: number): Uint32Array {
  const total = labels.length;
  if (!Number.isInteger(size) || size < 1 || size > total)
    throw new PatinaError(
      "argument",
      `A subset of ${size} pictures was asked for; there are ${total}. Give a whole number from 1 to ${total}.`,
    );
  const classes = new Map<number, number[]>();
  for (let place = 0; place < total; place++) {
    const members = classes.get(labels[place]!) ?? [];
    if (members.push(place) === 1) classes.set(labels[place]!, members);
  }
  const shares = [...classes].map(([label, members]) => {
    const exact = (size * members.length) / total;
    return { label, members, count: Math.floor(exact), rest: exact % 1 };
  });
  const left = size - shares.reduce((sum, { count }) => sum + count, 0);
  const byRest = [...shares].sort((a, b) => b.rest - a.rest || a.label - b.label);
  for (const share of byRest.slice(0, left)) share.count++;
  const draws = stream(SEED, "subset");
  const chosen = shares.flatMap(({ label, members, count }) =>
    Array.from(draws.fork(label).sample(members.length, count), (index) => members[index]!),
  );
  return Uint32Array.from(chosen).sort();
}
