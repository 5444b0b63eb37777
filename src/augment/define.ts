/** What an augmentation is: a name, options, a draw that makes plain data, an application that is deterministic. */
import type { z } from "zod";
import { blackLike, type Picture, type PictureShape } from "../pictures/picture.ts";
import type { Stream } from "../random/stream.ts";

export interface AugmentationDefinition<Name extends string, Options extends z.ZodObject, Draw> {
  /** In kebab-case, as experiments name it. */
  readonly name: Name;
  /** One sentence for help and documents. */
  readonly summary: string;
  /** A strict object; every option with its default, so that `{}` is valid. */
  readonly options: Options;
  /** Every random choice for one picture, as plain data (it survives `structuredClone`): all that applying needs. */
  draw(stream: Stream, options: z.output<Options>, shape: PictureShape): Draw;
  /**
   * Writes the changed picture into `target`, every byte of it. Both hold [H,W,C] bytes of that shape, and share none.
   * Fills an argument and keeps what scratch it needs: an array a picture costs a fifth of the speed at 32x32.
   */
  applyInto(source: Uint8Array, shape: PictureShape, draw: Draw, target: Uint8Array): void;
}

export interface Augmentation<Name extends string = string, Options extends z.ZodObject = z.ZodObject, Draw = unknown>
  extends AugmentationDefinition<Name, Options, Draw> {
  /** The changed picture, of the same shape; the given one stays as it is. */
  apply(picture: Picture, draw: Draw): Picture;
}

/** Completes a definition. Its name comes into use by one line in `registry.ts`. */
export function defineAugmentation<const Name extends string, Options extends z.ZodObject, Draw>(
  definition: AugmentationDefinition<Name, Options, Draw>,
): Augmentation<Name, Options, Draw> {
  return {
    ...definition,
    apply(picture, draw) {
      const result = blackLike(picture);
      definition.applyInto(picture.bytes, picture, draw, result.bytes);
      return result;
    },
  };
}
