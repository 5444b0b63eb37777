/**
 * The corruptions by name. A new one is a file and a line here; suites, help, documents, goldens and the shared tests
 * read this list, and nothing hangs on the order.
 */
import { nearestName, PatinaError } from "../errors.ts";
import { blueNoiseSample } from "./blue-noise-sample.ts";
import { brightness } from "./brightness.ts";
import { brownishNoise } from "./brownish-noise.ts";
import { causticRefraction } from "./caustic-refraction.ts";
import { checkerboardCutout } from "./checkerboard-cutout.ts";
import { circularMotionBlur } from "./circular-motion-blur.ts";
import { cocentricSineWaves } from "./cocentric-sine-waves.ts";
import { contrast } from "./contrast.ts";
import type { Corruption } from "./define.ts";
import { defocusBlur } from "./defocus-blur.ts";
import { elasticTransform } from "./elastic-transform.ts";
import { fog } from "./fog.ts";
import { frost } from "./frost/frost.ts";
import { gaussianBlur } from "./gaussian-blur.ts";
import { gaussianNoise } from "./gaussian-noise.ts";
import { glassBlur } from "./glass-blur.ts";
import { impulseNoise } from "./impulse-noise.ts";
import { inverseSparkles } from "./inverse-sparkles.ts";
import { jpegCompression } from "./jpeg-compression.ts";
import { lines } from "./lines.ts";
import { motionBlur } from "./motion-blur.ts";
import { perlinNoise } from "./perlin-noise.ts";
import { pinchAndTwirl } from "./pinch-and-twirl.ts";
import { pixelate } from "./pixelate.ts";
import { plasmaNoise } from "./plasma-noise.ts";
import { ripple } from "./ripple.ts";
import { saturate } from "./saturate.ts";
import { shotNoise } from "./shot-noise.ts";
import { singleFrequencyGreyscale } from "./single-frequency-greyscale.ts";
import { snow } from "./snow.ts";
import { sparkles } from "./sparkles.ts";
import { spatter } from "./spatter/spatter.ts";
import { speckleNoise } from "./speckle-noise.ts";
import { transverseChromaticAbberation } from "./transverse-chromatic-abberation.ts";
import { zoomBlur } from "./zoom-blur.ts";

export const corruptions = [
  gaussianNoise,
  shotNoise,
  impulseNoise,
  speckleNoise,
  gaussianBlur,
  defocusBlur,
  glassBlur,
  motionBlur,
  zoomBlur,
  brightness,
  contrast,
  saturate,
  pixelate,
  jpegCompression,
  fog,
  blueNoiseSample,
  brownishNoise,
  causticRefraction,
  checkerboardCutout,
  circularMotionBlur,
  cocentricSineWaves,
  inverseSparkles,
  lines,
  perlinNoise,
  pinchAndTwirl,
  plasmaNoise,
  ripple,
  singleFrequencyGreyscale,
  sparkles,
  transverseChromaticAbberation,
  frost,
  elasticTransform,
  spatter,
  snow,
] as const satisfies readonly Corruption[];

export type CorruptionName = (typeof corruptions)[number]["name"];

const byName = new Map<string, Corruption>(corruptions.map((corruption) => [corruption.name, corruption]));

/** The corruption of that name. Throws `unknown-name`, with the nearest name there is. */
export function findCorruption(name: string): Corruption {
  const found = byName.get(name);
  if (found !== undefined) return found;
  // From JavaScript it may be no name at all.
  throw new PatinaError("unknown-name", `unknown corruption "${name}". ${remedyFor(String(name))}`);
}

function remedyFor(name: string): string {
  if (name.includes(",")) return "Give one name at a time, not a list.";
  const nearest = nearestName(name, byName.keys());
  return nearest === undefined ? `There are ${[...byName.keys()].join(", ")}.` : `Did you mean "${nearest}"?`;
}
