/** From a file or a known name to an experiment. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { parseExperiment } from "../../src/experiment/experiment.ts";
import { loadExperiment } from "../../src/experiment/load.ts";
import { namedExperiments } from "../../src/experiment/registry.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-load-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file, in a folder of its own if the name says so; its path. */
function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const least = `{ data: "cifar10", model: { kind: "wide-resnet", width: 2 }, train: { epochs: 7 } }`;
const expected = parseExperiment(
  { data: "cifar10", model: { kind: "wide-resnet", width: 2 }, train: { epochs: 7 } },
  "expected",
);
const defined = `import { defineExperiment } from "patina";\nexport default defineExperiment(${least});\n`;

test("TypeScript, modules and JSON are read, wherever they lie", async () => {
  const typed = `import { defineExperiment, type ExperimentInput } from "patina";
const experiment: ExperimentInput = ${least};\nexport default defineExperiment(experiment);\n`;
  for (const [name, text] of [
    ["a.ts", defined],
    ["typed.ts", typed],
    ["a.mts", typed],
    ["a.js", defined],
    ["a.mjs", defined],
    ["plain.js", `export default ${least};`],
    ["a.json", JSON.stringify({ data: "cifar10", model: { kind: "wide-resnet", width: 2 }, train: { epochs: 7 } })],
  ]) {
    const { experiment } = await loadExperiment(write(name!, text!));
    assert.deepEqual(experiment, expected, name);
  }
});

test("TypeScript is a module, whatever the package.json beside it says", async () => {
  for (const type of ["commonjs", "module"]) {
    write(`${type}/package.json`, `{ "type": "${type}" }`);
    const { experiment } = await loadExperiment(write(`${type}/a.ts`, defined));
    assert.deepEqual(experiment, expected, type);
  }
});

test("a file of CommonJS is read too", async () => {
  write("common/package.json", '{ "type": "commonjs" }');
  const { experiment } = await loadExperiment(write("common/a.js", `module.exports = ${least};`));
  assert.deepEqual(experiment, expected);
});

test('"patina" is the Patina that runs, whatever is installed beside the file', async () => {
  write("other/node_modules/patina/package.json", '{ "name": "patina", "type": "module", "exports": "./index.js" }');
  write("other/node_modules/patina/index.js", 'throw new Error("another Patina");');
  const text = `${defined}import { findAugmentation } from "patina/augment";\nfindAugmentation("flip");\n`;
  const { experiment } = await loadExperiment(write("other/a.ts", text));
  assert.deepEqual(experiment, expected);
});

test("an experiment may be made of others, and take its values from anywhere", async () => {
  write("family/base.ts", `export const base = ${least} as const;\n`);
  const text = `import { defineExperiment } from "patina";\nimport { base } from "./base.ts";
export default defineExperiment({ ...base, train: { ...base.train, seed: 3 } });\n`;
  const { experiment } = await loadExperiment(write("family/derived.ts", text));
  assert.deepEqual(experiment, { ...expected, train: { ...expected.train, seed: 3 } });
});

test("nothing of the reading of files stays behind for other modules", async () => {
  await loadExperiment(write("hooks.ts", defined));
  write("common/later.ts", "module.exports = 5;");
  const path = join(folder, "common/later.ts");
  assert.equal((await import(path)).default, 5); // CommonJS, as its package.json says
});

test("a path may be relative to the working folder", async (context) => {
  const path = write("relative.ts", defined);
  const before = process.cwd();
  context.after(() => process.chdir(before));
  process.chdir(folder);
  for (const source of ["relative.ts", "./relative.ts", `../${folder.split("/").at(-1)}/relative.ts`])
    assert.deepEqual((await loadExperiment(source)).experiment, expected, `${source}, which is ${path}`);
});

test("an experiment is named by its file, or by its own name", async () => {
  for (const name of ["robust.ts", "robust.v2.json"])
    assert.equal(
      (await loadExperiment(write(name, name.endsWith("json") ? JSON.stringify(expected) : defined))).name,
      name.replace(/\.\w+$/, ""),
    );
  assert.equal((await loadExperiment("fashion-mnist")).name, "fashion-mnist");
});

test("every known name gives its experiment", async () => {
  for (const { name, experiment } of namedExperiments)
    assert.deepEqual(await loadExperiment(name), { name, source: name, experiment: parseExperiment(experiment, name) });
});

test("an unknown name is an error with the nearest one", async () => {
  await assert.rejects(loadExperiment("fashion-mnst"), {
    code: "unknown-name",
    message: 'unknown experiment "fashion-mnst". Did you mean "fashion-mnist"?',
  });
  await assert.rejects(loadExperiment("robust"), {
    message:
      'unknown experiment "robust". Name a file that ends in .ts, .js or .json, or one of those that this lists: patina list',
  });
});

