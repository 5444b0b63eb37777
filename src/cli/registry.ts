/** All commands, in the order of the help: one file and one line each. */
import type { CommandEntry } from "./command.ts";

export const commands: readonly CommandEntry[] = [
  { name: "train", summary: "carry out an experiment, or go on with a run", load: () => import("./train.ts") },
  { name: "preview", summary: "show what a batch of training looks like", load: () => import("./preview.ts") },
  { name: "show", summary: "print every value of an experiment", load: () => import("./show.ts") },
  { name: "list", summary: "list the experiments that are known by name", load: () => import("./list.ts") },
  { name: "evaluate", summary: "measure a model on clean and corrupted pictures", load: () => import("./evaluate.ts") },
  { name: "export", summary: "write the network of a run as ONNX", load: () => import("./export.ts") },
  {
    name: "corrupt",
    summary: "make the corruption benchmark of a data set",
    load: () => import("./corrupt.ts"),
  },
  { name: "report", summary: "make a page of what runs are worth", load: () => import("./report.ts") },
  {
    name: "reproduce",
    summary: "train and measure a table of the paper",
    load: () => import("./reproduce.ts"),
  },
  { name: "stylize", summary: "restyle a folder of pictures", load: () => import("./stylize.ts") },
  { name: "stylizer", summary: "train or import the networks that restyle", load: () => import("./stylizer.ts") },
  { name: "styles", summary: "make banks of styles", load: () => import("./styles.ts") },
  { name: "data", summary: "list, fetch, import and verify data sets", load: () => import("./data.ts") },
  { name: "synth", summary: "import, audit and select pools of synthetic pictures", load: () => import("./synth.ts") },
  { name: "setup", summary: "build the native addon, where anything changed", load: () => import("./setup.ts") },
  {
    name: "doctor",
    summary: "say what this machine has, what is missing, what to type",
    load: () => import("./doctor.ts"),
  },
];
