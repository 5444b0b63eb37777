/** scripts/apt.sh with stand-ins for the programs of the system: what it installs, and what it prints where it cannot. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const script = join(import.meta.dirname, "../../scripts/apt.sh");
const folder = mkdtempSync(join(tmpdir(), "patina-apt-"));
after(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
/** Runs the script for "here" and "wanted" on a system that has "here" only, whose other programs are these texts of sh. */
function install(programs: Record<string, string>) {
  const path = join(folder, String(count++));
  mkdirSync(path);
  for (const name of ["cat", "grep", "mktemp", "rm"])
    symlinkSync(execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim(), join(path, name));
  const dpkgQuery = '[ "$3" = here ] && echo "install ok installed"';
  for (const [name, text] of Object.entries({ "dpkg-query": dpkgQuery, ...programs }))
    writeFileSync(join(path, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  const { status, stdout, stderr } = spawnSync("/bin/sh", [script, "to try", "here", "wanted"], {
    encoding: "utf8",
    env: { PATH: path, TMPDIR: folder },
  });
  return { status, stdout, stderr };
}

const command = "apt-get install --yes --no-install-recommends wanted";

test("as root, what is missing is installed after an update, and nothing else", () => {
  const log = join(folder, "log");
  const { status, stdout } = install({ id: "echo 0", "apt-get": `echo "$@" >> ${log}` });
  assert.deepEqual({ status, stdout }, { status: 0, stdout: "Installing wanted: to try\n" });
  const words = execFileSync("cat", [log], { encoding: "utf8" });
  assert.equal(words, `update\n${command.replace("apt-get ", "")}\n`);
});

test("where nothing is missing, nothing is said or done", () => {
  const all = { "dpkg-query": 'echo "install ok installed"' };
  assert.deepEqual(install(all), { status: 0, stdout: "", stderr: "" });
});

test("without root the command is printed instead", () => {
  const { status, stderr } = install({ id: "echo 1000", "apt-get": "exit 9" });
  assert.equal(status, 1);
  assert.match(stderr, /^Missing: wanted {3}\(to try\)$/m);
  assert.match(stderr, new RegExp(`^ {2}sudo apt-get update && sudo ${command}$`, "m"));
});

test("on a system without apt-get it says what is needed", () => {
  const { status, stderr } = install({ "dpkg-query": "exit 127" });
  assert.equal(status, 1);
  assert.match(stderr, /^Missing: here wanted /m);
  assert.match(stderr, /no apt-get.*\n.*g\+\+.*\n.*pip install torch.*LIBTORCH/);
});

test("where apt-get fails, its own words are shown with what is missing", () => {
  const { status, stderr } = install({ id: "echo 0", "apt-get": 'echo "no network" >&2; exit 100' });
  assert.equal(status, 1);
  assert.match(stderr, /^no network\napt-get failed.*wanted$/m);
});
