/** Corrupting pictures on one thread, draws included, beside the originals' figures; C and C-bar whole. */
import assert from "node:assert/strict";
import { type Corruption, severities } from "../src/corrupt/define.ts";
import { corruptions } from "../src/corrupt/registry.ts";
import { cellStream, suiteCorruptions } from "../src/corrupt/suites.ts";
import { tableOf } from "../src/corrupt/table.ts";
import { byteCount, type PictureShape } from "../src/pictures/picture.ts";
import { resizeBilinear } from "../src/pictures/resize.ts";
import { tellMethod } from "./method.ts";
import { originalMs, slowAt224 } from "./originals.ts";
import { makePictures, pictureShape } from "./pictures.ts";
import { isQuick, measureInTurn, type Side } from "./rounds.ts";
import { makeRow, type Row } from "./row.ts";

const ROUNDS = isQuick ? 1 : 9;
/** What one corruption takes of a round: enough pictures for it, the same number at each severity. */
const ROUND_MS = isQuick ? 1 : 40;
const LARGE_ROUNDS = isQuick ? 1 : 3;

const large = { height: 224, width: 224, channels: 3 } as const;

/** Milliseconds a picture, the median of the rounds. */
export async function run(): Promise<Row[]> {
  const small = makePictures(50);
  const sources = Array.from({ length: small.count }, (_, index) =>
    small.store.bytes.slice(index * small.store.pictureBytes, (index + 1) * small.store.pictureBytes),
  );
  const medians = await measureInTurn(
    ROUNDS,
    corruptions.map((corruption) => makeSide(corruption, sources, pictureShape)),
  );
  const ms = new Map<string, number>(corruptions.map(({ name }, place) => [name, medians[place]!]));
  const rows = corruptions.map(({ name }) => rateRow(name, ms.get(name)!, originalMs[name]![32]));
  rows.push(meanRow(rows), totalRow("c-total", "c", ms), totalRow("c-bar-total", "c-bar", ms));
  const slow = corruptions.filter(({ name }) => (slowAt224 as readonly string[]).includes(name));
  const enlarged = sources.slice(0, 5).map((bytes) => resizeBilinear({ ...pictureShape, bytes }, large).bytes);
  const largeMedians = await measureInTurn(
    LARGE_ROUNDS,
    slow.map((corruption) => makeSide(corruption, enlarged, large)),
  );
  rows.push(...slow.map(({ name }, place) => rateRow(`${name}-224`, largeMedians[place]!, originalMs[name]![224])));
  const slower = rows.flatMap(({ name, unit, ours, ratio }) =>
    unit === "pictures/s" && ratio !== null && ratio < 1 ? [`${name} ${(1000 / ours).toPrecision(2)} ms`] : [],
  );
  tellMethod(
    "corrupt",
    "1 thread, draws included",
    "peer: the original programs' figures of corruptions-c.md 7 and corruptions-cbar.md 8, not measured here",
    `${ROUNDS} rounds at 32 pixels, ${LARGE_ROUNDS} at 224, each of all five severities, median`,
    `slower than the original: ${slower.join(", ") || "none"}`,
  );
  return rows;
}

const rateRow = (name: string, ours: number, peer: number): Row =>
  makeRow(name, "pictures/s", 1000 / ours, 1000 / peer);

/** Geometric means of the rates at 32 pixels, so the ratio is that of all ratios. */
function meanRow(rows: readonly Row[]): Row {
  const mean = (of: (row: Row) => number) =>
    Math.exp(rows.reduce((sum, row) => sum + Math.log(of(row)), 0) / rows.length);
  return makeRow(
    "mean",
    "pictures/s",
    mean((row) => row.ours),
    mean((row) => row.peer!),
  );
}

/** One picture through every corruption of a suite, milliseconds. */
function totalRow(name: string, suite: string, ms: ReadonlyMap<string, number>): Row {
  const members = suiteCorruptions(suite, pictureShape);
  const total = (of: (member: string) => number) => members.reduce((sum, member) => sum + of(member), 0);
  return makeRow(
    name,
    "ms",
    total((member) => ms.get(member)!),
    total((member) => originalMs[member]![32]),
  );
}

/** Draws and applies, as a generated benchmark does, at all severities in turn. */
function makeSide(corruption: Corruption, sources: readonly Uint8Array[], shape: PictureShape): Side {
  const { name, constants } = corruption;
  const target = new Uint8Array(byteCount(shape));
  const streams = severities.map((severity) => cellStream("bench", name, severity));
  const corruptAt = (place: number, index: number) => {
    const source = sources[index % sources.length]!;
    const own = constants[tableOf(shape)][place];
    corruption.applyInto(source, shape, corruption.draw(streams[place]!.fork(index), shape, own, source), own, target);
    return Buffer.compare(source, target) !== 0;
  };
  const changed = sources.filter((_, index) => corruptAt(4, index)).length;
  assert.ok(changed > sources.length / 2, `${name} changed ${changed} of ${sources.length} pictures`);
  let perSeverity = 1;
  return () => {
    const start = performance.now();
    for (let place = 0; place < severities.length; place++)
      for (let index = 0; index < perSeverity; index++) corruptAt(place, index);
    const msEach = (performance.now() - start) / (perSeverity * severities.length);
    perSeverity = Math.max(1, Math.min(2000, Math.round(ROUND_MS / msEach / severities.length)));
    return [msEach];
  };
}
