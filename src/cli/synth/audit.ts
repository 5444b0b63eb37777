/** `patina synth audit`: looks through a pool before it is trained on. */
import Table from "cli-table3";
import { z } from "zod";
import { checkNewFile, writeAtomically } from "../../files.ts";
import { type Audit, auditPool, copyPlaces } from "../../pool/audit.ts";
import { drawAuditPage, placeNames } from "../../report/audit-page.ts";
import { generatorMark } from "../../report/document.ts";
import { version } from "../../version.ts";
import { defineCommand } from "../command.ts";
import { dataFolder, json } from "../data/options.ts";
import { withDisplay } from "../data/with-display.ts";
import { batch, device, pool } from "./options.ts";

export default defineCommand({
  arguments: z.strictObject({ pool }),
  options: z.strictObject({
    dataSet: z
      .string()
      .describe("what it is for: a known data set, or a folder of pictures with one sub-folder a class"),
    model: z.string().optional().describe("folder of the run of a classifier, to compare the labels with"),
    output: z.string().optional().describe("page of pictures to write, as audit.html").meta({ short: "o" }),
    batch,
    device,
    data: dataFolder,
    json,
  }),
  examples: [
    "patina synth audit 1m.npz --data-set cifar10 -o audit.html",
    "patina synth audit generated/ --data-set cifar10 --model runs/plain-20260101-a1b2 --json",
  ],
  async run({ pool: path }, { dataSet, model: run, output: page, batch, device, data, json }, output) {
    if (page !== undefined) checkNewFile(page, { name: "page", mark: generatorMark });
    const audit = await withDisplay(output, async (settings) => {
      const audited = await auditPool(path, { dataSet, dataFolder: data, run, batch, device }, settings);
      try {
        if (page !== undefined) writeAtomically(page, await drawAuditPage(audited, version));
        return audited.audit;
      } finally {
        audited.pool.store.close();
      }
    });
    output.out(json ? `${JSON.stringify(audit, null, 2)}\n` : describe(audit));
    if (page !== undefined) output.err(`${page}: its pictures\n`);
    return audit.problems.length > 0 ? 1 : 0;
  },
});

const number = (value: number) => value.toLocaleString("en");

function describe({ pool, dataSet, problems, classes, copies, blank, limits, classifier, unjudged }: Audit): string {
  const table = new Table({
    head: ["class", "pictures", ...(classifier === undefined ? [] : ["agreement"])],
    colAligns: ["left", "right", "right"],
    style: { head: [], border: [] },
  });
  for (const { name, count, agreement } of classes)
    table.push([name, number(count), ...(agreement === undefined ? [] : [`${(100 * agreement).toFixed(1)} %`])]);
  const lines = [
    `${pool.path}: ${problems.length === 0 ? "fits" : "does not fit"} ${dataSet.name}`,
    table.toString(),
    `${number(pool.count)} pictures of ${pool.height}x${pool.width}x${pool.channels} (height x width x channels), ${pool.dtype}`,
    ...copyPlaces.map((place) => {
      const { exact, near } = copies[place];
      return `copies ${placeNames[place]}: ${number(exact.length)} exact, ${number(near.length)} near`;
    }),
    `nearly blank: ${number(blank.length)} (contrast below ${limits.blank} levels)`,
    ...(classifier === undefined
      ? []
      : [`${classifier.run} agrees with ${(100 * classifier.agreement).toFixed(1)} % of the labels`]),
    ...(unjudged === undefined ? [] : [`labels not judged: ${unjudged}`]),
    `digest: ${pool.digest}`,
    ...problems.map((problem) => `Problem: ${problem}`),
  ];
  return `${lines.join("\n")}\n`;
}
