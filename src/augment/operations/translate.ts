import { moveInto } from "./move.ts";
import { defineOperation, type Magnitudes, spaced } from "./operation.ts";

/** Pixels whatever the size, cut to whole ones, so 15 and 31 never occur. Tensors and Pillow agree. method.md 5.2. */
const magnitudes: Magnitudes = {
  signed: true,
  at: (bin, bins) => spaced(0, 32, bin, bins),
};

export const translateX = defineOperation({
  name: "translate-x",
  summary: "Moves the picture to the right or left",
  magnitudes,
  applyInto: (source, shape, pixels, target) => moveInto(source, shape, 0, Math.trunc(pixels), target),
});

export const translateY = defineOperation({
  name: "translate-y",
  summary: "Moves the picture down or up",
  magnitudes,
  applyInto: (source, shape, pixels, target) => moveInto(source, shape, Math.trunc(pixels), 0, target),
});
