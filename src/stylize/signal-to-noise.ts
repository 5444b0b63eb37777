/** How well pictures came back. */
import { PatinaError } from "../errors.ts";

/** Mean squared error that rounding to bytes alone makes: one that came back exactly has 59 dB rather than endless ones. */
const ROUNDING = 1 / 255 ** 2 / 12;

/** Peak signal-to-noise ratio in dB of each picture, at most 59: -10 log10 of the mean squared error of values in [0,1]. */
export function signalToNoise(wanted: Uint8Array, found: Uint8Array, pictureBytes: number): Float64Array {
  if (wanted.length !== found.length)
    throw new PatinaError(
      "argument",
      `signalToNoise: ${wanted.length} bytes beside ${found.length}. Give equal pictures.`,
    );
  return Float64Array.from({ length: wanted.length / pictureBytes }, (_, picture) => {
    let squares = 0;
    for (let at = picture * pictureBytes; at < (picture + 1) * pictureBytes; at++)
      squares += ((wanted[at]! - found[at]!) / 255) ** 2;
    return -10 * Math.log10(Math.max(squares / pictureBytes, ROUNDING));
  });
}
