import { styleText } from "node:util";
import type { Command } from "commander";
import { devices, threadCount } from "../engine/device.ts";
import { inspectMachine, type Machine } from "../engine/machine.ts";
import { PatinaError } from "../errors.ts";
import { type Finding, judge, type Loaded } from "./findings.ts";

/** patina doctor: exit status 1 where training cannot run. */
export default function doctor(command: Command): void {
  command.option("--json", "print the findings as JSON").action(({ json }: { json?: true }) => {
    const machine = inspectMachine();
    const findings = judge(machine, loadAddon(machine));
    const isFit = findings.every(({ state }) => state !== "missing");
    if (json) console.log(JSON.stringify({ canTrain: isFit, findings }, null, 2));
    else {
      for (const finding of findings) console.log(line(finding));
      console.log(isFit ? "Training can run here." : "Training cannot run here yet: see what is missing.");
    }
    if (!isFit) process.exitCode = 1;
  });
}

/** Loads the addon to ask it; where that fails, why. */
function loadAddon({ addon }: Machine): Loaded | undefined {
  if ("problem" in addon) return undefined;
  try {
    return { threads: threadCount(), cudaDevices: devices().length - 1 };
  } catch (error) {
    if (error instanceof PatinaError) return { problem: error.message };
    throw error;
  }
}

function line({ topic, state, found, remedy }: Finding): string {
  const mark = {
    good: styleText("green", "ok     "),
    advice: styleText("yellow", "advice "),
    missing: styleText("red", "missing"),
  }[state];
  return `${mark} ${topic.padEnd(10)} ${found}${remedy === undefined ? "" : `\n${" ".repeat(19)}${remedy}`}`;
}
