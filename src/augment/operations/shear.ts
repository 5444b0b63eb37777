import { defineOperation, type Magnitudes, spaced } from "./operation.ts";
import { warpPilInto, warpTensorInto } from "./warp.ts";

const magnitudes: Magnitudes = {
  signed: true,
  at: (bin, bins) => spaced(0, 0.99, bin, bins),
};

// torchvision makes an angle of the magnitude, and the tangent of the angle.
const tangent = (magnitude: number) => Math.tan(radians(degrees(Math.atan(magnitude))));
const degrees = (angle: number) => angle * (180 / Math.PI);
const radians = (angle: number) => angle * (Math.PI / 180);

/** About the upper left corner: row y moves by m (y + 1/2) pixels to the left. Source: method.md 5.2. */
export const shearX = defineOperation({
  name: "shear-x",
  summary: "Slants the picture sideways",
  magnitudes,
  applyInto(source, shape, magnitude, target, rule) {
    const b = tangent(magnitude);
    if (rule === "tensor") {
      const c = (b * shape.height) / 2;
      warpTensorInto(source, shape, { a: 1, b, c, d: 0, e: 1, f: 0 }, target);
    } else warpPilInto(source, shape, { a: 1, b, c: 0, d: 0, e: 1, f: 0 }, target);
  },
});

/** About the upper left corner: column x moves by m (x + 1/2) pixels up. Source: method.md 5.2. */
export const shearY = defineOperation({
  name: "shear-y",
  summary: "Slants the picture upwards or downwards",
  magnitudes,
  applyInto(source, shape, magnitude, target, rule) {
    const d = tangent(magnitude);
    if (rule === "tensor") {
      const f = (d * shape.width) / 2;
      warpTensorInto(source, shape, { a: 1, b: 0, c: 0, d, e: 1, f }, target);
    } else warpPilInto(source, shape, { a: 1, b: 0, c: 0, d, e: 1, f: 0 }, target);
  },
});
