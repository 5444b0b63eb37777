import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { findLibtorch } from "../../src/engine/libtorch.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-libtorch-"));
after(() => rmSync(folder, { recursive: true }));

const oldHeader = "torch/csrc/api/include/torch/version.h";
const versionText = (...parts: number[]) =>
  ["MAJOR", "MINOR", "PATCH"].map((part, i) => `#define TORCH_VERSION_${part} ${parts[i]}`).join("\n");

/** A folder laid out as an unpacked libtorch: the named files with their text. */
function layOut(name: string, files: Record<string, string>): string {
  const root = join(folder, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const libraries = { "lib/libtorch_cpu.so": "", "lib/libc10.so": "" };

test("LIBTORCH comes first, and its version is read from the headers", () => {
  const root = layOut("plain", { ...libraries, [`include/${oldHeader}`]: versionText(2, 5, 1) });
  const found = findLibtorch({ LIBTORCH: root });
  assert.equal(found.source, "LIBTORCH");
  assert.equal(found.version, "2.5.1");
  assert.equal(found.libraryFolder, join(root, "lib"));
  assert.equal(found.cuda, false);
});

test("the version is read where the latest releases keep it, too", () => {
  const header = "include/torch/headeronly/version.h";
  const root = layOut("latest", { ...libraries, [header]: versionText(2, 11, 0) });
  assert.equal(findLibtorch({ LIBTORCH: root }).version, "2.11.0");
});

test("a build for CUDA is known by its library, the old std::string by its own note", () => {
  const root = layOut("cuda", {
    ...libraries,
    "lib/libtorch_cuda.so": "",
    [`include/${oldHeader}`]: versionText(2, 1, 0),
    "share/cmake/Torch/TorchConfig.cmake": 'set(TORCH_CXX_FLAGS "-D_GLIBCXX_USE_CXX11_ABI=0")',
  });
  const found = findLibtorch({ LIBTORCH: root });
  assert.equal(found.cuda, true);
  assert.equal(found.cxx11Abi, false);
});

test("a LIBTORCH without headers is an error that names the missing file, not a fall-back to another library", () => {
  const root = layOut("headless", libraries);
  assert.throws(() => findLibtorch({ LIBTORCH: root }), {
    code: "libtorch-missing",
    message: /version\.h is not there/,
  });
});

test("a LIBTORCH that does not exist is an error that says what to set", () => {
  assert.throws(() => findLibtorch({ LIBTORCH: join(folder, "nowhere") }), {
    code: "libtorch-missing",
    message: /nowhere: .*Set LIBTORCH to the folder/,
  });
});

test("the torch of a Python is found without importing it", { skip: hasDebianLibtorch() }, () => {
  const root = layOut("site/torch", { ...libraries, [`include/${oldHeader}`]: versionText(2, 4, 0) });
  const python = join(folder, "python");
  writeFileSync(python, `#!/bin/sh\necho ${root}/__init__.py\n`);
  chmodSync(python, 0o755);
  const found = findLibtorch({ PYTHON: python });
  assert.equal(found.source, "python");
  assert.equal(found.version, "2.4.0");
});

/** Why the Python's turn cannot be tested here: Debian's package comes before it. */
function hasDebianLibtorch(): string | false {
  try {
    return (
      findLibtorch({ PYTHON: "/nonexistent" }).source === "debian" && "Debian's libtorch is installed and comes first"
    );
  } catch {
    return false;
  }
}
