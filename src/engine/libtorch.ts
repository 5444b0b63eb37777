/** Finds libtorch on this machine: where its headers and libraries lie, and how it was built. Loads nothing. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { PatinaError } from "../errors.ts";

export interface Libtorch {
  /** What led to it: the variable LIBTORCH, Debian's package, or a Python that has torch. */
  readonly source: "LIBTORCH" | "debian" | "python";
  /** The version that its headers state, such as "1.13.0" (Debian's 1.13.1 says 1.13.0 too). */
  readonly version: string;
  /** Folders for the compiler, beside its own. */
  readonly includeFolders: readonly string[];
  /** Where libtorch_cpu.so and libc10.so lie. */
  readonly libraryFolder: string;
  /** Whether it was built with the std::string of GCC 5 and later: code linked with it must agree. */
  readonly cxx11Abi: boolean;
  /** Whether it drives NVIDIA's GPUs. */
  readonly cuda: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What to type where libtorch is missing, one way a line. */
export const libtorchRemedies = [
  "Debian, Ubuntu:  sudo apt-get install --no-install-recommends libtorch-dev libopenblas0-pthread",
  "PyTorch's own:   pip install torch   (another Python than python3: set PYTHON to it)",
  "elsewhere:       set LIBTORCH to the folder that holds its include/ and lib/",
] as const;

/**
 * The libtorch to build against, in this order: LIBTORCH=<folder>, Debian's package, the torch of PYTHON or python3.
 * @throws PatinaError `libtorch-missing`, saying what to type.
 */
export function findLibtorch(environment: Environment = process.env): Libtorch {
  const folder = environment.LIBTORCH;
  if (folder) return fromFolder(resolve(folder));
  const found = fromDebian() ?? fromPython(environment.PYTHON || "python3");
  if (found) return found;
  throw new PatinaError(
    "libtorch-missing",
    `libtorch was not found: LIBTORCH is not set, Debian's libtorch-dev is not installed, and ` +
      `${environment.PYTHON || "python3"} has no torch. One of these brings it:\n  ${libtorchRemedies.join("\n  ")}`,
  );
}

/** The folder of this machine's libraries on Debian and Ubuntu, such as /usr/lib/x86_64-linux-gnu. */
export function systemLibraryFolder(): string {
  const machine = { x64: "x86_64", arm64: "aarch64" }[process.arch as string] ?? process.arch;
  return `/usr/lib/${machine}-linux-gnu`;
}

function fromFolder(folder: string): Libtorch {
  const version = headerVersion(join(folder, "include"));
  const libraryFolder = ["lib", "lib64"].map((name) => join(folder, name)).find(holdsLibtorch);
  if (!version || !libraryFolder)
    throw new PatinaError(
      "libtorch-missing",
      `LIBTORCH=${folder}: ${version ? "lib/libtorch_cpu.so" : "include/torch/csrc/api/include/torch/version.h"} is not ` +
        `there. Set LIBTORCH to the folder that holds libtorch's include/ and lib/, or unset it.`,
    );
  return describe("LIBTORCH", version, folder, libraryFolder);
}

function fromDebian(): Libtorch | undefined {
  const libraryFolder = systemLibraryFolder();
  const version = headerVersion("/usr/include");
  if (!version || !holdsLibtorch(libraryFolder)) return undefined;
  // /usr/include is the compiler's own already; naming it again would break the order of the C++ headers.
  return {
    source: "debian",
    version,
    includeFolders: ["/usr/include/torch/csrc/api/include"],
    libraryFolder,
    cxx11Abi: true, // every package of Debian since 2015
    cuda: existsSync(join(libraryFolder, "libtorch_cuda.so")),
  };
}

/** torch as pip installs it: a folder with include/ and lib/. Only its place is asked for, since importing takes seconds. */
function fromPython(python: string): Libtorch | undefined {
  const program = "import importlib.util as u; s = u.find_spec('torch'); print(s.origin if s else '')";
  const answer = spawnSync(python, ["-c", program], { encoding: "utf8", timeout: 30_000 });
  if (answer.status !== 0) return undefined;
  const folder = dirname(answer.stdout.trim());
  const version = headerVersion(join(folder, "include"));
  const libraryFolder = join(folder, "lib");
  if (!version || !holdsLibtorch(libraryFolder)) return undefined;
  return describe("python", version, folder, libraryFolder);
}

function describe(source: "LIBTORCH" | "python", version: string, folder: string, libraryFolder: string): Libtorch {
  return {
    source,
    version,
    includeFolders: [join(folder, "include"), join(folder, "include/torch/csrc/api/include")],
    libraryFolder,
    cxx11Abi: !readIfThere(join(folder, "share/cmake/Torch/TorchConfig.cmake")).includes("_GLIBCXX_USE_CXX11_ABI=0"),
    cuda: existsSync(join(libraryFolder, "libtorch_cuda.so")),
  };
}

function holdsLibtorch(folder: string): boolean {
  return existsSync(join(folder, "libtorch_cpu.so")) && existsSync(join(folder, "libc10.so"));
}

/** Reads the version from the headers: no library needs loading. The second place is that of the latest releases. */
function headerVersion(includeFolder: string): string | undefined {
  for (const header of ["torch/csrc/api/include/torch/version.h", "torch/headeronly/version.h"]) {
    const text = readIfThere(join(includeFolder, header));
    const parts = ["MAJOR", "MINOR", "PATCH"].map((part) => text.match(`TORCH_VERSION_${part}\\s+(\\d+)`)?.[1]);
    if (parts.every((part) => part !== undefined)) return parts.join(".");
  }
  return undefined;
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
