/** The layers of docs/architecture.md: imports go down only. Reads every import under src/. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";

const source = join(import.meta.dirname, "..", "src");

/** What each folder may import, lowest first; also whatever those may import. The files at the root of src/ are below
 *  all folders, except index.ts, which is above all. */
const layers: Record<string, readonly string[]> = {
  formats: [],
  random: [],
  pictures: ["random"],
  augment: ["pictures"],
  corrupt: ["pictures"],
  engine: ["random", "formats"],
  nn: ["engine"],
  models: ["nn"],
  data: ["pictures", "formats"],
  stylize: ["nn", "pictures", "data", "run"],
  generate: ["nn", "pictures", "data"],
  benchmark: ["corrupt", "data"],
  run: ["engine"],
  evaluate: ["augment", "benchmark", "models", "stylize", "generate", "run"],
  train: ["evaluate"],
  experiment: ["train"],
  tune: ["experiment"],
  pool: ["evaluate"],
  report: ["experiment", "pool"],
  reproduce: ["report"],
  cli: ["tune", "reproduce"],
};

/** Folders that also run in a browser, and the files in them that may use Node: codecs are injected there. */
const browserFolders = ["random", "pictures", "augment", "corrupt"];
const nodeFiles = ["pictures/codec.ts"];

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Every import, export-from and import() of a file, as written, but those in comments. */
function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  return [...code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|\bnew URL\(\s*)"([^"]+)"/g)].map((match) => match[1]!);
}

function allowed(folder: string): Set<string> {
  const below = layers[folder] ?? [];
  return new Set([folder, ...below, ...below.flatMap((name) => [...allowed(name)])]);
}

const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
const imports: Import[] = files.flatMap((from) =>
  importsOf(readFileSync(join(source, from), "utf8")).map((to) => ({ from, to })),
);

/** The folder of a file under src/, or "" for the root. */
const folderOf = (file: string) => (file.includes("/") ? file.split("/", 1)[0]! : "");
const target = ({ from, to }: Import) => relative(source, join(source, dirname(from), to));

test("the reader of imports sees every form of import", () => {
  const text = `import a, { b } from "./a.ts";\nimport type { C } from "./c.ts";\nexport * from "./d.ts";
    import "./e.ts"; const f = await import("./f.ts"); new Worker(new URL("./g.ts", import.meta.url));
    // import "./no.ts"
    /* import "./no.ts" */`;
  assert.deepEqual(importsOf(text), ["./a.ts", "./c.ts", "./d.ts", "./e.ts", "./f.ts", "./g.ts"]);
});

test("every folder under src has its place among the layers", () => {
  const unplaced = new Set(files.map(folderOf).filter((folder) => folder !== "" && !(folder in layers)));
  assert.deepEqual([...unplaced], []);
});

test("imports go down only, never up and never sideways", () => {
  const wrong = imports
    .filter(({ from, to }) => to.startsWith(".") && folderOf(from) !== "")
    .filter((line) => {
      const folder = folderOf(target(line));
      return folder === "" ? target(line) === "index.ts" : !allowed(folderOf(line.from)).has(folder);
    });
  assert.deepEqual(wrong, []);
});

test("the files at the root of src import no folder, but for index.ts", () => {
  const wrong = imports.filter(
    (line) =>
      line.to.startsWith(".") &&
      folderOf(line.from) === "" &&
      line.from !== "index.ts" &&
      target(line) !== "../package.json" && // no source of ours
      folderOf(target(line)) !== "",
  );
  assert.deepEqual(wrong, []);
});

test("random, pictures, augment and corrupt import nothing of Node but the codecs", () => {
  const wrong = imports
    .filter(({ from }) => browserFolders.includes(folderOf(from)) && !nodeFiles.includes(from))
    .filter((line) => /^(node:|sharp$)/.test(line.to) || ["files.ts", ...nodeFiles].includes(target(line)));
  assert.deepEqual(wrong, []);
});

test("every relative import names a file that exists", () => {
  const wrong = imports
    .filter((line) => line.to.startsWith(".") && /\.(ts|json)$/.test(line.to))
    .filter((line) => !existsSync(join(source, target(line))));
  assert.deepEqual(wrong, []);
});
