/** Pictures of any shape made to one size. */
import type { Picture } from "../pictures/picture.ts";
import { cropCentre, resizeBilinear, resizeShorterSide } from "../pictures/resize.ts";

export interface PictureForm {
  /** Side in pixels; undefined keeps pictures as they are. */
  readonly size?: number | undefined;
  /** How what is not square becomes so: by cutting the middle out, or by resizing each side on its own. */
  readonly crop: "centre" | "squeeze";
  readonly channels: 1 | 3;
}

/** The picture at its size, resized as Pillow does (bilinear, antialiased); one that has the size is not touched. */
export function fitPicture(picture: Picture, { size, crop }: Pick<PictureForm, "size" | "crop">): Picture {
  if (size === undefined || (picture.height === size && picture.width === size)) return picture;
  const square = { height: size, width: size };
  if (crop === "squeeze") return resizeBilinear(picture, square);
  return cropCentre(resizeShorterSide(picture, size), square);
}
