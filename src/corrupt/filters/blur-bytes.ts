/** SciPy's Gaussian filter of a picture in units of full scale, back to bytes. Source: corruptions-c.md 4. */
import { byteCount, type PictureShape } from "../../pictures/picture.ts";
import { toByte } from "../to-byte.ts";
import { unitOf } from "../unit.ts";
import { gaussianFilterInto } from "./gaussian-filter.ts";
import { createScratch } from "./scratch.ts";

const valueScratch = createScratch(Float64Array);

/** Blurs [H,W,C] bytes into `target`, which may be `source` itself. Fills an argument: hot. */
export function blurBytesInto(source: Uint8Array, shape: PictureShape, sigma: number, target: Uint8Array): void {
  const size = byteCount(shape);
  const values = valueScratch(size);
  for (let i = 0; i < size; i++) values[i] = unitOf[source[i]!]!;
  gaussianFilterInto(values, shape, { sigma, truncate: 4, border: "nearest", stored: "float64" }, values);
  for (let i = 0; i < size; i++) target[i] = toByte(values[i]!);
}
