/**
 * Puts a trained stylizer into assets/stylizer: weights, styles, a sheet of scenes drawn by rule, and the card.
 * Usage: node scripts/stylizer-card.ts FOLDER of `patina stylizer train` that has come to its end.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inference } from "../src/engine/autograd.ts";
import { encodePng } from "../src/pictures/codec.ts";
import { createPicture, type Picture } from "../src/pictures/picture.ts";
import { drawSheet } from "../src/pictures/sheet.ts";
import { loadStyleBank, saveStyleBank } from "../src/stylize/bank.ts";
import { openRestyler, ownStylizer } from "../src/stylize/open.ts";
import { RestyleOptions } from "../src/stylize/options.ts";
import { drawScene, sceneNames } from "../src/stylize/scenes.ts";
import { loadStylizer, saveStylizer } from "../src/stylize/stylizer-file.ts";
import { tableOf } from "./generated-part.ts";

const SIZE = 64;
/** Spread over the bank, which is sorted by movement and artist. */
const STYLES = 8;

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name the folder of patina stylizer train.");
const assets = join(ownStylizer.weights, "..");
mkdirSync(assets, { recursive: true });
const { stylizer } = loadStylizer(join(folder, "stylizer.safetensors"));
saveStylizer(ownStylizer.weights, stylizer, "trained by Patina's authors: CARD.md beside this file");
stylizer.dispose();
const bank = loadStyleBank(join(folder, "styles.safetensors"));
saveStyleBank(ownStylizer.styles, { ...bank, source: "paintings from WikiArt, of artists who died by 1953" });
const styles = Array.from({ length: STYLES }, (_, index) =>
  Math.floor(((index + 0.5) * bank.pictures.length) / STYLES),
);
writeFileSync(join(assets, "grid.png"), await encodePng(drawGrid()));

const journal = readFileSync(join(folder, "journal.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
const last = (part: string, key: string) => journal.findLast((line) => line.part === part && key in line);
const [encoder, accuracy, decoder, quality] = [
  last("encoder", "classes"),
  last("encoder", "accuracy"),
  last("decoder", "content"),
  last("decoder", "rebuilt"),
];
const number = (value: number, digits: number) => value.toFixed(digits);
const table = tableOf(
  ["test pictures", "restyled at", "rebuilt", "distance to own style", "to another", "ratio"],
  Object.keys(quality.rebuilt).flatMap((name) =>
    (quality.rebuilt[name].native === quality.rebuilt[name].enlarged ? ["enlarged"] : ["native", "enlarged"]).map(
      (size) => {
        const { own, random } = quality.styleDistance[name][size];
        const at = size === "native" ? "their own size" : `${SIZE} px`;
        return [
          name,
          at,
          `${number(quality.rebuilt[name][size], 1)} dB`,
          number(own, 2),
          number(random, 2),
          number(own / random, 3),
        ];
      },
    ),
  ),
);
const options = JSON.parse(readFileSync(join(folder, "options.json"), "utf8"));
const names = styles.map((style) => bank.pictures[style]!.name.replace(/\.\w+$/, ""));
const steps = (value: number) => value.toLocaleString("en");

writeFileSync(
  join(assets, "CARD.md"),
  `# The stylizer that comes with Patina

![Eight scenes, rebuilt and in eight styles](grid.png)

*Each row: a scene drawn by rule, the same rebuilt (strength 0), then at full strength in the styles of
${names.join("; ")}.*

**What it is.** An encoder and a decoder for AdaIN style transfer (Huang and Belongie 2017) at 32 to 64 pixels, with
convolutions of ${options.stylizer.channels.join(" and ")} channels in two stages, each of which first takes 2x2 pixels for one with four times the
channels (\`stylizer.safetensors\`), and means and deviations of ${bank.channels}
channels of its features for ${steps(bank.pictures.length)} paintings (\`styles.safetensors\`). \`patina stylize\` and experiments with \`stylize\` use
it by default: docs/restyling.md.

**What it was trained on.** Content: the training pictures of CIFAR-10 (50,000; Krizhevsky 2009) and of a subset of Tiny ImageNet
(10,000; Stanford CS231n, from ImageNet). Styles: ${steps(bank.pictures.length)} paintings from WikiArt, of artists who died by 1953; their names are
in the bank. By \`patina stylizer train\`, ${SIZE} px and ${SIZE / 2} px, seed ${options.seed}, ${options.precision}: the encoder ${steps(encoder.step)} steps of ${options.encoder.batch} pictures, the decoder
${steps(decoder.step)} steps of ${options.decoder.batch}, content weight 1, style weight ${options.decoder.styleWeight}, weight of rebuilt pixels ${options.decoder.rebuildWeight},
of steps of colour ${options.decoder.smoothWeight}. Its options were settled
by about fifteen shorter trainings and three whole ones (other networks or losses), measured on the same test pictures as
below, and by looking; there was one training with these, and one seed.

**How good it is.** Measured on ${steps(500)} pictures of each test set (Tiny ImageNet: of the official validation part), which it was
not trained on. Rebuilt: peak signal-to-noise ratio at strength 0, mean over pictures, after rounding to bytes, between pictures
of their own size. Distances: Euclidean, between means and deviations of the features of a picture restyled at full strength and
those of a style, median over pictures; at ${SIZE} px before pictures get their own size back. Styles are measured at ${SIZE} px, so at
32 px pictures come less near to them.

${table}
Losses, means over the steps of the journal's last line: encoder, telling 210 classes ${number(encoder.classes, 2)} (${number(100 * accuracy.accuracy, 1)} % of 500 test pictures right), squared
error of rebuilt pixels ${number(encoder.rebuild, 5)}; decoder, content ${number(decoder.content, 3)}, style ${number(decoder.style, 3)}, rebuilt pixels ${number(decoder.rebuild, 5)},
steps of colour ${number(decoder.smooth, 5)}.

**What it is not for.** It knows textures of a few pixels, not brush strokes at 224 pixels: for these import the published VGG-19.

**Terms.** The weights and statistics hold no picture, but were computed from pictures whose terms are: CIFAR-10, free for
research with citation (no formal licence); ImageNet, non-commercial research and teaching; the WikiArt collection, as
distributed by ArtGAN, non-commercial research (the works themselves are in the public domain where protection ends 70
years after death). So use these two files for research and teaching; whoever needs other terms trains their own with \`patina
stylizer train\`. The repository's MIT license does not cover them. grid.png shows scenes of our own making.
`,
);

/** Each scene: itself, rebuilt, and in each style at full strength. */
function drawGrid(): Picture {
  const opened = openRestyler({ weights: "own", styles: "own" }, RestyleOptions.parse({}), "cpu");
  try {
    const rows = sceneNames.map((name) => {
      const scene = drawScene(name, SIZE);
      const restyle = (style: number, strength: number) =>
        inference(() =>
          createPicture(
            { height: SIZE, width: SIZE, channels: 3 },
            opened.restyler.restyle(scene.bytes, scene, { styles: [style], strengths: [strength] }),
          ),
        );
      return [scene, restyle(0, 0), ...styles.map((style) => restyle(style, 1))];
    });
    return drawSheet(rows.flat(), { columns: STYLES + 2, scale: 2 });
  } finally {
    opened.dispose();
  }
}
