/** Trains a stylizer of our own: the encoder, the bank of styles, the decoder, in this order; called again it goes on. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DataSet } from "../../data/picture-set.ts";
import { type DataSettings, startPace } from "../../data/progress.ts";
import { writeAtomically } from "../../files.ts";
import { AdamW } from "../../nn/adamw.ts";
import { stream } from "../../random/stream.ts";
import { type Checkpoint, listCheckpoints, partOf, readCheckpoint } from "../../run/checkpoint.ts";
import { loadStyleBank, type StyleBank, saveStyleBank } from "../bank.ts";
import { imagesOf } from "../images.ts";
import { makeStyleBank } from "../make-bank.ts";
import { readStylePictures } from "../style-pictures.ts";
import { Stylizer } from "../stylizer.ts";
import { saveStylizer } from "../stylizer-file.ts";
import { EncoderClassifier, encoderState } from "./classifier.ts";
import { decoderStep } from "./decoder-training.ts";
import { EncoderTrainee, encoderAccuracy, encoderStep } from "./encoder-training.ts";
import { openTrainingFolder } from "./folder.ts";
import { drawGrid, MEASURED, measureQuality, type StylizerQuality } from "./measure.ts";
import { adaptDecoder, normaliseEncoder } from "./normalise.ts";
import type { StylizerTrainingOptions } from "./options.ts";
import { ContentPictures, StylePictures } from "./pictures.ts";
import { startGrey, startNearPixels } from "./start.ts";
import { rateAt } from "./step.ts";
import { stateOf, takeSteps } from "./take-steps.ts";
import type { Work } from "./work.ts";

export interface TrainedStylizer {
  readonly stylizer: string;
  readonly bank: string;
  readonly quality: StylizerQuality;
}

/**
 * @param path the folder: stylizer.safetensors, styles.safetensors, journal.jsonl, pictures of every 2,500 steps
 * @param dataSets those that `options.content` names, in their order
 * @throws PatinaError as `openTrainingFolder`; `interrupted` after a checkpoint; `not-finite`; `data`, `picture`
 */
export async function trainStylizer(
  path: string,
  options: StylizerTrainingOptions,
  dataSets: readonly DataSet[],
  settings: DataSettings = {},
): Promise<TrainedStylizer> {
  const styles = new StylePictures(options.size);
  const reading = startPace({ what: `reading ${options.style}`, total: undefined, unit: "pictures" }, settings);
  await styles.read(options.style, readStylePictures(options.style), reading);
  const folder = openTrainingFolder(path, options);
  const content = new ContentPictures(dataSets, "train");
  const work: Work = { folder, options, dataSets, content, styles, settings };
  const stylizer = new Stylizer(stream(options.seed, "stylizer"), options.stylizer);
  try {
    const last = listCheckpoints(folder.checkpoints).at(-1);
    const checkpoint = last === undefined ? undefined : readCheckpoint(folder.checkpoints, last);
    folder.journal.truncate(checkpoint === undefined ? 0 : stateOf(checkpoint).journalLines);
    if (checkpoint === undefined || stateOf(checkpoint).part === "encoder")
      await trainEncoder(work, stylizer, checkpoint);
    else stylizer.loadStateDict(partOf("stylizer", checkpoint));
    const bank = await makeBank(work, stylizer);
    const decoding = checkpoint !== undefined && stateOf(checkpoint).part === "decoder" ? checkpoint : undefined;
    await trainDecoder(work, stylizer, bank, decoding);
    return await finish(work, stylizer, bank);
  } finally {
    stylizer.dispose();
    folder.close();
  }
}

/** Half of the batches have half of the size: pictures of 32 px are then restyled as they are. */
const sizeOf = ({ size }: StylizerTrainingOptions, step: number): number => (step % 2 === 0 ? size : size / 2);

const ADAM = { betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 } as const;

