/** Pictures of a pool that are there twice: exactly, or nearly, among themselves or among those of a data set. */
import { type DataSettings, startPace } from "../data/progress.ts";
import { type Fingerprints, THUMBNAIL } from "./fingerprints.ts";
import { NearIndex, type NearLimits } from "./near.ts";

/**
 * Two pictures are nearly the same where their thumbnails of 8x8 pixels are. Chosen by eye on CIFAR-10, where it finds
 * pairs of one photograph at other JPEG settings or moved by a pixel: without the share, pairs of different plain skies come
 * in; with half the distance most pairs are missed.
 */
export const NEAR: NearLimits = { distance: 10, share: 0.3 };

/** Contrast below which a picture is nearly blank, in levels of 255; the plainest picture of CIFAR-10 has 7.6. */
export const BLANK = 4;

export interface Copy {
  /** Of the pool. */
  readonly picture: number;
  /** That it is a copy of: an earlier one of the pool, or any of a data set. */
  readonly of: number;
  /** Root of the mean squared difference of their thumbnails, in levels of 255. */
  readonly distance: number;
}

export interface Copies {
  /** Byte for byte; each with the first picture that it equals. */
  readonly exact: readonly Copy[];
  /** Nearly, and not exactly; each with the nearest one. Nearly blank pictures are left out: they are all alike. */
  readonly near: readonly Copy[];
}

/**
 * Finds them.
 * @param others what the pool is compared with: a data set, or itself where not given
 * @throws PatinaError `interrupted`
 */
export async function findCopies(
  pool: Fingerprints,
  others: Fingerprints | undefined,
  what: string,
  settings: DataSettings,
): Promise<Copies> {
  const within = others ?? pool;
  const exact = findExact(pool, others);
  const known = new Set(exact.map(({ picture }) => picture));
  const isPlain = ({ contrasts }: Fingerprints, index: number) => contrasts[index]! < BLANK;
  const members = Uint32Array.from({ length: within.count }, (_, index) => index).filter(
    (index) => !isPlain(within, index) && (others !== undefined || !known.has(index)),
  );
  const index = new NearIndex(within.thumbnails, members, NEAR);
  const pace = startPace({ what, total: pool.count, unit: "pictures" }, settings);
  const near: Copy[] = [];
  for (let picture = 0; picture < pool.count; picture++) {
    await pace(picture);
    if (known.has(picture) || isPlain(pool, picture)) continue;
    const found = index.nearest(pool.thumbnails, picture, others === undefined ? picture : undefined);
    if (found !== undefined) near.push({ picture, of: found.index, distance: found.distance });
  }
  return { exact, near };
}

function findExact(pool: Fingerprints, others: Fingerprints | undefined): Copy[] {
  const first = new Map<number, number>();
  const exact: Copy[] = [];
  const add = ({ digests }: Fingerprints, index: number) => {
    if (!first.has(digests[index]!)) first.set(digests[index]!, index);
  };
  for (let index = 0; index < (others?.count ?? 0); index++) add(others!, index);
  for (let picture = 0; picture < pool.count; picture++) {
    const of = first.get(pool.digests[picture]!);
    // 48 bits of the digest alone might meet by chance, once in some hundred pools of a million.
    if (of !== undefined && haveEqualThumbnails(pool, picture, others ?? pool, of))
      exact.push({ picture, of, distance: 0 });
    else if (others === undefined) add(pool, picture);
  }
  return exact;
}

function haveEqualThumbnails(a: Fingerprints, index: number, b: Fingerprints, other: number): boolean {
  const left = a.thumbnails.subarray(index * THUMBNAIL, (index + 1) * THUMBNAIL);
  const right = b.thumbnails.subarray(other * THUMBNAIL, (other + 1) * THUMBNAIL);
  return Buffer.compare(left, right) === 0;
}
