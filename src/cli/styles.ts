/** `patina styles`: banks of styles. */
import type { CommandGroup } from "./command.ts";

const group: CommandGroup = {
  commands: [
    { name: "pack", summary: "make a bank of styles from pictures", load: () => import("./styles/pack.ts") },
    {
      name: "import",
      summary: "reduce the paper's published style features to a bank",
      load: () => import("./styles/import.ts"),
    },
  ],
};
export default group;