async function trainEncoder(work: Work, stylizer: Stylizer, checkpoint: Checkpoint | undefined): Promise<void> {
  const { options, content } = work;
  const { steps, batch, learningRate, rebuildWeight } = options.encoder;
  const draws = stream(options.seed, "stylizer", "encoder");
  const classifier = new EncoderClassifier(draws.fork("weights"), options.stylizer, content.classCount);
  startNearPixels(classifier);
  startNearPixels(stylizer.decoder);
  startGrey(stylizer.decoder);
  const trainee = new EncoderTrainee(classifier, stylizer.decoder);
  const optimizer = new AdamW(trainee.namedParameters(), ADAM);
  const tests = new ContentPictures(work.dataSets, "test");
  try {
    trainee.setComputeDtype(options.precision);
    await takeSteps(
      work,
      { part: "encoder", steps, module: trainee, optimizer, checkpoint },
      {
        step(step) {
          const size = sizeOf(options, step);
          const pictures = content.draw(draws.fork(step), batch, size);
          const rate = rateAt(learningRate, step, steps);
          return encoderStep(trainee, optimizer, pictures, { size, rebuildWeight, learningRate: rate });
        },
        async measure() {
          classifier.setTraining(false);
          const { size } = options;
          const accuracy = encoderAccuracy(classifier, tests.draw(draws.fork("test"), MEASURED, size), size);
          classifier.setTraining(true);
          return { accuracy };
        },
      },
    );
    stylizer.encoder.loadStateDict(encoderState(stylizer.encoder.stateDict(), classifier.foldedConvolutions()));
  } finally {
    classifier.dispose();
    optimizer.dispose();
  }
  stylizer.setComputeDtype("float32");
  const images = function* () {
    for (const [place, size] of [options.size, options.size / 2, options.size, options.size / 2].entries()) {
      const { bytes } = content.draw(draws.fork("normalise", place), MEASURED / 4, size);
      using tensor = imagesOf(bytes, { height: size, width: size, channels: 3 }, "cpu");
      yield tensor;
    }
  };
  adaptDecoder(stylizer.decoder, normaliseEncoder(stylizer.encoder, images()));
}

async function trainDecoder(
  work: Work,
  stylizer: Stylizer,
  bank: StyleBank,
  checkpoint: Checkpoint | undefined,
): Promise<void> {
  const { options, content, styles, folder } = work;
  const { steps, batch, learningRate } = options.decoder;
  const draws = stream(options.seed, "stylizer", "decoder");
  for (const tensor of stylizer.encoder.namedParameters().values()) tensor.requiresGradient = false;
  const parameters = stylizer.decoder.namedParameters();
  const optimizer = new AdamW(parameters, ADAM);
  const rebuiltCount = Math.max(1, Math.floor(batch / 4));
  try {
    stylizer.setComputeDtype(options.precision);
    await takeSteps(
      work,
      { part: "decoder", steps, module: stylizer, optimizer, checkpoint },
      {
        step(step) {
          const size = sizeOf(options, step);
          const own = draws.fork(step);
          const restyledCount = batch - rebuiltCount;
          const offset = (side: string) => own.fork(side).integer(0, stylizer.stride - 1);
          const pictures = {
            size,
            content: content.draw(own.fork("content"), restyledCount, size).bytes,
            style: styles.draw(own.fork("style"), restyledCount, size),
            rebuilt: content.draw(own.fork("rebuilt"), rebuiltCount, size).bytes,
            cut: { top: offset("top"), left: offset("left") },
          };
          return { ...decoderStep(stylizer, optimizer, pictures, options.decoder, rateAt(learningRate, step, steps)) };
        },
        async measure(step) {
          const name = `pictures-${String(step).padStart(6, "0")}.png`;
          writeAtomically(join(folder.path, name), await drawGrid(work, stylizer, 8));
          return { ...measureQuality(work, stylizer, bank) };
        },
      },
    );
  } finally {
    optimizer.dispose();
  }
  stylizer.setComputeDtype("float32");
}

/** The bank of all style pictures, made once: its encoder does not change any more. */
async function makeBank({ folder, options, settings }: Work, stylizer: Stylizer): Promise<StyleBank> {
  const path = join(folder.path, "styles.safetensors");
  if (existsSync(path)) {
    const bank = loadStyleBank(path);
    if (bank.encoder === stylizer.encoderDigest()) return bank;
  }
  const bank = await makeStyleBank(stylizer, readStylePictures(options.style), {
    size: options.size,
    crop: "centre",
    source: options.style,
    progress: startPace({ what: "measuring styles", total: undefined, unit: "pictures" }, settings),
  });
  saveStyleBank(path, bank);
  return bank;
}

async function finish(work: Work, stylizer: Stylizer, bank: StyleBank): Promise<TrainedStylizer> {
  const { folder, options } = work;
  const path = join(folder.path, "stylizer.safetensors");
  const { content, style, size, seed } = options;
  saveStylizer(
    path,
    stylizer,
    `trained by patina stylizer train on ${content.join(", ")} and ${style}, ${size} px, seed ${seed}`,
  );
  writeAtomically(join(folder.path, "grid.png"), await drawGrid(work, stylizer, 8));
  return {
    stylizer: path,
    bank: join(folder.path, "styles.safetensors"),
    quality: measureQuality(work, stylizer, bank),
  };
}
