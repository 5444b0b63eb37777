/** `patina stylizer`: networks that restyle. */
import type { CommandGroup } from "./command.ts";

const group: CommandGroup = {
  commands: [
    {
      name: "train",
      summary: "train a small stylizer of your own, or go on with it",
      load: () => import("./stylizer/train.ts"),
    },
    {
      name: "import",
      summary: "take over the published AdaIN weights (VGG-19)",
      load: () => import("./stylizer/import.ts"),
    },
  ],
};
export default group;
