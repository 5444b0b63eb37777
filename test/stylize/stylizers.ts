/** Stylizers with the made-up weights of scripts/golden/stylize.py, and the pictures that go with them. */
import { join } from "node:path";
import { createPicture } from "../../src/pictures/picture.ts";
import { stream } from "../../src/random/stream.ts";
import { saveStyleBank } from "../../src/stylize/bank.ts";
import { makeStyleBank } from "../../src/stylize/make-bank.ts";
import { StylizerOptions } from "../../src/stylize/options.ts";
import { Stylizer } from "../../src/stylize/stylizer.ts";
import { saveStylizer } from "../../src/stylize/stylizer-file.ts";
import { formula } from "../formula.ts";

/** Small, for tests that need any stylizer. */
export const narrow = StylizerOptions.parse({ kind: "compact", channels: [8, 16, 32], convolutions: [2, 2] });

/** In evaluation nothing depends on the mode: there is no batch norm and no dropout. The caller disposes of it. */
export function filledStylizer(options: StylizerOptions = narrow): Stylizer {
  const stylizer = new Stylizer(stream(0, "test"), options);
  const state = stylizer.stateDict();
  const paths = [...stylizer.namedParameters().keys()];
  for (const [salt, path] of paths.entries()) {
    const plain = state.get(path)!;
    const [outputs, ...inputs] = plain.shape as [number, ...number[]];
    const fanIn = inputs.reduce((product, size) => product * size, 1);
    const isWeight = inputs.length > 0;
    const scale = isWeight ? 2 ** Math.floor(Math.log2(Math.sqrt(6 / fanIn)) + 0.5) : 0.125;
    const isLast = salt >= paths.length - 2;
    const numbers = formula(outputs * fanIn, salt).map(
      (value) => (isLast && isWeight ? value / 8 : value) * scale + (isLast && !isWeight ? 0.5 : 0),
    );
    state.set(path, { ...plain, bytes: new Uint8Array(numbers.buffer) });
  }
  stylizer.loadStateDict(state);
  return stylizer;
}

/** Bytes of pictures, [N,S,S,C]; the recording has them channel by channel. */
export function madeUpPictures(count: number, channels: 1 | 3, size: number, salt: number): Uint8Array {
  const numbers = formula(count * channels * size * size, salt); // [N,C,S,S]
  const bytes = new Uint8Array(numbers.length);
  for (let picture = 0; picture < count; picture++)
    for (let channel = 0; channel < channels; channel++)
      for (let pixel = 0; pixel < size * size; pixel++)
        bytes[(picture * size * size + pixel) * channels + channel] = Math.floor(
          (numbers[(picture * channels + channel) * size * size + pixel]! + 1) * 128,
        );
  return bytes;
}

/** Writes a stylizer and a bank of nine styles into a folder; their paths, as an experiment takes them. */
export async function writeStylizer(folder: string, size: number): Promise<{ weights: string; styles: string }> {
  const [weights, styles] = [join(folder, "stylizer.safetensors"), join(folder, "styles.safetensors")];
  const stylizer = filledStylizer();
  const pictures = Array.from({ length: 9 }, (_, index) => ({
    name: `${index}`,
    digest: "0".repeat(64),
    picture: createPicture({ height: size, width: size, channels: 3 }, madeUpPictures(1, 3, size, 20 + index)),
  }));
  saveStylizer(weights, stylizer, "a test");
  saveStyleBank(styles, await makeStyleBank(stylizer, pictures, { size, crop: "centre", source: "a test" }));
  stylizer.dispose();
  return { weights, styles };
}
