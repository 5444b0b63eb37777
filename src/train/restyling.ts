/**
 * Restyles the pictures of an epoch that its plan names, before the epoch or a few batches ahead of training. Both give
 * the same bytes: pictures are restyled in the same groups, in the order of the plan.
 */
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { checkFreeSpace } from "../data/free-space.ts";
import type { PictureSet } from "../data/picture-set.ts";
import { PatinaError } from "../errors.ts";
import { guardWrite } from "../files.ts";
import { byteCount, type PictureShape } from "../pictures/picture.ts";
import type { Restyler } from "../stylize/restyle.ts";
import { type EpochPlan, type Origin, origins } from "./plan.ts";
import { RestyledStore, type SharedRestyled } from "./restyled-store.ts";

/** "before": all of an epoch at its start. "ahead": those of the next few batches. */
export type RestylingSchedule = "before" | "ahead";

/** Batches ahead of the one that is trained on. */
export const AHEAD = 4;

/**
 * Restyled pictures that lie ready at a time: those of a whole epoch, or of the next few batches.
 * @param schedule "auto" may become either
 * @param inEpoch most pictures that an epoch restyles
 * @param batch pictures in a batch
 */
export function mostReady(schedule: RestylingSchedule | "auto", inEpoch: number, batch: number): number {
  return schedule === "ahead" ? Math.min(inEpoch, AHEAD * batch) : inEpoch;
}

export interface RestylingParts {
  readonly restyler: Pick<Restyler, "groupSizeOf" | "restyle">;
  readonly sources: Readonly<Record<Origin, PictureSet | undefined>>;
  /** Most restyled pictures that lie ready at a time: `mostReady`. */
  readonly mostPictures: number;
  /** The file where pictures go that take more than so many bytes; they stay in memory where not given. */
  readonly spill?: { readonly file: string; readonly above: number } | undefined;
}

/** Which restyled pictures of a plan are there already. */
interface Progress {
  readonly plan: EpochPlan;
  /** The next one to restyle, and a place that it does not stand before. */
  next: number;
  place: number;
}

export class Restyling {
  private readonly store: RestyledStore;
  private readonly parts: RestylingParts;
  private readonly shape: PictureShape;
  /** Pictures that are restyled together. */
  readonly groupSize: number;
  private plans: Progress[] = [];
  private planned = 0;

  /** @throws PatinaError `file-system` */
  constructor(parts: RestylingParts) {
    const { height, width, channels } = parts.sources.original!;
    this.parts = parts;
    this.shape = { height, width, channels };
    this.groupSize = parts.restyler.groupSizeOf(this.shape);
    const pictureBytes = byteCount(this.shape);
    // One group more than are needed at a time: groups are not cut at the end of the ring.
    const places = Math.max(1, parts.mostPictures) + this.groupSize;
    const bytes = places * pictureBytes;
    const { spill } = parts;
    const file = spill !== undefined && bytes > spill.above ? spill.file : undefined;
    if (file !== undefined) {
      guardWrite(file, () => rmSync(file, { force: true })); // that of a run that was killed: its room is ours
      checkFreeSpace(dirname(file), bytes, "keeping the restyled pictures of an epoch");
    }
    this.store = new RestyledStore(pictureBytes, places, file);
  }

  get share(): SharedRestyled {
    return this.store.share;
  }

  /**
   * Takes a plan on, after those before it; batches before `firstBatch` are not needed any more.
   * @returns the number of its first restyled picture, counted over all epochs: what workers add to the plan's own count
   */
  add(plan: EpochPlan, firstBatch: number): number {
    const start = firstRestyled(plan, firstBatch);
    // Whole groups, as if from the start: a run that goes on in the midst of an epoch gets the same bytes.
    const next = start - (start % this.groupSize);
    const first = this.planned - next;
    this.plans.push({ plan, next, place: 0 });
    this.planned += plan.styles.length - next;
    return first;
  }

  /** Restyles all that the batches of the epoch before `endBatch` need, a group at a time. @param pause called after each group */
  async provide(epoch: number, endBatch: number, pause: () => Promise<void> | void = () => {}): Promise<void> {
    this.plans = this.plans.filter(({ plan }) => plan.epoch >= epoch);
    const progress = this.plans.find(({ plan }) => plan.epoch === epoch);
    if (progress === undefined)
      throw new PatinaError("argument", `Restyling.provide: there is no plan of epoch ${epoch}. Add it first.`);
    const { plan } = progress;
    const end = firstRestyled(plan, Math.min(endBatch, plan.ends.length));
    while (progress.next < end) {
      this.store.append(this.restyleGroup(progress));
      await pause();
    }
  }

  /** Lets whoever waits go. The restyler stays the caller's. */
  close(): void {
    this.store.close();
  }

  private restyleGroup(progress: Progress): Uint8Array {
    const { plan, next: start } = progress;
    const end = Math.min(start + this.groupSize, plan.styles.length);
    const size = byteCount(this.shape);
    const bytes = new Uint8Array((end - start) * size);
    for (; progress.next < end; progress.place++) {
      if (plan.restyled[progress.place] !== progress.next) continue;
      const source = this.parts.sources[origins[plan.origin[progress.place]!]!]!;
      source.store.readInto(plan.indices[progress.place]!, bytes, (progress.next - start) * size);
      progress.next++;
    }
    return this.parts.restyler.restyle(bytes, this.shape, {
      styles: plan.styles.subarray(start, end),
      strengths: plan.strengths.subarray(start, end),
    });
  }
}

/** How many restyled pictures stand before a batch. */
function firstRestyled({ restyled, ends, styles }: EpochPlan, batch: number): number {
  for (let place = ends[batch - 1] ?? 0; place < restyled.length; place++)
    if (restyled[place]! >= 0) return restyled[place]!;
  return styles.length;
}
