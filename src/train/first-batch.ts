/** The first batch of an epoch, picture by picture: the bytes that training is given, and what they come from. */
import { type DataSettings, startPace } from "../data/progress.ts";
import { byteCount } from "../pictures/picture.ts";
import { type DrawnPicture, drawnAt, type Stages, setOf, stagesOf } from "./drawn.ts";
import { type JobParts, mixtureOf, pipelinesOf, sourcesOf } from "./job.ts";
import { planOptionsAt } from "./mixture.ts";
import { type EpochPlan, type PlanOptions, planEpoch } from "./plan.ts";
import { RestyledReader } from "./restyled-store.ts";
import { Restyling } from "./restyling.ts";

export interface FirstBatch {
  readonly plan: EpochPlan;
  /** What the plan was made of: the shares that were asked for. */
  readonly options: PlanOptions;
  /** In the order of the batch. */
  readonly pictures: readonly BatchPicture[];
}

export interface BatchPicture extends DrawnPicture, Stages {
  /** Its class. */
  readonly label: number;
}

/**
 * Makes the batch as training would: by the same plan, restyled in the same groups, by the same rules.
 * @param epoch from 0
 * @throws PatinaError `interrupted`
 */
export async function makeFirstBatch(parts: JobParts, epoch: number, settings: DataSettings = {}): Promise<FirstBatch> {
  const { job, split, data } = parts;
  const { seed, batch } = job.train;
  const options = planOptionsAt(mixtureOf(parts), epoch, { seed, batch, originals: split.train });
  const plan = planEpoch(options, epoch);
  const sources = sourcesOf(parts);
  const pipelines = pipelinesOf(sources);
  const restyled = await restyleFirst(parts, plan, settings);
  const pictures = Array.from({ length: plan.ends[0]! }, (_, place): BatchPicture => {
    const drawn = drawnAt(plan, place, { seed, shape: data.train, pipelines });
    const stages = stagesOf(drawn, { sources, pipelines, restyled: restyled[plan.restyled[place]!] });
    return { ...drawn, ...stages, label: setOf(sources, drawn.origin)!.labels[drawn.index]! };
  });
  return { plan, options, pictures };
}

/** The restyled pictures of the first batch, in their order. */
async function restyleFirst(
  { data, pool, restyler }: JobParts,
  plan: EpochPlan,
  settings: DataSettings,
): Promise<Uint8Array[]> {
  if (restyler === undefined) return [];
  const total = plan.restyled.subarray(0, plan.ends[0]).reduce((sum, number) => sum + (number < 0 ? 0 : 1), 0);
  const restyling = new Restyling({
    restyler: restyler.restyler,
    sources: { original: data.train, synthetic: pool },
    mostPictures: total,
  });
  try {
    restyling.add(plan, 0);
    const pace = startPace({ what: "restyling", total, unit: "pictures" }, settings);
    let done = 0;
    await restyling.provide(plan.epoch, 1, () => {
      done += restyling.groupSize; // the last group may go beyond the batch
      return pace(Math.min(total, done));
    });
    const reader = new RestyledReader(restyling.share);
    return Array.from({ length: total }, (_, number) => {
      const bytes = new Uint8Array(byteCount(data.train));
      reader.readInto(number, bytes);
      return bytes;
    });
  } finally {
    restyling.close();
  }
}