test("a file of another ending is not taken for a name", async () => {
  const path = write("robust.yaml", "");
  await assert.rejects(loadExperiment(path), {
    code: "unknown-name",
    message: `unknown experiment "${path}". There is a file of that name: experiments end in .ts, .js or .json.`,
  });
});

test("a file that does not exist is an error, also where a known name stands before its ending", async () => {
  for (const name of ["nothing.ts", "nothing.json", "fashion-mnist.ts"]) {
    const path = join(folder, name);
    await assert.rejects(loadExperiment(path), {
      code: "file-missing",
      message: `${path}: does not exist. Check the path, or see what is known: patina list`,
    });
  }
});

test("a folder that is named like a file is an error", async () => {
  for (const name of ["folder.json", "folder.ts"]) {
    mkdirSync(join(folder, name));
    await assert.rejects(loadExperiment(join(folder, name)), { name: "PatinaError" }, name);
  }
});

test("a file that exports nothing is an error that says how to end it", async () => {
  for (const [name, text] of [
    ["nothing-1.ts", 'import "patina";\n'],
    ["nothing-2.ts", `export const experiment = ${least};\n`],
    ["nothing-3.mjs", ""],
  ]) {
    const path = write(name!, text!);
    await assert.rejects(loadExperiment(path), {
      code: "experiment",
      message: `${path}: exports no experiment. End it with: export default defineExperiment({ ... });`,
    });
  }
});

test("a file that throws is an error with the reason, and the cause keeps the place", async () => {
  const path = write("throws.ts", 'import "patina";\n\nthrow new TypeError("no such thing");\n');
  await assert.rejects(loadExperiment(path), (error: Error) => {
    assert.equal(error.message, `${path}, line 3: cannot be run (TypeError: no such thing). Mend it.`);
    assert.match((error.cause as Error).stack!, /throws\.ts:3:7/);
    return true;
  });
});

test("a file that throws something else than an error, or cannot be parsed, or imports what is not there, is an error", async () => {
  for (const [name, text, reason] of [
    ["throws-text.mjs", 'throw "text";', /cannot be run \(text\)/],
    ["syntax.mjs", "export default {", /cannot be run \(SyntaxError: /],
    ["syntax.ts", "export default { data: };", /cannot be run \(\w*Error: /],
    ["enum.ts", "export enum A { B }\nexport default A;", /cannot be run \(\w*Error: .*enum/s],
    ["import.ts", 'import "./no-such-file.ts";', /cannot be run \(Error: Cannot find module/],
    [
      "export.ts",
      'import { defineExperiments } from "patina";\nexport default defineExperiments({});',
      /cannot be run \(SyntaxError: .*defineExperiments/,
    ],
  ] as const)
    await assert.rejects(loadExperiment(write(name, text)), { code: "experiment", message: reason }, name);
});

test("a mistake in an experiment is told with the file's name", async () => {
  const path = write("mistake.ts", `export default { ...${least}, zebra: 1 };`);
  await assert.rejects(loadExperiment(path), {
    code: "experiment",
    message: new RegExp(`^${path}: unknown key "zebra"`),
  });
});

test("a file that exports a function is told what an experiment is", async () => {
  await assert.rejects(loadExperiment(write("function.ts", `export default () => (${least});`)), {
    message: /: the experiment must be an object, but is \[Function/,
  });
});

test("a JSON file that is none is an error with the reason", async () => {
  for (const text of ["", "{", "{ 'data': 1 }"]) {
    const path = write("broken.json", text);
    await assert.rejects(loadExperiment(path), {
      code: "experiment",
      message: new RegExp(`^${path}: is not JSON \\(.+\\)\\. Mend it\\.$`),
    });
  }
});

test("an enormous JSON file is refused before it is read", async () => {
  await assert.rejects(loadExperiment(write("enormous.json", " ".repeat(2 ** 20 + 1))), { code: "file-hostile" });
});

test("changes are made before the check, and named in its message", async () => {
  const path = write("changed.ts", defined);
  const { experiment } = await loadExperiment(path, ["train.epochs=3", "model.width=1"]);
  assert.deepEqual([experiment.train.epochs, experiment.model.width], [3, 1]);
  await assert.rejects(loadExperiment(path, ["train.epochs=0"]), {
    message: `${path} --set train.epochs=0: "train.epochs" must be at least 1, but is 0.`,
  });
  assert.deepEqual((await loadExperiment(path)).experiment, expected);
});

test("what a run keeps of its experiment can be loaded as one", async () => {
  const path = write("experiment.json", `${JSON.stringify(expected, null, 2)}\n`);
  assert.deepEqual((await loadExperiment(path)).experiment, expected);
  assert.ok(readFileSync(path, "utf8").includes('"epochs": 7'));
});
