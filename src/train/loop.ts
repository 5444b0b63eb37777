/** The training loop, top to bottom. */
import { noGrad } from "../engine/autograd.ts";
import { globalNorm } from "../engine/ops/fused-optimizer.ts";
import { scope } from "../engine/scope.ts";
import { PatinaError } from "../errors.ts";
import { type Accuracy, measureAccuracy } from "../evaluate/accuracy.ts";
import { chanceTextOfEnd } from "../evaluate/metrics/chance.ts";
import { saveTrainedNetwork } from "../evaluate/trained-network.ts";
import { estimateBatchNorm } from "../nn/averaging.ts";
import { type Stream, stream } from "../random/stream.ts";
import { listCheckpoints } from "../run/checkpoint.ts";
import type { JournalLine } from "../run/journal.ts";
import { drawnAt } from "./drawn.ts";
import type { LoadedBatch } from "./loader.ts";
import { planOptionsAt } from "./mixture.ts";
import { type EpochPlan, planEpoch } from "./plan.ts";
import { firstAveraged, learningRate } from "./schedule.ts";
import { saveBest, saveCheckpoint } from "./state.ts";
import { type Trainee, trainStep } from "./step.ts";
import type { Training } from "./training.ts";

/** Pictures in a batch of an evaluation: only memory and speed depend on it. */
const EVALUATION_BATCH = 250;
/** Places whose draws are written down, at the start of every epoch. */
const DRAWS_SHOWN = 16;

/**
 * Trains from where the run stands to its end, and measures the test set once.
 * @throws PatinaError `interrupted` (after a checkpoint), `not-finite`, `file-system`; the last checkpoint stays.
 */
export async function runEpochs(training: Training): Promise<{ testAccuracy: number }> {
  const { options, position, loader, run } = training;
  const plans = new Map<number, EpochPlan>();
  // The pass that estimates batch norm anew, after the last epoch, is an epoch of its own in the plan.
  const epochs = options.epochs + (training.averaged === undefined ? 0 : 1);
  const ask = (epoch: number, firstBatch = 0) => {
    if (epoch >= epochs) return;
    const { seed, batch } = options;
    const plan = planEpoch(
      planOptionsAt(training.mixture, Math.min(epoch, options.epochs - 1), {
        seed,
        batch,
        originals: training.split.train,
      }),
      epoch,
    );
    plans.set(epoch, plan);
    loader.start(plan, firstBatch, training.restyling?.restyling.add(plan, firstBatch));
  };

  ask(position.epoch, position.step);
  while (position.epoch < options.epochs) {
    const plan = plans.get(position.epoch)!;
    plans.delete(position.epoch);
    ask(position.epoch + 1); // the workers go on without a gap
    const timing = await trainEpoch(training, plan);
    await endEpoch(training, timing);
  }
  if (training.averaged !== undefined) await takeAverage(training, plans.get(options.epochs)!);
  const test = await measure(training, "test"); // the one time that the test set is read
  saveTrainedNetwork(run.path, { network: training.trainee.network, ...training.description });
  const line = {
    event: "end",
    epoch: options.epochs,
    testAccuracy: test.accuracy,
    testLoss: test.loss,
    testCount: training.data.test.count,
    classCount: training.data.classes.length,
  };
  run.journal.append(line);
  training.report({ kind: "end", line });
  const chance = chanceTextOfEnd(line);
  if (chance !== undefined) training.report({ kind: "warning", text: chance });
  return { testAccuracy: test.accuracy };
}

/** How long an epoch took since it was begun or taken up, and the pictures trained on in that time. */
interface Timing {
  seconds: number;
  pictures: number;
}

async function trainEpoch(training: Training, plan: EpochPlan): Promise<Timing> {
  const { options, position, trainee, report } = training;
  const steps = plan.ends.length;
  const start = performance.now();
  const before = position.pictures;
  const timing = (): Timing => ({ seconds: (performance.now() - start) / 1000, pictures: position.pictures - before });
  if (position.step === 0) writeDraws(training, plan);
  while (position.step < steps) {
    const { epoch, step } = position;
    const batch = await nextBatch(training, plan, step);
    const { count } = batch;
    const rate = learningRate(options, epoch, step / steps);
    const loss = trainStep(trainee, batch, rate, stepStream(options.seed, epoch, step));
    if (!Number.isFinite(loss))
      throw notFinite(training, `the loss became ${loss} at epoch ${epoch + 1}, step ${step + 1}`);
    position.lossSum += loss * count;
    position.pictures += count;
    position.step++;
    report({ kind: "step", epoch, step: position.step, steps, loss, ...timing() });
    await pause(training);
  }
  return timing();
}

/** A batch of the plan, once what is restyled in it is there. */
async function nextBatch(training: Training, plan: EpochPlan, step: number): Promise<LoadedBatch> {
  await training.restyling?.planner.beforeBatch(plan, step, () => pause(training));
  return training.loader.next();
}

/** Measures, writes the journal's line, and the checkpoint. */
async function endEpoch(training: Training, timing: Timing): Promise<void> {
  const { options, position, averaged, run, report } = training;
  const { epoch } = position;
  checkWeights(training);
  const line: JournalLine = {
    epoch: epoch + 1,
    loss: position.lossSum / position.pictures,
    learningRate: learningRate(options, epoch),
  };
  Object.assign(line, await measureHeld(training));
  // From here on nothing waits: an interruption comes before all of it, or after.
  const first = firstAveraged(options);
  if (averaged !== undefined && first !== undefined && epoch >= first) averaged.update();
  run.journal.append(line);
  run.timings.append({ epoch: epoch + 1, ...timing, residentBytes: process.memoryUsage.rss(), ended: new Date() });
  Object.assign(position, { epoch: epoch + 1, step: 0, lossSum: 0, pictures: 0 });
  if (line.cleanAccuracy !== undefined && line.cleanAccuracy > (position.bestAccuracy ?? -1)) {
    position.bestAccuracy = line.cleanAccuracy;
    saveBest(training, line);
  }
  const isLast = position.epoch === options.epochs;
  if (isLast || position.epoch % options.checkpointEvery === 0) saveCheckpoint(training);
  report({ kind: "epoch", line, ...timing });
}

