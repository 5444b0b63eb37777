/** `patina synth`: pools of synthetic pictures. */
import type { CommandGroup } from "./command.ts";

const group: CommandGroup = {
  commands: [
    {
      name: "import",
      summary: "bring a pool, in whatever form, into one that is read fast",
      load: () => import("./synth/import.ts"),
    },
    {
      name: "audit",
      summary: "look through a pool: classes, copies, blank pictures, doubtful labels",
      load: () => import("./synth/audit.ts"),
    },
    {
      name: "select",
      summary: "keep the pictures of a pool that a classifier is surest of",
      load: () => import("./synth/select.ts"),
    },
  ],
};
export default group;
