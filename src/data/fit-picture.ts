/** Pictures of any shape made to one size. */
import { PatinaError } from "../errors.ts";
import type { Picture } from "../pictures/picture.ts";
import { cropCentre, resizeBilinear, resizeShorterSide, type Size } from "../pictures/resize.ts";

export interface PictureForm {
  /** Side in pixels; undefined keeps pictures as they are. */
  readonly size?: number | undefined;
  /** How what is not square becomes so: by cutting the middle out, or by resizing each side on its own. */
  readonly crop: "centre" | "squeeze";
  readonly channels: 1 | 3;
}

/**
 * Longer side to shorter: no photograph is so narrow, and one pixel by ten million, which fits into a few kilobytes, would
 * take gigabytes while its shorter side is made longer.
 */
const RATIO_LIMIT = 100;

/**
 * The picture at its size, resized as Pillow does (bilinear, antialiased); one that has the size is not touched.
 * @throws PatinaError `picture` where one side is more than 100 times as long as the other.
 */
export function fitPicture(picture: Picture, { size, crop }: Pick<PictureForm, "size" | "crop">): Picture {
  const { height, width } = picture;
  if (size === undefined || (height === size && width === size)) return picture;
  checkRatio(picture);
  const square = { height: size, width: size };
  if (crop === "squeeze") return resizeBilinear(picture, square);
  return cropCentre(resizeShorterSide(picture, size), square);
}

/** @throws PatinaError `picture` where one side is more than 100 times as long as the other */
export function checkRatio({ height, width }: Size): void {
  if (Math.max(height, width) <= RATIO_LIMIT * Math.min(height, width)) return;
  throw new PatinaError(
    "picture",
    `is ${height}x${width} pixels (height x width), too narrow to be made a square. Cut it, or remove it.`,
  );
}
