/** Compresses by JPEG and decodes again. Source: corruptions-c.md 5. */
import { defineCorruption } from "./define.ts";
import { jpegRoundTripInto } from "./jpeg-round-trip.ts";

export const jpegCompression = defineCorruption({
  name: "jpeg_compression",
  summary: "Compresses the picture by JPEG",
  constants: {
    // quality
    32: [80, 65, 58, 50, 40],
    64: [65, 58, 50, 40, 25],
    224: [25, 18, 15, 10, 7],
  },
  draw: () => ({}),
  applyInto: (source, shape, _draw, quality, target) => jpegRoundTripInto(source, shape, quality, target),
});
