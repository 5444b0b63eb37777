/** The noise of counted light: so many photons at white, fewer in the dark. Source: corruptions-c.md 4. */
import { fillPoisson, type PoissonTables, poissonTables } from "../random/poisson.ts";
import { defineCorruption } from "./define.ts";
import { lastMade } from "./filters/last-made.ts";
import { toByte } from "./to-byte.ts";
import { unitOf } from "./unit.ts";

/** For each byte, the distribution of its photons: half a megabyte or less for each of the published constants. */
const tablesOf = lastMade<PoissonTables>(15);
/** The byte of each count up to that of white. */
const bytesOf = lastMade<Uint8Array>(15);

export const shotNoise = defineCorruption({
  name: "shot_noise",
  summary: "Counts photons: noise that is weaker the more light there is",
  constants: {
    // mean number of photons at white
    32: [500, 250, 100, 75, 50],
    64: [250, 100, 50, 30, 15],
    224: [60, 25, 12, 5, 3],
  },
  draw(stream, _shape, photons, source) {
    const tables = tablesOf(String(photons), () => poissonTables(unitOf.map((value) => value * photons)));
    const counts = new Int32Array(source.length);
    fillPoisson(stream, tables, source, counts);
    return { counts };
  },
  applyInto(source, _shape, { counts }, photons, target) {
    const bytes = bytesOf(String(photons), () =>
      Uint8Array.from({ length: Math.ceil(photons) }, (_, count) => toByte(count / photons)),
    );
    for (let i = 0; i < source.length; i++) {
      const count = counts[i]!;
      target[i] = count < bytes.length ? bytes[count]! : 255;
    }
  },
});
