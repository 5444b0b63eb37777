/** `patina data import`: takes over a known data set from files that are here. */
import { z } from "zod";
import { importDataSet } from "../../data/install.ts";
import { findKnown } from "../../data/registry.ts";
import { defineCommand } from "../command.ts";
import { dataFolder } from "./options.ts";
import { countsOf, withDisplay } from "./with-display.ts";

export default defineCommand({
  arguments: z.strictObject({ name: z.string().describe("a data set that patina data list knows") }),
  options: z.strictObject({
    from: z.string().describe("its archive, its unpacked folder or a part of it, or a folder that holds one of these"),
    data: dataFolder,
  }),
  examples: [
    "patina data import tiny-imagenet --from ~/Downloads/tiny-imagenet-200.zip",
    "patina data import cifar10 --from /mnt/cifar-10-batches-py",
  ],
  async run({ name }, { from, data: folder }, output) {
    const set = findKnown(name);
    const { place, data } = await withDisplay(output, (settings) => importDataSet(set, from, folder, settings));
    output.out(`${name} is imported and verified: ${place}, ${countsOf(data!)}\n`);
  },
});
