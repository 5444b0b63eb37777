/** Which cells are measured where nobody names them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cellNames } from "../../src/evaluate/cell-names.ts";

const shape = { height: 32, width: 32, channels: 3 } as const;
const offered = (corruptions: readonly string[]) => ({ corruptions, shape });
const namesOf = (cells: readonly { corruption: string }[]) => [...new Set(cells.map(({ corruption }) => corruption))];

test("of published files those that are there are measured, though no suite of them is whole", () => {
  assert.deepEqual(namesOf(cellNames(offered(["fog", "ripple"]), { official: "folder" })), ["fog", "ripple"]);
});

test("of a suite that is asked for all must be there", () => {
  assert.throws(() => cellNames(offered(["fog"]), { official: "folder", suites: ["c15"] }), {
    code: "file-missing",
    message: /folder: gaussian_noise is not there/,
  });
});

test("what is made here is both suites, 29 corruptions at five severities", () => {
  const all = cellNames(offered([]), { only: ["fog"] });
  assert.equal(all.length, 5);
  assert.equal(cellNames({ corruptions: [], shape }, {}).length, 29 * 5);
});
