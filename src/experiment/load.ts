/** From what a user names, a file or a known experiment, to one that is checked and whole. */
import { existsSync } from "node:fs";
import { registerHooks } from "node:module";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { nearestName, PatinaError } from "../errors.ts";
import { readBounded } from "../files.ts";
import { EXPERIMENT_LIMIT } from "../run/run.ts";
import { type Experiment, ExperimentOptions, parseExperiment } from "./experiment.ts";
import { applyOverrides } from "./overrides.ts";
import { namedExperiments } from "./registry.ts";

export interface LoadedExperiment {
  /** Names its runs: the file's name without its ending, or the known name. */
  readonly name: string;
  /** The file or known name, for messages. */
  readonly source: string;
  readonly experiment: Experiment;
}

const FILE = /\.(ts|mts|js|mjs|json)$/;

/** Whether a source is a file, by its ending; otherwise it is a name. */
export const isExperimentFile = (source: string): boolean => FILE.test(source);

/**
 * Loads an experiment: a TypeScript, JavaScript or JSON file, or a name that `patina list` knows.
 * @param overrides one-off changes, each `path=value`
 * @throws PatinaError `experiment`, `usage`, `unknown-name` or `file-missing`; nothing was begun then.
 */
export async function loadExperiment(source: string, overrides: readonly string[] = []): Promise<LoadedExperiment> {
  const input = isExperimentFile(source) ? await readExperimentFile(source) : findNamed(source);
  const changed = applyOverrides(ExperimentOptions, input, overrides);
  const settings = overrides.map((override) => ` --set ${override}`).join("");
  return {
    name: isExperimentFile(source) ? basename(source).replace(FILE, "") : source,
    source,
    experiment: parseExperiment(changed, `${source}${settings}`),
  };
}

/** The experiment that a file holds, as it was written. */
async function readExperimentFile(path: string): Promise<unknown> {
  if (!existsSync(path))
    throw new PatinaError("file-missing", `${path}: does not exist. Check the path, or see what is known: patina list`);
  if (path.endsWith(".json")) return readJson(path);
  const loaded = await importUserModule(path);
  if (loaded.default === undefined)
    throw new PatinaError(
      "experiment",
      `${path}: exports no experiment. End it with: export default defineExperiment({ ... });`,
    );
  return loaded.default;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readBounded(path, EXPERIMENT_LIMIT).toString("utf8"));
  } catch (cause) {
    if (cause instanceof PatinaError) throw cause;
    throw new PatinaError("experiment", `${path}: is not JSON (${(cause as Error).message}). Mend it.`, { cause });
  }
}

/**
 * Runs the user's own file. "patina" in it is the Patina that runs, wherever the file lies and whatever is installed
 * there; and TypeScript beside it is taken as modules, whatever its package.json says.
 */
async function importUserModule(path: string): Promise<{ default?: unknown }> {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const own = ownModule(specifier);
      return own === undefined ? next(specifier, context) : next(own, context);
    },
    load(url, context, next) {
      const isTypescript = /\.ts$/.test(url) && !url.includes("/node_modules/");
      return next(url, isTypescript ? { ...context, format: "module-typescript" } : context);
    },
  });
  try {
    return await import(pathToFileURL(resolve(path)).href);
  } catch (cause) {
    if (cause instanceof PatinaError) throw cause;
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    const line = lineIn(path, cause);
    const where = line === undefined ? path : `${path}, line ${line}`;
    throw new PatinaError("experiment", `${where}: cannot be run (${reason}). Mend it.`, { cause });
  } finally {
    hooks.deregister();
  }
}

/** The line of the file that an error's stack names first, if any. */
function lineIn(path: string, error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  return stack.split(`${resolve(path)}:`)[1]?.match(/^\d+/)?.[0];
}

/** Our own file for one of our public names; the same ending as this one's, so that sources meet sources. */
function ownModule(specifier: string): string | undefined {
  const entry = { patina: "../index", "patina/augment": "../augment/index", "patina/corrupt": "../corrupt/index" }[
    specifier
  ];
  return entry && new URL(`${entry}${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url).href;
}

function findNamed(name: string): unknown {
  const found = namedExperiments.find((named) => named.name === name);
  if (found !== undefined) return found.experiment;
  const near = nearestName(
    name,
    namedExperiments.map((named) => named.name),
  );
  const hint = existsSync(join(name, "experiment.json"))
    ? `That is a run; its experiment is ${join(name, "experiment.json")}.`
    : existsSync(name)
      ? "There is a file of that name: experiments end in .ts, .js or .json."
      : near === undefined
        ? "Name a file that ends in .ts, .js or .json, or one of those that this lists: patina list"
        : `Did you mean "${near}"?`;
  throw new PatinaError("unknown-name", `unknown experiment "${name}". ${hint}`);
}
