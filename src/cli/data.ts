/** `patina data`: the data sets. */
import type { CommandGroup } from "./command.ts";

const group: CommandGroup = {
  commands: [
    {
      name: "list",
      summary: "list the known data sets, where they are, and how to get them",
      load: () => import("./data/list.ts"),
    },
    { name: "fetch", summary: "download a known data set and verify it", load: () => import("./data/fetch.ts") },
    {
      name: "import",
      summary: "take over a known data set from its archive or folder",
      load: () => import("./data/import.ts"),
    },
    {
      name: "verify",
      summary: "look through pictures: counts, sizes, what cannot be decoded, what is there twice",
      load: () => import("./data/verify.ts"),
    },
  ],
};
export default group;
