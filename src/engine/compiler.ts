/** The C++ compiler: its flags for libtorch and for each file, compiling what changed, linking. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { PatinaError } from "../errors.ts";
import { sha256, writeAtomically } from "../files.ts";
import type { Libtorch } from "./libtorch.ts";

const run = promisify(execFile);

export interface Compiler {
  /** The command: CXX, else g++. */
  readonly command: string;
  /** Flags of every file. */
  readonly flags: readonly string[];
  /** Instruction sets that the compiler can write code for and this kind of processor may have. */
  readonly vectors: readonly Vectors[];
  readonly linkFlags: readonly string[];
  /** Everything beside the sources that decides the bytes of the addon. */
  readonly identity: string;
}

type Vectors = "avx2" | "avx512";

/** Flags of a file of native/fused/ whose name ends in -avx2.cpp or -avx512.cpp; what runs is chosen at run time. */
const vectorFlags: Record<Vectors, readonly string[]> = {
  avx2: ["-mavx2", "-mfma"],
  avx512: ["-march=x86-64-v4", "-mavx512bf16"],
};

// Loops over floats become vectors only where no trap and no errno can be asked for afterwards. Sums keep their order:
// -ffast-math is not among these, so every machine of one instruction set gives the same bytes.
const fusedFlags = ["-O3", "-fopenmp", "-fno-trapping-math", "-fno-math-errno"];

const parallelCount = 2; // a file that includes ATen takes up to 1 GB
const outputLimit = 16 << 20;

/**
 * The compiler with all its flags for one libtorch.
 * @throws PatinaError `libtorch-missing` where no compiler answers or the headers of Node-API are not installed.
 */
export function findCompiler(command: string | undefined, libtorch: Libtorch): Compiler {
  const name = command ?? defaultCommand();
  const version = compilerVersion(name);
  const vectors = (Object.keys(vectorFlags) as Vectors[]).filter((set) => accepts(name, vectorFlags[set]));
  const flags = compileFlags(libtorch, vectors);
  const linkFlags = linkFlagsFor(libtorch);
  const library = statSync(join(libtorch.libraryFolder, "libtorch_cpu.so"));
  const identity = JSON.stringify([
    version,
    flags.filter((flag) => flag !== nodeApiHeaders()), // the folder of the clone does not change the addon
    fusedFlags,
    linkFlags,
    libtorch.version,
    library.size,
  ]);
  return { command: name, flags, vectors, linkFlags, identity };
}

/** Names of all C++ files under the folder, headers too, sorted. */
export function nativeSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(cpp|h)$/.test(name))
    .sort();
}

/** Compiles the files whose object is missing or was made from other bytes. Returns all objects. */
export async function compileChanged(
  compiler: Compiler,
  folder: string,
  objectsFolder: string,
  say: (line: string) => void,
): Promise<string[]> {
  const objects = join(objectsFolder, sha256(compiler.identity).slice(0, 16)); // other flags, other objects
  mkdirSync(objects, { recursive: true });
  const files = nativeSources(folder)
    .filter((name) => name.endsWith(".cpp"))
    .filter((name) => isForThisMachine(name, compiler))
    .map((name) => ({ name, object: join(objects, `${name.replaceAll("/", "__")}.o`) }));
  const changed = files.filter(({ object }) => !isFresh(folder, object));
  const waiting = changed.values();
  const work = async () => {
    for (const { name, object } of waiting) {
      say(`compiling ${name}`);
      await compile(compiler, folder, name, object);
    }
  };
  await Promise.all(Array.from({ length: parallelCount }, work));
  return files.map(({ object }) => object);
}

