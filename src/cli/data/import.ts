/** `patina data import`: takes over a known data set, or the photographs of frost, from files that are here. */
import { z } from "zod";
import { importFrost } from "../../benchmark/frost-photographs.ts";
import { importDataSet } from "../../data/install.ts";
import { findKnown } from "../../data/registry.ts";
import { defineCommand } from "../command.ts";
import { dataFolder } from "./options.ts";
import { countsOf, withDisplay } from "./with-display.ts";

export default defineCommand({
  arguments: z.strictObject({
    name: z.string().describe("a data set that patina data list knows, or frost: the photographs of that corruption"),
  }),
  options: z.strictObject({
    from: z.string().describe("its archive, its unpacked folder or a part of it, or a folder that holds one of these"),
    data: dataFolder,
  }),
  examples: [
    "patina data import tiny-imagenet --from ~/Downloads/tiny-imagenet-200.zip",
    "patina data import cifar10 --from /mnt/cifar-10-batches-py",
    "patina data import frost --from robustness/ImageNet-C/create_c/frost",
  ],
  async run({ name }, { from, data: folder }, output) {
    if (name === "frost") {
      const place = await withDisplay(output, (settings) => importFrost(from, folder, settings));
      output.out(`the photographs of frost are imported and verified: ${place}\n`);
      return;
    }
    const set = findKnown(name);
    const { place, data } = await withDisplay(output, (settings) => importDataSet(set, from, folder, settings));
    output.out(`${name} is imported and verified: ${place}, ${countsOf(data!)}\n`);
  },
});
