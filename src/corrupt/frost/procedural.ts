/**
 * Frost of our own making, for those who have not the original photographs: feathers, needles, crystals and wrinkled ice,
 * as large as the photographs, and as bright and as varied in each channel.
 */
import { createPicture, type Picture } from "../../pictures/picture.ts";
import { type Stream, stream } from "../../random/stream.ts";
import { addClouds, createField, drawStroke, type Field, lightRelief, type Stroke, standardise } from "./field.ts";
import type { FrostTextures } from "./textures.ts";

interface Recipe {
  readonly height: number;
  readonly width: number;
  /** Of red, green and blue: those of the photograph in the same place. */
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
  /** Which part of red goes its own way, 0 to 1: patches of grey in blue ice. */
  readonly tint: number;
  grow(field: Field, source: Stream): void;
}

const recipes: readonly Recipe[] = [
  { height: 600, width: 900, mean: [78, 149, 166], deviation: [27, 17, 15], tint: 0.7, grow: growWrinkles },
  { height: 315, width: 560, mean: [201, 205, 215], deviation: [21, 22, 23], tint: 0, grow: growNeedles },
  { height: 315, width: 560, mean: [201, 205, 215], deviation: [21, 22, 23], tint: 0, grow: growNeedles },
  { height: 350, width: 527, mean: [138, 153, 165], deviation: [28, 28, 30], tint: 0, grow: growCrystals },
  { height: 495, width: 660, mean: [112, 123, 135], deviation: [44, 43, 42], tint: 0, grow: growFeathers },
];

let made: FrostTextures | undefined;

/** The same five always. Made by the first call. */
export function proceduralFrost(): FrostTextures {
  made ??= { name: "procedural", pictures: recipes.map((recipe, index) => paint(recipe, stream(0, "frost", index))) };
  return made;
}

function paint({ height, width, mean, deviation, tint, grow }: Recipe, source: Stream): Picture {
  const field = createField(height, width);
  grow(field, source);
  standardise(field);
  const ownRed = createField(height, width);
  addClouds(ownRed, source, { cell: 130, octaves: 5, strength: 1 });
  standardise(ownRed);
  const picture = createPicture({ height, width, channels: 3 });
  for (let pixel = 0, at = 0; pixel < field.values.length; pixel++) {
    const value = field.values[pixel]!;
    const red = Math.sqrt(1 - tint * tint) * value + tint * ownRed.values[pixel]!; // deviation 1 again
    for (let channel = 0; channel < 3; channel++, at++) {
      const byte = mean[channel]! + deviation[channel]! * (channel === 0 ? red : value);
      picture.bytes[at] = Math.min(255, Math.max(0, Math.round(byte)));
    }
  }
  return picture;
}

/** Between two numbers. */
const between = (source: Stream, low: number, high: number): number => low + (high - low) * source.uniform();

/** Thin ice, wrinkled along lines that flow. */
function growWrinkles(field: Field, source: Stream): void {
  for (let wrinkle = 0; wrinkle < 22_000; wrinkle++) {
    const x = between(source, 0, field.width);
    const y = between(source, 0, field.height);
    const flow = 0.5 + Math.sin(x / 90 + 2 * Math.sin(y / 130)) + Math.sin(y / 70 + x / 200);
    drawStroke(field, {
      x,
      y,
      angle: flow + between(source, -0.9, 0.9),
      length: between(source, 5, 26),
      width: between(source, 0.8, 2),
      light: between(source, -1, 1),
      tilt: 0.5,
      cover: 0.7,
      bend: between(source, -1.5, 1.5),
    });
  }
  lightRelief(field, 0.7);
  standardise(field);
  addClouds(field, source, { cell: 150, octaves: 4, strength: 2.5 });
}

