/** Whether the weights of a stylizer are what they should be: it takes a picture apart and puts it together again. */
import { inference } from "../engine/autograd.ts";
import { scope } from "../engine/scope.ts";
import { PatinaError } from "../errors.ts";
import { createPicture, type Picture } from "../pictures/picture.ts";
import { drawSheet } from "../pictures/sheet.ts";
import { bytesOf, imagesOf } from "./images.ts";
import { signalToNoise } from "./signal-to-noise.ts";
import type { Stylizer } from "./stylizer.ts";

/** Wrong weights rebuild noise, with 5 to 8 dB; the published ones lose detail but not the picture. */
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
  const picture = testPicture(size);
  const bytes = scope(() =>
    inference(() => bytesOf(stylizer.forward(imagesOf(picture.bytes, picture, stylizer.device)))),
  );
  const [found] = signalToNoise(picture.bytes, bytes, picture.bytes.length);
  if (!(found! >= LEAST_DECIBEL))
    throw new PatinaError(
      "weights",
      `${name}: a test picture comes back with ${found!.toFixed(1)} dB, where at least ${LEAST_DECIBEL} are expected: encoder and decoder do not belong together, or one is damaged. Download both again.`,
    );
  return { signalToNoise: found!, sheet: drawSheet([picture, createPicture(testShape(size), bytes)], { columns: 2 }) };
}

const testShape = (size: number) => ({ height: size, width: size, channels: 3 }) as const;

/** A sky, a sun, a hill and a house: slopes of colour, edges of all directions. */
function testPicture(size: number): Picture {
  const picture = createPicture(testShape(size));
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const [x, y] = [(column + 0.5) / size, (row + 0.5) / size];
      picture.bytes.set(colourAt(x, y), (row * size + column) * 3);
    }
  return picture;
}

/** @param x from the left, @param y from above, in [0,1] */
function colourAt(x: number, y: number): [number, number, number] {
  const isSun = (x - 0.75) ** 2 + (y - 0.22) ** 2 < 0.012;
  const isHouse = x > 0.2 && x < 0.45 && y > 0.5 && y < 0.8;
  const isRoof = y > 0.36 && y <= 0.5 && Math.abs(x - 0.325) < (y - 0.36) * 1.2;
  if (isHouse) return x > 0.29 && x < 0.36 && y > 0.62 ? [70, 45, 30] : [205, 190, 165];
  if (isRoof) return [165, 60, 45];
  if (y > 0.72 + 0.08 * Math.sin(6 * x)) return [60 + 60 * x, 130 - 40 * (y - 0.7), 55];
  return isSun ? [250, 225, 120] : [110 + 90 * y, 160 + 60 * y, 225];
}
