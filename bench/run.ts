/**
 * Runs benchmarks: all, or the one that is named.   node bench/run.ts [NAME] [--json]
 * Figures go to stdout, as a table or with --json one line of JSON a row; how they were measured goes to stderr. Whether
 * goals are met does not change the exit status, since machines are noisy: 1 is for what broke, 2 for a wrong name.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { exitStatus, nearestName, PatinaError } from "../src/errors.ts";
import { type Bench, benches } from "./registry.ts";
import type { Row } from "./row.ts";
import { tableOf } from "./table.ts";

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`bench: ${error instanceof PatinaError ? error.message : (error as Error).stack}\n`);
  process.exitCode = error instanceof PatinaError ? exitStatus(error.code) : 1;
}

async function main(words: readonly string[]): Promise<number> {
  const { name, json } = readWords(words);
  const rows: Row[] = [];
  const take = (row: Row) => {
    rows.push(row);
    if (json) process.stdout.write(`${JSON.stringify(row)}\n`);
  };
  let isWhole = true;
  if (name !== undefined) for (const row of await (await findBench(name).load()).run()) take(row);
  else for (const bench of benches) isWhole = (await runApart(bench, take)) && isWhole;
  if (!json) process.stdout.write(tableOf(rows));
  return isWhole ? 0 : 1;
}

function readWords(words: readonly string[]): { name: string | undefined; json: boolean } {
  try {
    const options = { json: { type: "boolean", default: false } } as const;
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
    if (positionals.length > 1) throw new TypeError(`One name at a time, not ${positionals.length}`);
    return { name: positionals[0], json: values.json };
  } catch (cause) {
    const { message } = cause as TypeError;
    throw new PatinaError("usage", `${message.split(". ")[0]}. Type: npm run bench -- [NAME] [--json]`, { cause });
  }
}

function findBench(name: string): Bench {
  const found = benches.find((bench) => bench.name === name);
  if (found !== undefined) return found;
  const names = benches.map((bench) => bench.name);
  const nearest = nearestName(name, names);
  const remedy = nearest === undefined ? `There are ${names.join(", ")}.` : `Did you mean "${nearest}"?`;
  throw new PatinaError("unknown-name", `unknown benchmark "${name}". ${remedy}`);
}

/** Runs one bench in its own process: memory and threads that one leaves behind would be in the next one's figures. */
async function runApart({ name }: Bench, take: (row: Row) => void): Promise<boolean> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), name, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<boolean>((resolve) => child.on("close", (status) => resolve(status === 0)));
  for await (const line of createInterface({ input: child.stdout })) take(JSON.parse(line));
  return ended;
}
