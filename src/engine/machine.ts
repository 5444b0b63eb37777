/** What this machine has for training, found by looking only: no library is loaded, so it works where nothing is built. */
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { arch, availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { PatinaError } from "../errors.ts";
import { builtAddon, isStale, packageFolder } from "./build.ts";
import { compilerVersion } from "./compiler.ts";
import { findLibtorch, type Libtorch } from "./libtorch.ts";

export interface Machine {
  readonly node: string;
  /** Processors that this process may use. */
  readonly processors: number;
  readonly architecture: string;
  /** Those instruction sets of the processor that the fused operators have code for. */
  readonly vectors: readonly string[];
  readonly libtorch: Libtorch | Problem;
  readonly blas: Blas | undefined;
  /** The C++ compiler's name and version. */
  readonly compiler: string | Problem;
  readonly addon: { readonly path: string; readonly version: string; readonly state: "ready" | "stale" } | Problem;
  /** Files of trained weights that came with Patina. */
  readonly weights: readonly string[];
}

/** Why something cannot be used, and what to do. */
export interface Problem {
  readonly problem: string;
}

/** The library that multiplies matrices for libtorch: its file, or "libtorch's own". */
export interface Blas {
  readonly library: string;
  /** The reference library: right, but many times slower. */
  readonly slow: boolean;
}

/** Looks at the machine. Never throws for what is missing: that is the answer. */
export function inspectMachine(): Machine {
  const libtorch = attempt(findLibtorch);
  const compiler = attempt(compilerVersion);
  return {
    node: process.versions.node,
    processors: availableParallelism(),
    architecture: arch(),
    vectors: processorVectors(),
    libtorch,
    blas: "problem" in libtorch ? undefined : findBlas(libtorch),
    compiler,
    addon: inspectAddon(libtorch, compiler),
    weights: findWeights(),
  };
}

/** Whether the processor multiplies bfloat16 by instructions of its own: only there training in it pays (engine.md 5.3). */
export function hasBfloat16(): boolean {
  return processorVectors().some((flag) => flag.endsWith("_bf16"));
}

/** What the processor calls itself; on x86 with family and model, since many share a name. */
export function processorName(cpuinfo: string = readCpuinfo()): string {
  const value = (key: string) => cpuinfo.match(new RegExp(`^${key}\\s*:\\s*(.+)$`, "m"))?.[1];
  const [name = arch(), family, model] = ["model name", "cpu family", "model"].map(value);
  return family === undefined ? name : `${name} (family ${family}, model ${model})`;
}

function processorVectors(): string[] {
  return vectorsOf(readCpuinfo());
}

function readCpuinfo(): string {
  return existsSync("/proc/cpuinfo") ? readFileSync("/proc/cpuinfo", "utf8") : "";
}

/** The flags of the first processor that matter here, from the text of /proc/cpuinfo. */
export function vectorsOf(cpuinfo: string): string[] {
  const flags = new Set(
    cpuinfo
      .match(/^flags\s*:(.*)$/m)?.[1]
      ?.trim()
      .split(/\s+/),
  );
  return ["avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16"].filter((flag) => flags.has(flag));
}

/** Debian's libtorch calls libblas.so.3, a link that packages and update-alternatives set; others bring their own. */
export function findBlas(libtorch: Pick<Libtorch, "source" | "libraryFolder">): Blas | undefined {
  if (libtorch.source !== "debian") return { library: "libtorch's own", slow: false };
  const link = join(libtorch.libraryFolder, "libblas.so.3");
  if (!existsSync(link)) return undefined;
  const library = realpathSync(link);
  return { library, slow: !/openblas|mkl|blis|atlas/.test(library) && basename(library).startsWith("libblas") };
}

function findWeights(): string[] {
  const folder = join(packageFolder, "assets");
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  return names.filter((name) => name.endsWith(".safetensors")).sort();
}

/** Without a compiler nothing says whether the addon is stale, nor could it be built again: it is taken as it is. */
function inspectAddon(libtorch: Libtorch | Problem, compiler: string | Problem): Machine["addon"] {
  const built = builtAddon();
  if (built === undefined) return { problem: "The addon is not built. Type: patina setup" };
  const stale = "problem" in libtorch || (typeof compiler === "string" && isStale(built, libtorch));
  return { path: built.path, version: built.version, state: stale ? "stale" : "ready" };
}

function attempt<T>(look: () => T): T | Problem {
  try {
    return look();
  } catch (error) {
    if (error instanceof PatinaError) return { problem: error.message };
    throw error;
  }
}
