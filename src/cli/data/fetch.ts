/** `patina data fetch`: downloads a known data set. */
import { z } from "zod";
import { fetchDataSet } from "../../data/install.ts";
import { findKnown } from "../../data/registry.ts";
import { defineCommand } from "../command.ts";
import { dataFolder } from "./options.ts";
import { countsOf, withDisplay } from "./with-display.ts";

export default defineCommand({
  arguments: z.strictObject({ name: z.string().describe("a data set that patina data list knows") }),
  options: z.strictObject({ data: dataFolder }),
  examples: ["patina data fetch cifar10"],
  async run({ name }, { data: folder }, output) {
    const set = findKnown(name);
    const { place, data } = await withDisplay(output, (settings) => fetchDataSet(set, folder, settings));
    output.out(
      data === undefined
        ? `${name} is there already: ${place}   Check it with: patina data verify ${name}\n`
        : `${name} is fetched and verified: ${place}, ${countsOf(data)}\n`,
    );
  },
});
