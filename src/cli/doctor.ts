/** `patina doctor`: what this machine has for training, what is missing, and what to type. */
import { styleText } from "node:util";
import { z } from "zod";
import { listDataSets } from "../data/list.ts";
import { inspectMachine } from "../engine/machine.ts";
import { PatinaError } from "../errors.ts";
import { defineCommand } from "./command.ts";
import { dataFolder } from "./data/options.ts";
import { type Finding, judge, type Loaded } from "./findings.ts";

export default defineCommand({
  options: z.strictObject({
    data: dataFolder,
    json: z.boolean().default(false).describe("print the findings as JSON"),
  }),
  examples: ["patina doctor", "patina doctor --json"],
  async run(_args, { data, json }, output) {
    const machine = inspectMachine();
    const loaded = "problem" in machine.addon ? undefined : await tryLoading();
    const findings = judge(machine, loaded, listDataSets(data));
    const canTrain = findings.every(({ state }) => state !== "missing");
    const verdict = canTrain ? "Training can run here." : "Training cannot run here yet: see what is missing.";
    output.out(
      json ? `${JSON.stringify({ canTrain, findings }, null, 2)}\n` : `${findings.map(lineOf).join("")}${verdict}\n`,
    );
    return canTrain ? 0 : 1;
  },
});

/** Loads the addon, and with it libtorch: only now is it known whether that works. */
async function tryLoading(): Promise<Loaded> {
  const { libtorchInfo, threadCount } = await import("../engine/device.ts");
  try {
    return { threads: threadCount(), cudaDevices: libtorchInfo().cudaDevices };
  } catch (error) {
    if (error instanceof PatinaError) return { problem: error.message };
    throw error;
  }
}

function lineOf({ topic, state, found, remedy }: Finding): string {
  const mark = {
    good: styleText("green", "ok     "),
    advice: styleText("yellow", "advice "),
    missing: styleText("red", "missing"),
  };
  return `${mark[state]}  ${topic.padEnd(10)} ${found}\n${remedy ? `${" ".repeat(20)}${remedy.replaceAll("\n", `\n${" ".repeat(20)}`)}\n` : ""}`;
}
