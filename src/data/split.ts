/** The division of training pictures into those trained on and those held out, class by class. */
import { PatinaError } from "../errors.ts";
import { sha256 } from "../files.ts";
import { type Stream, stream } from "../random/stream.ts";

export interface Split {
  /** Indices that are trained on, in rising order. */
  readonly train: Uint32Array;
  /** Indices that are held out, in rising order. */
  readonly held: Uint32Array;
  /** sha256 of the held-out indices, for the manifest. */
  readonly digest: string;
}

/** The split of a run: the same whenever it is asked for. @throws as `splitStratified` */
export function splitOfRun(labels: ArrayLike<number>, { hold, seed }: { hold: number; seed: number }): Split {
  return splitStratified(labels, hold, stream(seed, "split"));
}

/**
 * Holds out a share of every class, drawn from the stream: round(share · n) of the n pictures of each.
 * Source: method.md 3.4 (20 %, stratified); the draw is our own.
 * @param key the option that gives the share, for messages
 * @throws PatinaError `data` where a share above 0 would leave a class without pictures on either side.
 */
export function splitStratified(labels: ArrayLike<number>, share: number, stream: Stream, key = "train.hold"): Split {
  const classes = new Map<number, number[]>();
  for (let index = 0; index < labels.length; index++) {
    const members = classes.get(labels[index]!);
    if (members === undefined) classes.set(labels[index]!, [index]);
    else members.push(index);
  }
  const isHeld = new Uint8Array(labels.length);
  if (share > 0)
    for (const [label, members] of classes) {
      const count = Math.round(share * members.length);
      if (count === 0 || count === members.length)
        throw new PatinaError(
          "data",
          `Holding out ${share} of the ${members.length} pictures of class ${label} leaves ${count === 0 ? "none to measure" : "none to train on"}. Change ${key}.`,
        );
      for (const place of stream.fork("class", label).sample(members.length, count)) isHeld[members[place]!] = 1;
    }
  const all = Uint32Array.from({ length: labels.length }, (_, index) => index);
  const held = all.filter((index) => isHeld[index] === 1);
  return { train: all.filter((index) => isHeld[index] === 0), held, digest: sha256(new Uint8Array(held.buffer)) };
}
