/** The division of training pictures into those trained on and those held out, class by class. */
import { PatinaError } from "../errors.ts";
import { sha256 } from "../files.ts";
import { type Stream, stream } from "../random/stream.ts";
import { chooseSubset } from "./subset.ts";

export interface Split {
  /** Indices that are trained on, in rising order. */
  readonly train: Uint32Array;
  /** Indices that are held out, in rising order. */
  readonly held: Uint32Array;
  /** sha256 of the held-out indices, for the manifest. */
  readonly digest: string;
}

/** What decides the split of a run. */
export interface SplitOptions {
  /** Share of each class that is held out. */
  readonly hold: number;
  readonly seed: number;
  /** Pictures that are used at all; all where not given. */
  readonly subset?: number | undefined;
}

/**
 * The split of a run: the same whenever it is asked for.
 * @throws PatinaError `data` where the subset has more pictures than there are; as `splitStratified`
 */
export function splitOfRun(
  labels: ArrayLike<number>,
  { hold, seed, subset }: SplitOptions,
  classes?: readonly string[],
): Split {
  const draws = stream(seed, "split");
  if (subset === undefined) return splitStratified(labels, hold, draws, { classes });
  if (subset > labels.length)
    throw new PatinaError(
      "data",
      `train.subset: ${subset} training pictures were asked for, and there are ${labels.length}. Ask for fewer, or leave it out to take all.`,
    );
  const chosen = chooseSubset(labels, subset);
  const { train, held } = splitStratified(
    chosen.map((index) => labels[index]!),
    hold,
    draws,
    { classes },
  );
  const indicesOf = (places: Uint32Array) => places.map((place) => chosen[place]!);
  return splitOf(indicesOf(train), indicesOf(held));
}

/**
 * Holds out a share of every class, drawn from the stream: round(share · n) of the n pictures of each.
 * Source: method.md 3.4 (20 %, stratified); the draw is our own.
 * @param naming for messages: the option that gives the share, and the names of the classes
 * @throws PatinaError `data` where a share above 0 would leave a class without pictures on either side.
 */
export function splitStratified(
  labels: ArrayLike<number>,
  share: number,
  stream: Stream,
  { key = "train.hold", classes }: { key?: string; classes?: readonly string[] | undefined } = {},
): Split {
  const membersOf = new Map<number, number[]>();
  for (let index = 0; index < labels.length; index++) {
    const members = membersOf.get(labels[index]!);
    if (members === undefined) membersOf.set(labels[index]!, [index]);
    else members.push(index);
  }
  const isHeld = new Uint8Array(labels.length);
  if (share > 0)
    for (const [label, members] of membersOf) {
      const count = Math.round(share * members.length);
      if (count === 0 || count === members.length)
        throw new PatinaError(
          "data",
          `Holding out ${share} of the ${members.length} pictures of class ${classes?.[label] ?? label} leaves ${count === 0 ? "none to measure" : "none to train on"}. Change ${key}.`,
        );
      for (const place of stream.fork("class", label).sample(members.length, count)) isHeld[members[place]!] = 1;
    }
  const all = Uint32Array.from({ length: labels.length }, (_, index) => index);
  const held = all.filter((index) => isHeld[index] === 1);
  return splitOf(
    all.filter((index) => isHeld[index] === 0),
    held,
  );
}

const splitOf = (train: Uint32Array, held: Uint32Array): Split => ({
  train,
  held,
  digest: sha256(new Uint8Array(held.buffer)),
});
