/** Builds the native addon from native/ with the compiler of this machine, and knows where the built one lies. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { PatinaError } from "../errors.ts";
import { sha256, writeAtomically } from "../files.ts";
import { type Compiler, compileChanged, findCompiler, link, nativeSources } from "./compiler.ts";
import { findLibtorch, type Libtorch } from "./libtorch.ts";

/** The folder of the package: a clone, or node_modules/patina. The same from src/ and from dist/. */
export const packageFolder = fileURLToPath(new URL("../..", import.meta.url));

const Built = z.strictObject({
  /** The addon, relative to the folder of the builds. */
  path: z.string(),
  /** sha256 of sources, flags and libtorch. */
  hash: z.string(),
  /** Folder of the libtorch it is linked with. */
  libtorch: z.string(),
  version: z.string(),
  cuda: z.boolean(),
});

/** The addon that was built last; `path` is absolute. */
export type BuiltAddon = z.infer<typeof Built>;

export interface BuildOptions {
  /** Where the C++ sources lie. */
  nativeFolder?: string;
  /** Where builds go. */
  buildFolder?: string;
  /** The libtorch to build against; found where not given. */
  libtorch?: Libtorch;
  /** The C++ compiler: by default CXX, else g++. */
  compiler?: string;
  /** Called with one line before each piece of work. */
  say?: (line: string) => void;
}

const nativeFolder = join(packageFolder, "native");
const buildFolder = join(packageFolder, "build", "native");

/**
 * Path of the built addon, for the one who loads it.
 * @throws PatinaError `libtorch-missing` where it was never built, or its libtorch has gone.
 */
export function addonPath(folder: string = buildFolder): string {
  const built = builtAddon(folder);
  if (built === undefined)
    throw new PatinaError(
      "libtorch-missing",
      "The native addon is not built, so nothing with weights can run. Type: patina setup   (in a clone: make setup)",
    );
  return built.path;
}

/** The addon that was built last, or undefined where there is none. */
export function builtAddon(folder: string = buildFolder): BuiltAddon | undefined {
  const built = readNote(join(folder, "current.json"));
  if (built === undefined) return undefined;
  const path = isAbsolute(built.path) ? built.path : join(folder, built.path);
  return existsSync(path) ? { ...built, path } : undefined;
}

/** Whether the built addon was made from other sources, flags or another libtorch than are there now. */
export function isStale(built: BuiltAddon, libtorch: Libtorch): boolean {
  return built.hash !== buildHash(nativeFolder, findCompiler(undefined, libtorch));
}

/**
 * Builds the addon where anything changed: only changed files are compiled, two at once (each takes up to 1 GB).
 * @throws PatinaError `libtorch-missing` where libtorch, the compiler or the headers are missing, or the sources do
 * not compile: with the compiler's own words.
 */
export async function buildAddon(options: BuildOptions = {}): Promise<BuiltAddon> {
  const say = options.say ?? (() => {});
  const sources = options.nativeFolder ?? nativeFolder;
  const target = options.buildFolder ?? buildFolder;
  const libtorch = options.libtorch ?? findLibtorch();
  const compiler = findCompiler(options.compiler, libtorch);
  const hash = buildHash(sources, compiler);
  const present = builtAddon(target);
  if (present?.hash === hash) return present;

  const objects = await compileChanged(compiler, sources, join(target, "objects"), say);
  const path = join(hash.slice(0, 16), "patina.node");
  mkdirSync(join(target, hash.slice(0, 16)), { recursive: true });
  say(`linking with libtorch ${libtorch.version} of ${libtorch.libraryFolder}`);
  await link(compiler, objects, join(target, path));
  const built = { path, hash, libtorch: libtorch.libraryFolder, version: libtorch.version, cuda: libtorch.cuda };
  writeAtomically(join(target, "current.json"), `${JSON.stringify(built, null, 2)}\n`);
  forgetOldBuilds(target);
  return { ...built, path: join(target, path) };
}

/** What is there may be of another version of Patina: as if nothing was built, so that it is built again. */
function readNote(path: string): BuiltAddon | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return Built.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

function buildHash(folder: string, compiler: Compiler): string {
  const sources = nativeSources(folder).map((name) => [name, sha256(readFileSync(join(folder, name)))]);
  return sha256(JSON.stringify([sources, compiler.identity]));
}

/** Keeps the latest builds only; a process that has an older one loaded keeps it, since the file stays until closed. */
function forgetOldBuilds(folder: string): void {
  const made = readdirSync(folder)
    .filter((name) => /^[0-9a-f]{16}$/.test(name))
    .map((name) => ({ path: join(folder, name), time: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { path } of made.slice(3)) rmSync(path, { recursive: true, force: true });
}