/** Links the objects into one addon that finds its libtorch by itself. */
export async function link(compiler: Compiler, objects: readonly string[], path: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await invoke(
      compiler.command,
      ["-shared", "-o", temporary, ...objects, ...compiler.linkFlags],
      "linking the addon",
    );
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

async function compile(compiler: Compiler, folder: string, name: string, object: string): Promise<void> {
  const temporary = `${object}.${process.pid}.tmp`; // two builds at once may both write: the last rename wins
  try {
    await invoke(
      compiler.command,
      [...compiler.flags, ...fileFlags(name), "-MMD", "-MF", `${temporary}.d`, "-c", name, "-o", temporary],
      `compiling ${name}`,
      folder, // so that the list of what was read names no place: clones are copied and moved
    );
    renameSync(`${temporary}.d`, `${object}.d`);
    renameSync(temporary, object);
    writeAtomically(`${object}.sha256`, inputsDigest(folder, object) ?? "");
  } finally {
    rmSync(temporary, { force: true });
    rmSync(`${temporary}.d`, { force: true });
  }
}

/** Whether the object was made from these very bytes: times lie, where a clone is copied or an older file comes back. */
function isFresh(folder: string, object: string): boolean {
  const note = `${object}.sha256`;
  return existsSync(object) && existsSync(note) && readFileSync(note, "utf8") === inputsDigest(folder, object);
}

/** sha256 of the source and every header of ours that the last compilation read; undefined where one has gone. */
function inputsDigest(folder: string, object: string): string | undefined {
  const [, list = ""] = readFileSync(`${object}.d`, "utf8").split(/:\s/, 2);
  const paths = (list.replaceAll("\\\n", " ").match(/(?:\\ |\S)+/g) ?? []).map((path) =>
    join(folder, path.replaceAll("\\ ", " ")),
  );
  if (!paths.every((path) => existsSync(path))) return undefined;
  return sha256(paths.map((path) => sha256(readFileSync(path))).join());
}

function vectorsOf(name: string): Vectors | undefined {
  return (Object.keys(vectorFlags) as Vectors[]).find((set) => name.endsWith(`-${set}.cpp`));
}

function isForThisMachine(name: string, compiler: Compiler): boolean {
  const vectors = vectorsOf(name);
  return vectors === undefined || compiler.vectors.includes(vectors);
}

function fileFlags(name: string): string[] {
  const vectors = vectorsOf(name);
  return [...(name.startsWith("fused/") ? fusedFlags : []), ...(vectors ? vectorFlags[vectors] : [])];
}

function compileFlags(libtorch: Libtorch, vectors: readonly Vectors[]): string[] {
  return [
    `-std=${standardOf(libtorch.version)}`,
    "-O2",
    "-fPIC",
    "-fvisibility=hidden",
    "-Wall",
    "-Wno-stringop-overflow", // a false alarm of g++ 12 about the atomics inside 1.13's headers
    "-Wno-array-bounds", // and of g++ 14 about a vector<bool> inside 2.6's
    "-DNAPI_VERSION=8", // the same addon loads in Node 20 and every later one
    `-D_GLIBCXX_USE_CXX11_ABI=${libtorch.cxx11Abi ? 1 : 0}`,
    ...vectors.map((set) => `-DPATINA_${set.toUpperCase()}=1`),
    // Others' headers as system headers: no warnings from them, and no line each in the list of what a file was made from.
    ...libtorch.includeFolders.flatMap((folder) => ["-isystem", folder]),
    "-isystem",
    nodeApiHeaders(),
  ];
}

/** The headers of the latest releases ask for C++20. 1.13 to 2.8 take C++17. */
function standardOf(version: string): string {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 2 || (major === 2 && minor >= 9) ? "c++20" : "c++17";
}

function linkFlagsFor(libtorch: Libtorch): string[] {
  return [
    `-L${libtorch.libraryFolder}`,
    // Without it the linker drops libraries that nothing refers to by name, and their operators never register.
    "-Wl,--no-as-needed",
    "-ltorch",
    "-ltorch_cpu",
    "-lc10",
    ...(libtorch.cuda ? ["-ltorch_cuda", "-lc10_cuda"] : []),
    "-fopenmp",
    ...(libtorch.source === "debian" ? [] : [`-Wl,-rpath,${libtorch.libraryFolder}`]),
  ];
}

function defaultCommand(): string {
  return process.env.CXX || "g++";
}

/** node_api.h as npm brings it: no headers of Node itself are needed. */
function nodeApiHeaders(): string {
  return join(dirname(createRequire(import.meta.url).resolve("node-api-headers/package.json")), "include");
}

/** What the compiler calls itself. @throws PatinaError `libtorch-missing` where it does not run. */
export function compilerVersion(command: string = defaultCommand()): string {
  try {
    return execFileSync(command, ["--version"], { encoding: "utf8" }).split("\n", 1)[0]!;
  } catch (cause) {
    throw new PatinaError(
      "libtorch-missing",
      `No C++ compiler: "${command}" does not run. Type: sudo apt-get install g++   (or set CXX to your compiler)`,
      { cause },
    );
  }
}

/** Whether the compiler knows these flags for the processor it writes for: those of x86 mean nothing on ARM. */
function accepts(command: string, flags: readonly string[]): boolean {
  try {
    execFileSync(command, [...flags, "-x", "c++", "-fsyntax-only", "-"], {
      input: "",
      stdio: ["pipe", "ignore", "ignore"],
    });
    return true;
  } catch {
    return false;
  }
}

async function invoke(command: string, flags: readonly string[], doing: string, folder?: string): Promise<void> {
  try {
    const { stderr } = await run(command, flags, { maxBuffer: outputLimit, cwd: folder });
    if (stderr) process.stderr.write(stderr);
  } catch (cause) {
    const words = String((cause as { stderr?: string }).stderr ?? cause).trim();
    throw new PatinaError("libtorch-missing", `${doing} failed. ${command} says:\n${words}`, { cause });
  }
}
