import { roundHalfEven } from "../../pictures/rounding.ts";
import { defineOperation } from "./operation.ts";

/** Keeps the highest bits of every value. Source: method.md 5.2. */
export const posterize = defineOperation({
  name: "posterize",
  summary: "Keeps the 8 to 2 highest bits of every value",
  magnitudes: {
    signed: false,
    // Half to even and in float32, as torch rounds; 31 bins have no halves.
    at: (bin, bins) => 8 - roundHalfEven(Math.fround(bin / ((bins - 1) / 6))),
  },
  applyInto(source, _shape, bits, target) {
    const mask = 0xff << (8 - bits);
    for (let i = 0; i < source.length; i++) target[i] = source[i]! & mask;
  },
});
