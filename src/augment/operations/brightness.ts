import { blend, blendMagnitudes } from "./blend.ts";
import { defineOperation } from "./operation.ts";
import { mapBytesInto } from "./table.ts";

/** Towards black or away from it. Tensors and Pillow agree. Source: method.md 5.2. */
export const brightness = defineOperation({
  name: "brightness",
  summary: "Makes all values darker or lighter",
  magnitudes: blendMagnitudes,
  applyInto(source, _shape, magnitude, target, rule) {
    for (let value = 0; value < 256; value++) table[value] = blend(value, 0, 1 + magnitude, rule);
    mapBytesInto(source, table, target);
  },
});

const table = new Uint8Array(256);
