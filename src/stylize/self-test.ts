/** Whether the weights of a stylizer are what they should be: it takes a picture apart and puts it together again. */
import { inference } from "../engine/autograd.ts";
import { scope } from "../engine/scope.ts";
import { PatinaError } from "../errors.ts";
import { createPicture, type Picture } from "../pictures/picture.ts";
import { drawSheet } from "../pictures/sheet.ts";
import { bytesOf, imagesOf } from "./images.ts";
import { drawScene } from "./scenes.ts";
import { signalToNoise } from "./signal-to-noise.ts";
import type { Stylizer } from "./stylizer.ts";

/** Wrong weights rebuild noise, with less than 8 dB; the right ones lose detail but not the picture. */
const LEAST_DECIBEL = 12;

export interface SelfTest {
  /** Of the rebuilt test picture, in dB. */
  readonly signalToNoise: number;
  /** The test picture and what became of it, side by side. */
  readonly sheet: Picture;
}

/**
 * @param size side of the test picture in pixels
 * @throws PatinaError `weights` where it is not recognisable any more
 */
export function testStylizer(stylizer: Stylizer, size: number, name: string): SelfTest {
  const picture = drawScene("house", size);
  const bytes = scope(() =>
    inference(() => bytesOf(stylizer.forward(imagesOf(picture.bytes, picture, stylizer.device)))),
  );
  const [found] = signalToNoise(picture.bytes, bytes, picture.bytes.length);
  if (!(found! >= LEAST_DECIBEL))
    throw new PatinaError(
      "weights",
      `${name}: a test picture comes back with ${found!.toFixed(1)} dB, where at least ${LEAST_DECIBEL} are expected: encoder and decoder do not belong together, or one is damaged. Download both again.`,
    );
  return {
    signalToNoise: found!,
    sheet: drawSheet([picture, createPicture({ height: size, width: size, channels: 3 }, bytes)], { columns: 2 }),
  };
}
