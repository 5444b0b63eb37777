/** Mixes in colours of a warped plane of waves. Source: corruptions-cbar.md 5. */
import { cutToByte, shorterSide, uniformBetween } from "./bar-rules.ts";
import { barStrengths, level } from "./bar-strengths.ts";
import { defineCorruption } from "./define.ts";
import { createScratch } from "./filters/scratch.ts";
import { sinCosInto } from "./filters/trigonometry.ts";

export const plasmaNoise = defineCorruption({
  name: "plasma_noise",
  summary: "Mixes in the colours of a plasma",
  constants: barStrengths({ imageNet: [4.75, 7, 8.5, 9.25, 10] }),
  draw: (stream, shape) => ({
    time: uniformBetween(stream, 0, 6 * Math.PI),
    iterations: stream.integer(4, 6), // 7 is not reached
    sharpness: uniformBetween(stream, 0.5, 1),
    scale: uniformBetween(stream, 0.075, 0.2) * shorterSide(shape),
  }),
  applyInto(source, { height, width, channels }, { time, iterations, sharpness, scale }, strength, target) {
    const most = level(strength, 64);
    const kept = 1 - most / 255;
    const wobble = Math.sin(time);
    const row = rowOf(width);
    const { warpedX, warpedY, first, unused } = row;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        warpedX[x] = x / scale;
        warpedY[x] = y / scale;
      }
      warpRow(row, width, time, iterations, 2.25 - sharpness);
      for (let channel = 0; channel < channels; channel++) {
        for (let x = 0; x < width; x++)
          first[x] =
            channel === 0
              ? warpedX[x]! - time
              : channel === 1
                ? (warpedX[x]! + warpedY[x]! + wobble) * 0.5
                : warpedY[x]! + time;
        sinCosInto(first, first, unused, width);
        for (let x = 0, at = y * width * channels + channel; x < width; x++, at += channels)
          target[at] = cutToByte(kept * source[at]! + most * first[x]!);
      }
    }
  },
});

/** Along a row: the places of its pixels in the plane, and what sines are taken of. */
const scratch = Array.from({ length: 5 }, () => createScratch(Float64Array));

function rowOf(width: number) {
  const [warpedX, warpedY, first, second, unused] = scratch.map((make) => make(width));
  return { warpedX: warpedX!, warpedY: warpedY!, first: first!, second: second!, unused: unused! };
}

function warpRow(
  { warpedX, warpedY, first, second, unused }: ReturnType<typeof rowOf>,
  width: number,
  time: number,
  iterations: number,
  growth: number,
): void {
  let frequency = 1;
  let slowness = 1;
  let damping = 1;
  for (let i = 0; i < iterations; i++) {
    const moment = time / slowness;
    for (let x = 0; x < width; x++) {
      first[x] = warpedY[x]! * frequency + moment;
      second[x] = warpedX[x]! * frequency + moment;
    }
    sinCosInto(first, unused, first, width);
    sinCosInto(second, second, unused, width);
    for (let x = 0; x < width; x++) {
      const r0 = first[x]! / damping;
      const r1 = second[x]! / damping;
      warpedX[x] = warpedX[x]! + (r0 - 0.3 * r1);
      warpedY[x] = warpedY[x]! + (r1 + 0.3 * r0);
    }
    frequency *= 1.93;
    slowness *= 1.15;
    damping *= growth;
  }
}
