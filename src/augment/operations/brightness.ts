import { blendInto, blendMagnitudes } from "./blend.ts";
import { defineOperation } from "./operation.ts";

/** Towards black or away from it. Tensors and Pillow agree. Source: method.md 5.2. */
export const brightness = defineOperation({
  name: "brightness",
  summary: "Makes all values darker or lighter",
  magnitudes: blendMagnitudes,
  applyInto: (source, _shape, magnitude, target, rule) => blendInto(source, 0, magnitude, target, rule),
});
