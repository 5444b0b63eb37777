/**
 * A part of an epoch of training on CIFAR-10's sizes with the paper's final settings (synthetic pictures, restyling by a
 * stylizer of our kind with random weights, TrivialAugment), beside the same with TrivialAugment alone: what the method
 * costs. Batches of 256, 2 threads, float32; the loader has one worker, pictures are restyled a few batches ahead.
 */
import assert from "node:assert/strict";
import { stream } from "../src/random/stream.ts";
import { RestyleOptions, StylizerOptions } from "../src/stylize/options.ts";
import { Restyler } from "../src/stylize/restyle.ts";
import { Stylizer } from "../src/stylize/stylizer.ts";
import { Loader, type LoaderSource } from "../src/train/loader.ts";
import { type PlanOptions, planEpoch } from "../src/train/plan.ts";
import { AHEAD, Restyling } from "../src/train/restyling.ts";
import { trainStep } from "../src/train/step.ts";
import { tellMethod, useEngine } from "./method.ts";
import { makePictures } from "./pictures.ts";
import { makeStyleBank } from "./random-styles.ts";
import { isQuick, measureInTurn, type Side } from "./rounds.ts";
import { makeRow, type Row } from "./row.ts";
import { makeTrainee } from "./trainee.ts";

const THREADS = 2;
const PICTURES = 50_000;
const BATCH = isQuick ? 32 : 256;
const networks = [
  { name: "wide-resnet-28-4", depth: 28, width: 4, rounds: 2, batches: 3 },
  { name: "wide-resnet-10-2", depth: 10, width: 2, rounds: 3, batches: 10 },
] as const;
type Network = (typeof networks)[number];

/** The final settings of CIFAR-10 (method.md 1.1): λ 0.5, λ_o 0.1, λ_s 0.5, original "and", synthetic "or". */
const finalSettings: Pick<PlanOptions, "synthetic" | "restyling"> = {
  synthetic: { poolSize: PICTURES, share: 0.5 },
  restyling: {
    original: { probability: 0.1, strength: 1 },
    synthetic: { probability: 0.5, strength: [0.1, 1] },
    styleCount: 100,
  },
};
const pipeline: LoaderSource["pipeline"] = { flip: 0.5, crop: { padding: 4 }, augment: ["trivial-augment"] };
const pictures = makePictures(PICTURES);

/** Rows by network: ms a batch with (ours) and without (peer), so the ratio is what the method costs. */
export async function run(): Promise<Row[]> {
  const engine = useEngine(THREADS);
  const rows: Row[] = [];
  for (const network of networks) {
    await using whole = startTraining(network, finalSettings);
    await using plain = startTraining(network, {});
    const rounds = isQuick ? 1 : network.rounds;
    const [withAll, without] = await measureInTurn(rounds, [whole.measure, plain.measure]);
    rows.push(makeRow(network.name, "ms", withAll!, without!));
  }
  tellMethod(
    "epoch",
    engine,
    "peer: the same without synthetic pictures and restyling",
    ...networks.map(
      ({ name, rounds, batches }) => `${name}: ${rounds} rounds of ${batches} batches of ${BATCH}, median`,
    ),
  );
  return rows;
}

/** A training that stands at its start; `measure` takes a few batches and gives the ms of each. */
function startTraining({ depth, width, batches }: Network, settings: typeof finalSettings | Record<string, never>) {
  const trainee = makeTrainee(depth, width, "float32");
  const originals = Uint32Array.from({ length: PICTURES }, (_, index) => index);
  const plan = planEpoch({ seed: 0, batch: BATCH, originals, ...settings }, 0);
  const { restyling: shares } = settings;
  const stylizer = new Stylizer(stream(0, "bench epoch"), StylizerOptions.parse({ kind: "compact" }));
  const restyler = new Restyler(stylizer, makeStyleBank(stylizer, 100), RestyleOptions.parse({}));
  const sources = { original: pictures, synthetic: pictures };
  const restyling = shares && new Restyling({ restyler, sources, mostPictures: plan.styles.length });
  const loader = new Loader({
    original: { pictures, pipeline },
    synthetic: { pictures, pipeline, restyledPipeline: { ...pipeline, augment: [] } },
    restyled: restyling?.share,
    batch: BATCH,
    seed: 0,
    workers: 1,
  });
  loader.start(plan, 0, restyling?.add(plan, 0));
  let step = 0;
  const measure: Side = async () => {
    const times: number[] = [];
    for (let batch = 0; batch < (isQuick ? 1 : batches); batch++) {
      const start = performance.now();
      await restyling?.provide(0, step + AHEAD);
      const loss = trainStep(trainee, await loader.next(), 0.01, stream(0, "step", step++));
      times.push(performance.now() - start);
      assert.ok(Number.isFinite(loss));
    }
    return times;
  };
  return {
    measure,
    async [Symbol.asyncDispose]() {
      restyling?.close();
      await loader.close();
      restyler.dispose();
      stylizer.dispose();
      trainee.network.dispose();
      trainee.optimizer.dispose();
      trainee.maker.dispose();
    },
  };
}