/** Bundles of blades, crossing each other. */
function growNeedles(field: Field, source: Stream): void {
  addClouds(field, source, { cell: 60, octaves: 6, strength: 0.5 });
  for (let bundle = 0; bundle < 1400; bundle++) {
    const x = between(source, -20, field.width + 20);
    const y = between(source, -20, field.height + 20);
    const angle = between(source, 0, 2 * Math.PI);
    const length = between(source, 15, 80);
    const light = between(source, -0.3, 0.6);
    const count = source.integer(3, 8);
    for (let i = 0; i < count; i++)
      drawStroke(field, {
        x: x + between(source, -5, 5),
        y: y + between(source, -5, 5),
        angle: angle + between(source, -0.2, 0.2),
        length: length * between(source, 0.5, 1),
        width: between(source, 1, 5),
        light: light + between(source, -0.3, 0.3),
        tilt: between(source, -0.3, 0.3),
        cover: between(source, 0.2, 0.7),
        bend: between(source, -0.15, 0.15),
      });
  }
  lightRelief(field, 0.5);
  addClouds(field, source, { cell: 160, octaves: 7, strength: 0.5 });
}

/** Small stars of blades among grains of ice. */
function growCrystals(field: Field, source: Stream): void {
  addClouds(field, source, { cell: 3, octaves: 2, strength: 0.4 });
  for (let star = 0; star < 4000; star++) {
    const x = between(source, 0, field.width);
    const y = between(source, 0, field.height);
    const size = 3 + 24 * source.uniform() ** 6;
    const turn = between(source, 0, 2 * Math.PI);
    const count = source.integer(2, 5);
    for (let i = 0; i < count; i++)
      drawStroke(field, {
        x,
        y,
        angle: turn + (i * Math.PI) / 3,
        length: size * between(source, 0.6, 1.2),
        width: size * between(source, 0.15, 0.5),
        light: between(source, -0.7, 1),
        tilt: between(source, -0.8, 0.8),
        cover: 0.8,
        bend: between(source, -0.4, 0.4),
      });
  }
  lightRelief(field, 0.4);
  addClouds(field, source, { cell: 160, octaves: 6, strength: 0.7 });
}

/** Feathers over fainter feathers, as frost grows on a window. */
function growFeathers(field: Field, source: Stream): void {
  addClouds(field, source, { cell: 5, octaves: 2, strength: 0.08 });
  const count = 1500;
  for (let feather = 0; feather < count; feather++) {
    const x = between(source, 0, field.width);
    const y = between(source, 0, field.height);
    const turn = between(source, 0, 2 * Math.PI);
    const length = 12 + 50 * source.uniform() ** 2;
    const light = -0.2 + (1.3 * feather) / count;
    const arms = source.integer(1, 4);
    for (let i = 0; i < arms; i++)
      drawFeather(field, source, {
        x,
        y,
        angle: turn + i * between(source, 0.7, 1.1),
        length: length * between(source, 0.6, 1),
        width: 1.5,
        light,
        tilt: 0.1,
        cover: 0.75,
        bend: between(source, -0.3, 0.3),
      });
  }
  lightRelief(field, 0.4);
  addClouds(field, source, { cell: 260, octaves: 3, strength: 0.4 });
}

/** A stem with barbs on both sides, slanting forward, shorter towards the tip. */
function drawFeather(field: Field, source: Stream, stem: Stroke): void {
  drawStroke(field, stem);
  for (let way = 2; way < stem.length - 2; way += between(source, 2, 3.5)) {
    const angle = stem.angle + (stem.bend * way) / stem.length / 2;
    const reach = Math.min(0.5 * way + 3, 0.45 * (stem.length - way) + 2);
    for (const side of [-1, 1])
      drawStroke(field, {
        ...stem,
        x: stem.x + way * Math.cos(angle),
        y: stem.y + way * Math.sin(angle),
        angle: angle + side * between(source, 0.75, 1.05),
        length: reach * between(source, 0.6, 1.1),
        width: 1.1,
        light: stem.light * between(source, 0.5, 1),
        bend: 0,
      });
  }
}
