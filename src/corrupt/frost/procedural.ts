/**
 * Frost of our own making, for those who have not the original photographs: crystals with barbs over clouds of ice,
 * brought to the brightness and contrast of the five photographs, so that the corruption is about as strong.
 */
import { createPicture, type Picture } from "../../pictures/picture.ts";
import { type Stream, stream } from "../../random/stream.ts";
import { cloudsInto } from "./clouds.ts";
import { drawCrystal } from "./crystal.ts";
import type { FrostTextures } from "./textures.ts";

/** What one texture is made of. Mean and deviation by channel are those of the photograph in its place. */
interface Recipe {
  readonly height: number;
  readonly width: number;
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
  /** Pixels from one cloud to the next; how many pixels the clouds are bent by larger ones. */
  readonly clouds: { readonly size: number; readonly bend: number };
  /** How many there are for 10,000 pixels, their longest spine in pixels, and their brightness beside the clouds'. */
  readonly crystals: { readonly density: number; readonly length: number; readonly brightness: number };
}

const recipes: readonly Recipe[] = [
  {
    height: 600,
    width: 900,
    mean: [78, 149, 166],
    deviation: [27, 16, 15],
    clouds: { size: 160, bend: 130 },
    crystals: { density: 2, length: 90, brightness: 0.15 },
  },
  {
    height: 315,
    width: 560,
    mean: [201, 205, 214],
    deviation: [21, 22, 23],
    clouds: { size: 90, bend: 40 },
    crystals: { density: 60, length: 60, brightness: 0.55 },
  },
  {
    height: 315,
    width: 560,
    mean: [201, 205, 214],
    deviation: [21, 22, 23],
    clouds: { size: 60, bend: 50 },
    crystals: { density: 40, length: 80, brightness: 0.55 },
  },
  {
    height: 350,
    width: 527,
    mean: [138, 153, 165],
    deviation: [28, 28, 30],
    clouds: { size: 70, bend: 20 },
    crystals: { density: 90, length: 24, brightness: 0.8 },
  },
  {
    height: 495,
    width: 660,
    mean: [112, 123, 135],
    deviation: [44, 43, 42],
    clouds: { size: 200, bend: 60 },
    crystals: { density: 90, length: 36, brightness: 0.9 },
  },
];

let made: FrostTextures | undefined;

/** Always the same pictures. Made by the first call, in a third of a second. */
export function proceduralFrost(): FrostTextures {
  made ??= { name: "procedural", pictures: recipes.map((recipe, index) => paint(recipe, stream(0, "frost", index))) };
  return made;
}

function paint(recipe: Recipe, draws: Stream): Picture {
  const { height, width, clouds, crystals, mean, deviation } = recipe;
  const field = new Float32Array(height * width);
  cloudsInto(field, { height, width }, clouds, draws.fork("clouds"));
  const places = draws.fork("crystals");
  const count = Math.round((height * width * crystals.density) / 10_000);
  for (let index = 0; index < count; index++)
    drawCrystal(field, { height, width }, places, crystals.length, crystals.brightness);
  const { centre, spread } = momentsOf(field);
  const picture = createPicture({ height, width, channels: 3 });
  for (let pixel = 0, at = 0; pixel < field.length; pixel++)
    for (let channel = 0; channel < 3; channel++, at++) {
      const value = mean[channel]! + (deviation[channel]! * (field[pixel]! - centre)) / spread;
      picture.bytes[at] = Math.max(0, Math.min(255, Math.round(value)));
    }
  return picture;
}

function momentsOf(field: Float32Array): { centre: number; spread: number } {
  let sum = 0;
  let squares = 0;
  for (const value of field) {
    sum += value;
    squares += value * value;
  }
  const centre = sum / field.length;
  return { centre, spread: Math.sqrt(squares / field.length - centre * centre) };
}
