/** The other side of a comparison: a Python process that measures on request, so that rounds interleave. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { pythonWith } from "../test/oracle.ts";

const Figures = z.array(z.number());

export interface Peer extends Disposable {
  /** What it measures, with its version: "PyTorch 1.13.1". */
  readonly program: string;
  /** Sends one line and waits for the line that answers it: an array of numbers in JSON. */
  measure(line: string): Promise<number[]>;
}

/**
 * Starts bench/peers/<name>.py, with this process's environment: as many threads, and the same way of waiting
 * (`useThreads`). Undefined where Python lacks one of the packages.
 */
export async function startPeer(
  name: string,
  packages: readonly string[],
  ...words: string[]
): Promise<Peer | undefined> {
  const python = pythonWith(...packages);
  if (python === undefined) return undefined;
  const script = fileURLToPath(new URL(`./peers/${name}.py`, import.meta.url));
  const child = spawn(python, ["-u", script, ...words], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.on("error", () => {}); // it has ended: the answer that does not come says so
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done) throw new Error(`${script}: ended without an answer. Its own words are above.`);
    return JSON.parse(line.value);
  };
  return {
    program: z.string().parse(await answer()), // comes when all is loaded
    async measure(line) {
      child.stdin.write(`${line}\n`);
      return Figures.parse(await answer());
    },
    [Symbol.dispose]: () => child.stdin.end(), // it reads to the end of its input
  };
}
