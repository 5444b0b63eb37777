/** Which restyled picture lies where, and when: with a restyler that needs no network, so that every byte is known. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, mock, test } from "node:test";
import { createPictureSet } from "../../src/data/picture-set.ts";
import { allocatePictures, MemoryStore } from "../../src/data/picture-store.ts";
import type { RestyleDraws } from "../../src/stylize/restyle.ts";
import { type EpochPlan, planEpoch } from "../../src/train/plan.ts";
import { RestyledReader } from "../../src/train/restyled-store.ts";
import { AHEAD, mostReady, Restyling, type RestylingParts, type RestylingSchedule } from "../../src/train/restyling.ts";
import { RestylingPlanner } from "../../src/train/restyling-schedule.ts";
import { onSmallDisk } from "../small-disk.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-ring-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Pictures of one pixel: origin, two bytes of its index. */
const shape = { height: 1, width: 1, channels: 3 } as const;
function numbered(origin: number, count: number) {
  const bytes = allocatePictures(count, 3);
  for (let index = 0; index < count; index++) bytes.set([origin, index >> 8, index & 0xff], 3 * index);
  const labels = new Uint16Array(count);
  return createPictureSet({ name: "numbered", shape, store: new MemoryStore(bytes, 3), labels, classCount: 1 });
}
const sources = { original: numbered(0, 300), synthetic: numbered(1, 500) };
const GROUP = 7;

/** Adds the style to the first byte, and 100 times the strength; notes how many pictures come together. */
function makeRestyler() {
  const groups: number[] = [];
  return {
    groups,
    groupSizeOf: () => GROUP,
    restyle: (bytes: Uint8Array, _: unknown, { styles, strengths }: RestyleDraws) => {
      groups.push(styles.length);
      return bytes.map((value, at) =>
        at % 3 === 0 ? value + 2 * styles[at / 3]! + Math.round(100 * strengths[at / 3]!) : value,
      );
    },
  };
}

const planOf = (epoch: number, batch = 20) =>
  planEpoch(
    {
      seed: 1,
      batch,
      originals: Uint32Array.from({ length: 300 }, (_, index) => index),
      synthetic: { poolSize: 500, share: 0.4 },
      restyling: {
        original: { probability: 0.3, strength: 1 },
        synthetic: { probability: 0.5, strength: [0.1, 1] },
        styleCount: 20,
      },
    },
    epoch,
  );
const IN_EPOCH = 54 + 60;

/** What must lie there for a place of a plan. */
function expectedAt({ origin, indices, restyled, styles, strengths }: EpochPlan, place: number): number[] {
  const [index, number] = [indices[place]!, restyled[place]!];
  return [origin[place]! + 2 * styles[number]! + Math.round(100 * strengths[number]!), index >> 8, index & 0xff];
}

/** Takes two epochs as training does, from a batch of the first on, and compares every restyled picture. */
async function carryOut(schedule: RestylingSchedule | "auto", firstBatch = 0, spill?: RestylingParts["spill"]) {
  const restyler = makeRestyler();
  const restyling = new Restyling({ restyler, sources, mostPictures: mostReady(schedule, IN_EPOCH, 20), spill });
  const planner = new RestylingPlanner(restyling, schedule, () => {});
  const reader = new RestyledReader(restyling.share);
  const [found, expected]: number[][][] = [[], []];
  const plans = [0, 1].map((epoch) => planOf(epoch));
  const starts = plans.map((plan, epoch) => restyling.add(plan, epoch === 0 ? firstBatch : 0));
  for (const [epoch, plan] of plans.entries())
    for (let batch = epoch === 0 ? firstBatch : 0; batch < plan.ends.length; batch++) {
      await planner.beforeBatch(plan, batch, async () => {});
      for (let place = plan.ends[batch - 1] ?? 0; place < plan.ends[batch]!; place++) {
        if (plan.restyled[place]! < 0) continue;
        const picture = new Uint8Array(3);
        const number = starts[epoch]! + plan.restyled[place]!;
        assert.ok(number < restyling.share.state[0]!, `picture ${number} is not there; who reads it would wait`);
        reader.readInto(number, picture);
        found!.push([...picture]);
        expected!.push(expectedAt(plan, place));
      }
    }
  restyling.close();
  return { found, expected, groups: restyler.groups, places: restyling.share.places };
}

for (const schedule of ["before", "ahead", "auto"] as const)
  test(`${schedule}: every place gets its own picture in its own style and strength, two epochs long`, async () => {
    const { found, expected } = await carryOut(schedule);
    assert.equal(found!.length, 2 * IN_EPOCH);
    assert.deepEqual(found, expected);
  });

for (const schedule of ["before", "ahead"] as const)
  test(`${schedule}: taken up at any batch, the places get the same, in the same groups as from the start`, async () => {
    const whole = await carryOut(schedule);
    for (let batch = 1; batch < 15; batch++) {
      const { found, expected, groups } = await carryOut(schedule, batch);
      assert.deepEqual(found, expected);
      assert.deepEqual(found, whole.found!.slice(-found!.length));
      assert.deepEqual(groups, whole.groups.slice(-groups.length));
    }
  });

