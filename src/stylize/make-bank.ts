/** Makes a style bank from pictures. */
import { fitPicture } from "../data/fit-picture.ts";
import { inference } from "../engine/autograd.ts";
import { squareRoot } from "../engine/ops/arithmetic.ts";
import { scope } from "../engine/scope.ts";
import { about } from "../errors.ts";
import { channelStatistics } from "./adain.ts";
import type { StyleBank } from "./bank.ts";
import { imagesOf } from "./images.ts";
import { noStylePictures, type StylePicture } from "./style-pictures.ts";
import type { Stylizer } from "./stylizer.ts";

export interface MakeBankOptions {
  /** Side in pixels at which styles are measured: best that at which pictures are restyled, so that both have one scale. */
  readonly size: number;
  /** How pictures become square. */
  readonly crop: "centre" | "squeeze";
  /** Where the pictures come from, for people. */
  readonly source: string;
  /** Told after each picture, and waited for; may throw, to end early. */
  readonly progress?: (done: number) => Promise<void> | void;
}

/**
 * Measures every picture, one at a time: memory does not grow with their number but for the bank itself.
 * @param pictures in colour
 * @throws PatinaError `data` without pictures; `picture` where one is too narrow; `argument` where the size is too small
 */
export async function makeStyleBank(
  stylizer: Stylizer,
  pictures: AsyncIterable<StylePicture> | Iterable<StylePicture>,
  { size, crop, source, progress }: MakeBankOptions,
): Promise<StyleBank> {
  stylizer.checkSize({ height: size, width: size });
  const { channels, device } = stylizer;
  const names: { name: string; digest: string }[] = [];
  const means: Float32Array[] = [];
  const deviations: Float32Array[] = [];
  for await (const { name, digest, picture } of pictures) {
    const fitted = about(name, () => fitPicture(picture, { size, crop }));
    scope(() =>
      inference(() => {
        const features = stylizer.encode(imagesOf(fitted.bytes, fitted, device));
        const { mean, variance } = channelStatistics(features);
        means.push(mean.toFloat32Array());
        deviations.push(squareRoot(variance).toFloat32Array());
      }),
    );
    names.push({ name, digest });
    await progress?.(names.length);
  }
  if (names.length === 0) throw noStylePictures(source);
  const join = (parts: readonly Float32Array[]) => {
    const joined = new Float32Array(parts.length * channels);
    for (const [index, part] of parts.entries()) joined.set(part, index * channels);
    return joined;
  };
  const encoder = stylizer.encoderDigest();
  return {
    mean: join(means),
    deviation: join(deviations),
    channels,
    pictures: names,
    size,
    crop,
    encoder,
    source,
  };
}
