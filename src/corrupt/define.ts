/** What a corruption is: a name, constants by size and severity, a draw that makes plain data, an application that is deterministic. */
import { blackLike, type Picture, type PictureShape } from "../pictures/picture.ts";
import type { Stream } from "../random/stream.ts";

/** Sides of the pictures, in pixels, for which the benchmarks publish constants. */
export const tableSizes = [32, 64, 224] as const;
export type TableSize = (typeof tableSizes)[number];

export const severities = [1, 2, 3, 4, 5] as const;
export type Severity = (typeof severities)[number];

export interface CorruptionDefinition<Name extends string, Constants, Draw> {
  /** The benchmark's own spelling: published files are named by it. */
  readonly name: Name;
  /** One sentence for help and documents. */
  readonly summary: string;
  /** For each table size, those of severity 1 to 5. */
  readonly constants: Readonly<Record<TableSize, readonly [Constants, Constants, Constants, Constants, Constants]>>;
  /**
   * Every random choice for one picture, as plain data (it survives `structuredClone`). The picture's bytes are given,
   * since photons are counted where it is bright; nothing else may depend on them.
   */
  draw(stream: Stream, shape: PictureShape, constants: Constants, source: Uint8Array): Draw;
  /**
   * Writes the corrupted picture into `target`, every byte of it. Both hold [H,W,C] bytes of that shape, and share none.
   * Fills an argument and keeps what scratch it needs: arrays made anew cost more than the cheap corruptions.
   */
  applyInto(source: Uint8Array, shape: PictureShape, draw: Draw, constants: Constants, target: Uint8Array): void;
}

export interface Corruption<Name extends string = string, Constants = unknown, Draw = unknown>
  extends CorruptionDefinition<Name, Constants, Draw> {
  /** The corrupted picture, of the same shape; the given one stays as it is. */
  apply(picture: Picture, draw: Draw, constants: Constants): Picture;
}

/** Completes a definition. Its name comes into use by one line in `registry.ts`, and in `suites.ts` where it belongs to one. */
export function defineCorruption<const Name extends string, Constants, Draw>(
  definition: CorruptionDefinition<Name, Constants, Draw>,
): Corruption<Name, Constants, Draw> {
  return {
    ...definition,
    apply(picture, draw, constants) {
      const result = blackLike(picture);
      definition.applyInto(picture.bytes, picture, draw, constants, result.bytes);
      return result;
    },
  };
}
