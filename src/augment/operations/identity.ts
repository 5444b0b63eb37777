import { defineOperation } from "./operation.ts";

/** Leaves the picture as it is. */
export const identity = defineOperation({
  name: "identity",
  summary: "Leaves the picture as it is",
  magnitudes: "none",
  applyInto: (source, _shape, _magnitude, target) => target.set(source),
});
