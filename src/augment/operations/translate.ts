import { moveInto } from "./move.ts";
import { defineOperation, type Magnitudes, spaced } from "./operation.ts";

/** Pixels whatever the size, cut to whole ones, so 15 and 31 never occur. Tensors and Pillow agree. method.md 5.2. */
const magnitudes: Magnitudes = {
  unit: "pixels",
  signed: true,
  at: (bin, bins) => spaced(0, 32, bin, bins),
};

export const translateX = defineOperation({
  name: "translate-x",
  summary: "Moves the picture to the right or left",
  magnitudes,
  applyInto: (source, shape, magnitude, target) => moveInto(source, shape, 0, Math.trunc(magnitude), target),
});

export const translateY = defineOperation({
  name: "translate-y",
  summary: "Moves the picture down or up",
  magnitudes,
  applyInto: (source, shape, magnitude, target) => moveInto(source, shape, Math.trunc(magnitude), 0, target),
});
