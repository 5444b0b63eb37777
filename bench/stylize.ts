/**
 * Restyling pictures in one step, from bytes to bytes: encoder, AdaIN, decoder, with random weights; batch 32, 2 threads,
 * beside the same networks in stock PyTorch (NCHW, float32, the batch at once).
 */
import assert from "node:assert/strict";
import { stream } from "../src/random/stream.ts";
import { RestyleOptions, StylizerOptions } from "../src/stylize/options.ts";
import { Restyler } from "../src/stylize/restyle.ts";
import { Stylizer } from "../src/stylize/stylizer.ts";
import { tellMethod, useEngine } from "./method.ts";
import { startPeer } from "./peer.ts";
import { makeStyleBank } from "./random-styles.ts";
import { isQuick, measureInTurn, type Side } from "./rounds.ts";
import { makeRow, type Row } from "./row.ts";

const THREADS = 2;
const BATCH = isQuick ? 2 : 32;
const STYLES = 100;

/** Of each row: which stylizer, the sides of the pictures, and how often a batch is restyled. */
const cases = [
  { name: "vgg-224", kind: "vgg-19", size: 224, rounds: 3, batches: 1 },
  { name: "vgg-64", kind: "vgg-19", size: 64, rounds: 7, batches: 2 },
  { name: "own-64", kind: "compact", size: 64, rounds: 11, batches: 10 },
  { name: "own-32", kind: "compact", size: 32, rounds: 11, batches: 30 },
] as const;
type Case = (typeof cases)[number];

/** One row a case: ms a picture, the median of all batches. */
export async function run(): Promise<Row[]> {
  const engine = useEngine(THREADS);
  const compact = StylizerOptions.parse({ kind: "compact" });
  using peer = await startPeer("stylize", ["torch"], JSON.stringify(compact), String(BATCH), String(STYLES));
  const rows: Row[] = [];
  for (const { name, kind, size, rounds, batches } of cases) {
    const options = kind === "compact" ? compact : StylizerOptions.parse({ kind });
    using ours = makeRestyling(options, size, isQuick ? 1 : batches);
    const line = JSON.stringify([kind, size, isQuick ? 1 : batches, ours.parameterCount]);
    const sides = peer ? [ours.measure, () => peer.measure(line)] : [ours.measure];
    const medians = await measureInTurn(isQuick ? 1 : rounds, sides);
    rows.push(makeRow(name, "ms", medians[0]!, medians[1] ?? null));
  }
  tellMethod(
    "stylize",
    engine,
    `peer: ${peer ? `${peer.program}, NCHW, float32, inference mode, malloc` : "no PyTorch"}`,
    `batches of ${BATCH}, median of ${cases.map(({ name, rounds, batches }) => `${rounds * batches} (${name})`).join(", ")}`,
  );
  return rows;
}

interface Restyling extends Disposable {
  readonly measure: Side;
  readonly parameterCount: number;
}

/** `measure` restyles some batches and returns the time of each in ms a picture. */
function makeRestyling(options: StylizerOptions, size: Case["size"], batches: number): Restyling {
  const draws = stream(0, "bench stylize", size);
  const stylizer = new Stylizer(draws.fork("weights"), options);
  const restyler = new Restyler(stylizer, makeStyleBank(stylizer, STYLES), RestyleOptions.parse({}));
  const shape = { height: size, width: size, channels: 3 } as const;
  const bytes = Uint8Array.from({ length: BATCH * size * size * 3 }, () => draws.integer(0, 255));
  const styles = Array.from({ length: BATCH }, () => draws.integer(0, STYLES - 1));
  const strengths = Array.from({ length: BATCH }, () => draws.uniform());
  const restyle = () => restyler.restyle(bytes, shape, { styles, strengths });
  assert.ok(new Set(restyle()).size > 1, "restyled pictures have one value");
  return {
    measure: () =>
      Array.from({ length: batches }, () => {
        const start = performance.now();
        restyle();
        return (performance.now() - start) / BATCH;
      }),
    parameterCount: [...stylizer.namedParameters().values()].reduce((sum, { elementCount }) => sum + elementCount, 0),
    [Symbol.dispose]() {
      restyler.dispose();
      stylizer.dispose();
    },
  };
}
