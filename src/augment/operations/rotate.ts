import type { PictureShape } from "../../pictures/picture.ts";
import { defineOperation, spaced } from "./operation.ts";
import { warpPilInto, warpTensorInto } from "./warp.ts";

/** About the centre, counter-clockwise; the size stays, and corners are lost. Source: method.md 5.2. */
export const rotate = defineOperation({
  name: "rotate",
  summary: "Turns the picture about its centre, counter-clockwise",
  magnitudes: { signed: true, at: (bin, bins) => spaced(0, 135, bin, bins) },
  applyInto(source, shape, degrees, target, rule) {
    if (rule === "tensor") rotateTensorInto(source, shape, degrees, target);
    else rotatePilInto(source, shape, degrees, target);
  },
});

function rotateTensorInto(source: Uint8Array, shape: PictureShape, degrees: number, target: Uint8Array): void {
  const angle = degrees * (Math.PI / 180);
  const cosine = notLost(Math.cos(angle));
  const sine = Math.sin(angle);
  warpTensorInto(source, shape, { a: cosine, b: -sine, c: 0, d: sine, e: cosine, f: 0 }, target);
}

/**
 * The cosine of a quarter turn is not 0 but 6e-17. Where one side of the picture is odd and the other even, all positions
 * are then half-way between two pixels, and its sign decides; but the sums of `warpTensorInto` would lose a product 2^29
 * times smaller than the other. As 2^-40 it is not lost, and still too small for anything but such ties.
 */
function notLost(cosine: number): number {
  return Math.sign(cosine) * Math.max(Math.abs(cosine), 2 ** -40);
}

function rotatePilInto(source: Uint8Array, shape: PictureShape, degrees: number, target: Uint8Array): void {
  const { height, width } = shape;
  const turn = ((degrees % 360) + 360) % 360;
  const angle = -turn * (Math.PI / 180);
  // Rounded to 15 decimals, so that a quarter turn is exact.
  const cosine = Number(Math.cos(angle).toFixed(15));
  const sine = Number(Math.sin(angle).toFixed(15));
  const centreX = width / 2;
  const centreY = height / 2;
  const c = cosine * -centreX + sine * -centreY + centreX;
  const f = -sine * -centreX + cosine * -centreY + centreY;
  warpPilInto(source, shape, { a: cosine, b: sine, c, d: -sine, e: cosine, f }, target);
}