/** Puts the averaged weights into the network, and estimates its batch-norm statistics on one more pass (method.md 2). */
async function takeAverage(training: Training, plan: EpochPlan): Promise<void> {
  const { averaged, trainee, options, report, run } = training;
  report({
    kind: "note",
    text: `Averaging the weights of ${averaged!.count} epochs; estimating batch norm on one more pass`,
  });
  averaged!.apply();
  const pass = async () => {
    for (let step = 0; step < plan.ends.length; step++) {
      const batch = await nextBatch(training, plan, step);
      passForward(trainee, batch, stepStream(options.seed, options.epochs, step));
      await pause(training);
    }
  };
  await inFloat32(trainee, () => estimateBatchNorm(trainee.network, pass));
  if (training.split.held.length === 0) return;
  const line = { event: "averaged", epoch: options.epochs, ...(await measureHeld(training)) };
  run.journal.append(line);
  report({ kind: "averaged", line });
}

function passForward({ network, maker }: Trainee, batch: LoadedBatch, step: Stream): void {
  network.setStream(step);
  scope(() => noGrad(() => network.forward(maker.images(batch.bytes, batch.count))));
  batch.release();
}

/** What the journal says of the held-out pictures; nothing where none are held out. */
async function measureHeld(
  training: Training,
): Promise<Pick<JournalLine, "cleanAccuracy" | "cleanLoss" | "robustAccuracy">> {
  if (training.split.held.length === 0) return {};
  const clean = await measure(training, "held");
  const line = { cleanAccuracy: clean.accuracy, cleanLoss: clean.loss };
  if (training.robust === undefined) return line;
  return { ...line, robustAccuracy: (await measure(training, "robust")).accuracy };
}

const PARTS = { held: "the held-out pictures", robust: "the corrupted held-out pictures", test: "the test set" };

/** @throws PatinaError `not-finite`: weights may be finite still where their scores are not, and their accuracy says nothing. */
async function measure(training: Training, part: keyof typeof PARTS): Promise<Accuracy> {
  const { trainee, data, split, robust } = training;
  const pictures = { held: data.train, robust: robust!, test: data.test }[part];
  const indices = part === "held" ? split.held : undefined;
  const { network, maker, device } = trainee;
  const settings = { device, batch: EVALUATION_BATCH, indices, pause: () => pause(training) };
  const measured = await inFloat32(trainee, () => measureAccuracy(network, pictures, maker, settings));
  if (Number.isFinite(measured.loss)) return measured;
  throw notFinite(training, `the loss on ${PARTS[part]} is ${measured.loss} ${after(training)}`);
}

/** `train.precision` is for steps. What is measured is the network that others load, and batch norm fits it (method.md 2). */
async function inFloat32<T>({ network }: Trainee, work: () => Promise<T>): Promise<T> {
  const { computeDtype } = network;
  network.setComputeDtype("float32");
  try {
    return await work();
  } finally {
    network.setComputeDtype(computeDtype);
  }
}

/** What this step may draw from: dropout, and later noise on features. */
const stepStream = (seed: number, epoch: number, step: number): Stream => stream(seed, "network", epoch, step);

/**
 * Lets signals and workers be heard; where the user asked to stop, writes a checkpoint and stops.
 * In the midst of measuring, or of the last pass, the checkpoint before it says as much.
 */
async function pause(training: Training): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  const { signal, position, options, run } = training;
  if (!signal?.aborted) return;
  if (position.pictures > 0) {
    checkWeights(training);
    saveCheckpoint(training);
  }
  const epoch = Math.min(position.epoch + 1, options.epochs);
  throw new PatinaError(
    "interrupted",
    `Stopped at epoch ${epoch}. Nothing is lost; go on with: patina train --resume ${run.path}`,
  );
}

/** A gradient that was not finite shows in the weights first: such weights never become a checkpoint. */
function checkWeights(training: Training): void {
  const length = noGrad(() => globalNorm([...training.trainee.parameters.values()]));
  if (!Number.isFinite(length)) throw notFinite(training, `the weights are no longer finite ${after(training)}`);
}

/** "after epoch 3", or how far into it. */
function after({ position: { epoch, step }, options }: Training): string {
  if (step === 0) return `after epoch ${epoch}`;
  return `at epoch ${epoch + 1} of ${options.epochs}, after step ${step}`;
}

function notFinite({ run, options }: Training, what: string): PatinaError {
  const checkpoint = listCheckpoints(run.checkpoints).length > 0 ? "The last checkpoint is whole. " : "";
  return new PatinaError(
    "not-finite",
    `${run.path}: ${what}. ${checkpoint}` +
      `Try a lower train.optimizer.learningRate than ${options.optimizer.learningRate}, or train.clipNorm: 1.`,
  );
}

/** What is done to the first pictures of the epoch, for the eye: those of the first batch, spread over it. */
function writeDraws({ pipelines, run, data, options }: Training, plan: EpochPlan): void {
  const first = plan.ends[0]!;
  const shown = Math.min(DRAWS_SHOWN, first);
  const pictures = Array.from({ length: shown }, (_, one) =>
    drawnAt(plan, Math.floor((one * first) / shown), { seed: options.seed, shape: data.train, pipelines }),
  );
  run.draws.append({ epoch: plan.epoch + 1, pictures });
}
