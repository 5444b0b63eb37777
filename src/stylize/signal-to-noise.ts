/** How well pictures came back. */
import { PatinaError } from "../errors.ts";

/** Peak signal-to-noise ratio in dB of each picture: -10 log10 of the mean squared error of values in [0,1]. */
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
    return -10 * Math.log10(squares / pictureBytes);
  });
}