test("auto measures on twelve batches: four to settle and four ahead of training, then four restyled at once", async () => {
  const restyling = new Restyling({ restyler: makeRestyler(), sources, mostPictures: IN_EPOCH });
  const planner = new RestylingPlanner(restyling, "auto", () => {});
  const plan = planOf(0);
  restyling.add(plan, 0);
  const made: number[] = [];
  for (let batch = 0; batch < 12; batch++) {
    await planner.beforeBatch(plan, batch, async () => {});
    made.push(restyling.share.state[0]!);
  }
  restyling.close();
  /** Those before a batch, in whole groups. */
  const before = (batch: number) => {
    const count = plan.restyled.subarray(0, plan.ends[batch - 1]).filter((number) => number >= 0).length;
    return Math.min(IN_EPOCH, GROUP * Math.ceil(count / GROUP));
  };
  assert.deepEqual(made, [4, 5, 6, 7, 8, 9, 10, 11, 15, 15, 15, 15].map(before));
});

/** What "auto" says that it took, two epochs long, where each batch takes so many milliseconds. */
async function choose(msOf: (epoch: number, batch: number) => number, { batch = 20, firstBatch = 0 } = {}) {
  let now = 0;
  const clock = mock.method(performance, "now", () => now);
  const told: string[] = [];
  const restyling = new Restyling({ restyler: makeRestyler(), sources, mostPictures: IN_EPOCH });
  const planner = new RestylingPlanner(restyling, "auto", (text) => told.push(text));
  for (const plan of [planOf(0, batch), planOf(1, batch)]) {
    const first = plan.epoch === 0 ? firstBatch : 0;
    restyling.add(plan, first);
    for (let one = first; one < plan.ends.length; one++) {
      await planner.beforeBatch(plan, one, async () => {});
      now += msOf(plan.epoch, one);
    }
  }
  restyling.close();
  clock.mock.restore();
  return told.join();
}

test("auto takes what was faster, and ahead where that is nearly as fast", async () => {
  const withTimes = (ahead: number, before: number) => choose((_, batch) => (batch < 8 ? ahead : before));
  assert.match(await withTimes(100, 90), /^Restyling before each epoch \(90 ms a batch; 100 ms a batch where/);
  assert.match(
    await withTimes(100, 98),
    /^Restyling a few batches ahead of training \(100 ms a batch; 98 ms a batch where/,
  );
});

test("auto measures within one epoch: what lies between two is part of neither way", async () => {
  // Taken up at batch 3 of 15, which leaves too few of the first epoch.
  const times = (epoch: number, batch: number) => (epoch === 0 ? 5000 : batch < 8 ? 100 : 90);
  assert.match(await choose(times, { firstBatch: 3 }), /^Restyling before each epoch \(90 ms a batch; 100 ms a batch/);
});

test("where no epoch has batches enough to measure on, auto says that it restyles ahead", async () => {
  assert.match(
    await choose(() => 1, { batch: 25 }),
    /^Restyling a few batches ahead of training: an epoch is too short/,
  );
});

test("ahead keeps the pictures of the next batches only, the other ways those of an epoch", async () => {
  const places = await Promise.all(
    (["ahead", "before", "auto"] as const).map(async (schedule) => (await carryOut(schedule)).places),
  );
  assert.deepEqual(places, [AHEAD * 20 + GROUP, IN_EPOCH + GROUP, IN_EPOCH + GROUP]);
});

test("more than a disk holds is refused before anything is written", () => {
  const spill = { file: join(folder, "restyled.tmp"), above: 2 ** 30 };
  assert.throws(() => new Restyling({ restyler: makeRestyler(), sources, mostPictures: 1e15, spill }), {
    code: "file-system",
    message: /restyled pictures of an epoch takes 3000000000 MB/,
  });
  assert.equal(existsSync(spill.file), false);
});

for (const schedule of ["before", "ahead", "auto"] as const)
  test(`${schedule}: from a file every place gets what it gets from memory`, async () => {
    const spill = { file: join(folder, "spilled.tmp"), above: 0 };
    const { found, expected } = await carryOut(schedule, 0, spill);
    assert.equal(found!.length, 2 * IN_EPOCH);
    assert.deepEqual(found, expected);
    assert.equal(existsSync(spill.file), false, "it is taken away at the end");
  });

test("in memory while it takes no more than the limit, and then no file is made", async () => {
  const file = join(folder, "not-made.tmp");
  const bytes = 3 * (IN_EPOCH + GROUP);
  for (const above of [bytes - 1, bytes]) {
    const spill = { file, above };
    const restyling = new Restyling({ restyler: makeRestyler(), sources, mostPictures: IN_EPOCH, spill });
    assert.equal(existsSync(file), above < bytes);
    restyling.close();
  }
});

test("the file of a run that was killed does not take the room of the one that goes on", (context) =>
  onSmallDisk(context, (disk) => {
    const spill = { file: join(disk, "restyled.tmp"), above: 0 };
    writeFileSync(spill.file, new Uint8Array(40_000)); // of 65,536 bytes
    new Restyling({ restyler: makeRestyler(), sources, mostPictures: 13_000, spill }).close();
  }));
