/** Pinches and twirls the picture in a grid of circles. Source: corruptions-cbar.md 5. */
import type { PictureShape } from "../pictures/picture.ts";
import { cutToByte, shorterSide } from "./bar-rules.ts";
import { barStrengths, level } from "./bar-strengths.ts";
import { defineCorruption } from "./define.ts";
import { sampleBilinearInto } from "./filters/bilinear.ts";
import { lastMade } from "./filters/last-made.ts";
import { createScratch } from "./filters/scratch.ts";

export const pinchAndTwirl = defineCorruption({
  name: "pinch_and_twirl",
  summary: "Pinches and twirls the picture in a grid of circles",
  constants: barStrengths({ cifar: [5.5, 6, 6.5, 8.5, 10] }),
  /** The way each circle turns, 1 or -1, column of circles by column. */
  draw: (stream, shape) => ({
    signs: Int8Array.from({ length: circlesAcross(shape) ** 2 }, () => 1 - 2 * stream.integer(0, 1)),
  }),
  applyInto(source, shape, { signs }, strength, target) {
    const picture = pictureScratch(source.length);
    picture.set(source);
    const count = circlesAcross(shape);
    const cell = { height: Math.floor(shape.height / count), width: Math.floor(shape.width / count) };
    const twirl = twirlOf(`${cell.height} ${cell.width} ${strength}`, () => makeTwirl(cell, strength));
    for (let column = 0, circle = 0; column < count; column++)
      for (let row = 0; row < count; row++, circle++)
        turnCell(picture, shape, cell, row * cell.height, column * cell.width, twirl, signs[circle]!);
    for (let at = 0; at < source.length; at++) target[at] = cutToByte(picture[at]!);
  },
});

/** Circles along each axis. Cells of a picture that is not square are not either; their circles are. */
function circlesAcross(shape: PictureShape): number {
  return shorterSide(shape) === 224 ? 5 : 3;
}

interface Cell {
  readonly height: number;
  readonly width: number;
}

/**
 * From where each pixel of a cell is seen, from the circle's centre: [height, width, 4], which are the two parts of the
 * row and of the column (the second changes its sign with the circle's). Not a number where the pixel stays.
 */
type Twirl = Float64Array;

const twirlOf = lastMade<Twirl>(16);

function makeTwirl({ height, width }: Cell, strength: number): Twirl {
  const most = level(strength, Math.PI / 2);
  const amount = level(strength, 0.4) + 0.1;
  const radius = Math.min(height, width) / 2;
  const twirl = new Float64Array(4 * height * width);
  for (let row = 0, at = 0; row < height; row++)
    for (let column = 0; column < width; column++, at += 4) {
      const dy = row - height / 2;
      const dx = column - width / 2;
      const distance = Math.sqrt(dy * dy + dx * dx);
      if (distance > radius || distance < 0.0005) {
        twirl.fill(Number.NaN, at, at + 4);
        continue;
      }
      const part = distance / radius;
      const pinch = Math.sin(Math.PI * 0.5 * part) ** -amount;
      const angle = most * (1 - part) ** 2;
      twirl[at] = dy * pinch * Math.cos(angle);
      twirl[at + 1] = dx * pinch * Math.sin(angle);
      twirl[at + 2] = dy * pinch * Math.sin(angle);
      twirl[at + 3] = dx * pinch * Math.cos(angle);
    }
  return twirl;
}

const pictureScratch = createScratch(Float32Array);
const cellScratch = createScratch(Float32Array);
const colour = new Float64Array(3);

/** In the float32 picture as the circles so far have left it. No pixel is written before the last is read. */
function turnCell(
  picture: Float32Array,
  shape: PictureShape,
  { height, width }: Cell,
  top: number,
  left: number,
  twirl: Twirl,
  sign: number,
): void {
  const { channels } = shape;
  const rowLength = shape.width * channels;
  const turned = cellScratch(height * width * channels);
  for (let y = 0, at = 0, to = 0; y < height; y++) {
    const first = (top + y) * rowLength + left * channels;
    for (let x = 0; x < width; x++, at += 4, to += channels) {
      const dy = twirl[at]!;
      if (Number.isNaN(dy)) {
        for (let channel = 0; channel < channels; channel++)
          turned[to + channel] = picture[first + x * channels + channel]!;
        continue;
      }
      const row = top + height / 2 + (dy - sign * twirl[at + 1]!);
      const column = left + width / 2 + (sign * twirl[at + 2]! + twirl[at + 3]!);
      sampleBilinearInto(colour, picture, shape, row, column);
      for (let channel = 0; channel < channels; channel++) turned[to + channel] = colour[channel]!;
    }
  }
  for (let y = 0; y < height; y++) {
    const first = (top + y) * rowLength + left * channels;
    const from = y * width * channels;
    for (let i = 0; i < width * channels; i++) picture[first + i] = turned[from + i]!;
  }
}
