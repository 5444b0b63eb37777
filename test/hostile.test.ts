/**
 * Bad input, kind by kind, as a user meets it: by a command line, or by a call of the library. Each gives its error, which
 * says what, where and what to do, and every file and folder stays as it was. What the readers do in detail is tested
 * beside them.
 */
import assert from "node:assert/strict";
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { crc32, gzipSync } from "node:zlib";
import { writeNpy } from "../src/formats/npy.ts";
import { encodeSafetensors } from "../src/formats/safetensors.ts";
import { type ErrorCode, fetchDataSet, findKnown, PatinaError, readWeights } from "../src/index.ts";
import { createPicture } from "../src/pictures/picture.ts";
import { runCommand } from "./cli/run-command.ts";
import * as samples from "./data/samples.ts";
import { tarOf, zipOf } from "./formats/archives.ts";
import { idx } from "./tiny-data.ts";

type Files = Readonly<Record<string, Uint8Array | string>>;

interface BadInput {
  /** A command line, or a call; "@" in texts is the user's folder. */
  readonly run: string | ((here: string) => Promise<unknown>);
  /** What lies in the folder. */
  readonly files?: Files;
  /** Links in it: name to target. */
  readonly links?: Readonly<Record<string, string>>;
  /** The exit status of the command, or the code of the call's error; 1 where not given. */
  readonly gives?: 2 | ErrorCode;
  readonly told: RegExp;
  /** What it may add: nothing where not given. */
  readonly adds?: readonly string[];
}

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
const HTML = "<!DOCTYPE html><html><body>Log in to download</body></html>";
/** What pickle makes of an object whose __reduce__ gives (os.system, ("touch owned",)). */
const HOSTILE_PICKLE = latin1("\x80\x02cposix\nsystem\nU\x0btouch owned\x85R.");

const cifar = {
  "data_batch_1.bin": samples.cifarBinary(samples.cifarRecords("train", 20, 10)),
  "test_batch.bin": samples.cifarBinary(samples.cifarRecords("test", 10, 10)),
};
const archive = samples.tarGzOf(cifar, "cifar-10-batches-bin/");

const png = await samples.png(samples.noise({ height: 8, width: 8, channels: 3 }, "picture"));
/** The same picture, but its header claims 100,000 x 100,000 pixels. */
const hugePng = Buffer.from(png);
hugePng.writeUInt32BE(100_000, 16);
hugePng.writeUInt32BE(100_000, 20);
hugePng.writeUInt32BE(crc32(hugePng.subarray(12, 29)), 29);

const experimentOn = (data: unknown, more: object = {}): string =>
  JSON.stringify({ data, model: { kind: "wide-resnet", depth: 10, width: 1 }, ...more });
/** Two classes of two pictures, and an experiment on them. */
const good = {
  "mine.json": experimentOn({ kind: "folder", folder: "@/train", test: { share: 0.5 }, size: 8 }),
  "train/cat/1.png": png,
  "train/cat/2.png": png,
  "train/dog/1.png": png,
  "train/dog/2.png": png,
};

const images = writeNpy({ dtype: "uint8", shape: [2, 8, 8, 3], bytes: Buffer.alloc(384, "pixels") });
const labels = (...classes: number[]) =>
  writeNpy({ dtype: "uint8", shape: [classes.length], bytes: Uint8Array.from(classes) });
/** An experiment on pairs of .npy, the same for training and test. */
function pairs(pictures: Uint8Array, classes: Uint8Array): Files {
  const pair = { pictures: "@/x.npy", labels: "@/y.npy" };
  return {
    "mine.json": experimentOn({ kind: "arrays", train: pair, test: pair }),
    "x.npy": pictures,
    "y.npy": classes,
  };
}
const altered = (bytes: Uint8Array, before: string, after: string) =>
  latin1(Buffer.from(bytes).toString("latin1").replace(before, after));

const weights = encodeSafetensors(new Map([["w", { dtype: "float32", shape: [4], bytes: new Uint8Array(16) }]]));

const server = createServer(({ url }, response) => {
  if (url === "/html") response.writeHead(200, { "content-type": "text/html" }).end(HTML);
  else if (url === "/other") response.end(Buffer.alloc(archive.length, 7));
  else
    response
      .writeHead(200, { "content-length": archive.length })
      .write(archive.subarray(0, 999), () => response.destroy());
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
after(() => server.close());
/** Fetches CIFAR-10 as if it were published at that path of the test's own host. */
const fetchFrom = (path: string) => (here: string) => {
  const set = findKnown("cifar10");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const file = { name: "cifar.tar.gz", bytes: archive.length, sha256: "0".repeat(64), urls: [url] };
  return fetchDataSet({ ...set, releases: [{ ...set.releases[0]!, files: [file] }] }, join(here, "data"), {});
};

/** Importing CIFAR-10 from a file, or from a folder of files. */
const imports = (from: string, content: Uint8Array | string | Files, told: RegExp): BadInput => ({
  run: `data import cifar10 --from @/${from} --data @/data`,
  files: filesOf(from, content),
  told,
});
function filesOf(name: string, content: Uint8Array | string | Files): Files {
  if (typeof content === "string" || content instanceof Uint8Array) return { [name]: content };
  return Object.fromEntries(Object.entries(content).map(([file, bytes]) => [`${name}/${file}`, bytes]));
}

/** Importing Fashion-MNIST of which these are the training pictures. */
const importsIdx = (pictures: Uint8Array | string, told: RegExp): BadInput => ({
  run: "data import fashion-mnist --from @/idx --data @/data",
  files: { "idx/train-images-idx3-ubyte": pictures },
  told,
});

/** Training on files that lie there. */
const trains = (files: Files, told: RegExp, more: Partial<BadInput> = {}): BadInput => ({
  run: "train @/mine.json --runs @/runs --data @/data --set train.epochs=1",
  files,
  told,
  ...more,
});

/** The same with one more file among good pictures; where all are decoded first, an empty cache stays. */
const trainsWith = (path: string, content: Uint8Array | string, told: RegExp): BadInput =>
  trains({ ...good, [path]: content }, told, { adds: ["data/cache"] });

/** Reading a file of weights. */
const reads = (name: string, content: Uint8Array, gives: ErrorCode, told: RegExp): BadInput => ({
  run: (here) => readWeights(join(here, name)),
  files: { [name]: content },
  gives,
  told,
});

const kinds: Record<string, BadInput> = {
  // What is typed.
  "a misspelt command": { run: "trian cifar10", gives: 2, told: /unknown command "trian"\. Did you mean "train"\?/ },
  "a misspelt flag": { run: "train cifar10 --resum @", gives: 2, told: /option "--resum"\. Did you mean "--resume"\?/ },
  "a misspelt data set": { run: "data fetch cifar-10", gives: 2, told: /"cifar-10"\. Did you mean "cifar10"\?/ },
  "a misspelt change": {
    run: "train cifar10 --set train.epoch=3 --runs @",
    gives: 2,
    told: /--set train\.epoch=3: unknown key "train\.epoch"\. Did you mean "train\.epochs"\?/,
  },
  "a value out of its range": {
    run: "train cifar10 --set train.epochs=0 --runs @",
    gives: 2,
    told: /"train\.epochs" must be at least 1, but is 0/,
  },

  // Experiments.
  "an experiment that is not there": trains({}, /mine\.json: does not exist\. Check the path/),
  "an experiment that is no JSON": trains({ "mine.json": "{" }, /mine\.json: is not JSON \(.*\)\. Mend it/, {
    gives: 2,
  }),
  "a misspelt option": trains(
    { "mine.json": experimentOn("cifar10", { orignal: {} }) },
    /mine\.json.*: unknown key "orignal"\. Did you mean "original"\?/,
    { gives: 2 },
  ),
  "an augmentation that there is not": trains(
    { "mine.json": experimentOn("cifar10", { original: { augment: ["trivialaugment"] } }) },
    /mine\.json.*: "original\.augment\[0\].*"trivialaugment"\. Did you mean "trivial-augment"\?/,
    { gives: 2 },
  ),

  // Archives of data sets.
  "an archive that is not there": imports("a.tgz", {}, /a\.tgz: does not exist\. Check the path/),
  "a truncated archive": imports(
    "a.tgz",
    archive.subarray(0, 9_000),
    /a\.tgz: its compressed data is truncated\. Copy or download it again/,
  ),
  "an HTML page in place of an archive": imports(
    "a.tgz",
    HTML,
    /a\.tgz: is an HTML page, not a tar archive .*log-in page\. Download it again/,
  ),
  "an archive of something else": imports(
    "a.zip",
    zipOf([{ name: "thesis.pdf", data: latin1("%PDF") }]),
    /a\.zip: holds no file of cifar-10-batches-bin\/ .*Name another archive or folder/,
  ),
  "an archive that writes outside its folder": imports(
    "a.tar",
    tarOf([{ name: "../../test_batch.bin", data: cifar["test_batch.bin"] }]),
    /a\.tar: has a member named "\.\.\/\.\.\/test_batch\.bin", which leads out .*Use it only from a source you trust/,
  ),
  "an archive with a link in it": imports(
    "a.tar",
    tarOf([{ name: "data_batch_1.bin", type: "2" }]),
    /a\.tar: its member "data_batch_1\.bin" is a symlink, not a file or folder\. Use it only from/,
  ),
  "a tar.gz that unpacks to a hundred times its size": imports(
    "a.tgz",
    Buffer.concat([
      gzipSync(tarOf([{ name: "README", claims: 200 << 20 }]).subarray(0, 512)),
      ...new Array<Buffer>(70).fill(gzipSync(Buffer.alloc(1 << 20))),
    ]),
    /a\.tgz: unpacks to more than \d+ bytes, far beyond its size\. Use it only from/,
  ),
  "a zip whose header claims gigabytes": imports(
    "a.zip",
    zipOf([{ name: "test_batch.bin", data: Buffer.alloc(99), packed: true, claims: { bytes: 4e9 } }]),
    /a\.zip: its member "test_batch\.bin" claims 4000000000 bytes from \d+ packed ones, which is impossible/,
  ),
  "a zip whose members share their bytes": imports(
    "a.zip",
    zipOf([
      { name: "data_batch_1.bin", data: cifar["data_batch_1.bin"] },
      { name: "test_batch.bin", data: cifar["data_batch_1.bin"], claims: { offset: 0 } },
    ]),
    /a\.zip: two of its members overlap at byte 0\. Use it only from/,
  ),
  "a data set over one that is there": {
    ...imports("a.tgz", archive, /cifar-10-batches-bin: is there already\. .*To replace it remove it first/),
    files: { "a.tgz": archive, "data/cifar-10-batches-bin/test_batch.bin": "mine" },
  },

  // The files of data sets.
  "a hostile pickle": imports(
    "py",
    { data_batch_1: HOSTILE_PICKLE, test_batch: HOSTILE_PICKLE },
    /py\/data_batch_1: asks for Python's "posix\.system", .*\. Nothing of it was run/,
  ),
  "a truncated batch": imports(
    "bin",
    { ...cifar, "data_batch_1.bin": cifar["data_batch_1.bin"].subarray(0, 5_000) },
    /bin\/data_batch_1\.bin: has 5000 bytes, which is no whole number of records .*Copy or download it again/,
  ),
  "a label of no class": imports(
    "bin",
    { ...cifar, "data_batch_2.bin": samples.cifarBinary(samples.cifarRecords("wrong", 12, 11)) },
    /data_batch_2\.bin: its picture 10 has the label 10; those of cifar10 are 0 to 9/,
  ),
  "an IDX file that ends too soon": importsIdx(
    idx([9, 28, 28], new Uint8Array(784)),
    /train-images-idx3-ubyte: uint8\[9,28,28\] takes 7056 bytes .*, 784 are there\. Copy or download it again/,
  ),
  "another program's file under the right name": importsIdx(
    "%PDF-1.7",
    /train-images-idx3-ubyte: is a PDF document, not an IDX file .*Name another file/,
  ),

  // Hosts.
  "a host that answers a log-in page": {
    run: fetchFrom("/html"),
    gives: "network",
    told: /\/html: answers an HTML page\nOr bring it from elsewhere: patina data import cifar10/,
  },
  "a host that sends other bytes": {
    run: fetchFrom("/other"),
    gives: "network",
    told: /\/other: sent other bytes: their sha256 is not 0{64}\nOr bring it from elsewhere/,
  },
  "a connection that is cut": {
    run: fetchFrom("/cut"),
    gives: "network",
    told: /cifar\.tar\.gz: cannot be fetched\.\n.*\n.*\.part keeps 1 KB of \d+ KB: the same command goes on from there/,
    adds: ["data/downloads", "data/downloads/cifar.tar.gz.part"],
  },

  // Folders of pictures.
  "a folder that is not there": trains({ "mine.json": good["mine.json"] }, /train: does not exist .*Check the path/),
  "a class without pictures": trains(
    { ...good, "train/owl/notes.txt": "" },
    /train\/owl: holds no pictures .*Add some, or remove the folder/,
  ),
  "a picture in no class": trains(
    { ...good, "train/3.png": png },
    /train: a picture lies beside the sub-folders of the classes \(3\.png\)\. Move/,
  ),
  "a folder that holds itself": trains(good, /dog\/again: is a link to a folder that it lies in\. Remove the link/, {
    links: { "train/dog/again": "." },
  }),
  "a link to nothing": trains(good, /dog\/3\.png: is a link to nothing\. Mend it, or remove it/, {
    links: { "train/dog/3.png": "3.png" },
  }),
  "a picture that is cut": trainsWith(
    "train/dog/3.png",
    png.subarray(0, 60),
    /1 of 5 pictures cannot be used:\n.*dog\/3\.png: cannot be decoded \(.*\)\nReplace these files/,
  ),
  "a drawing that calls itself a photograph": trainsWith(
    "train/dog/3.png",
    '<svg xmlns="http://www.w3.org/2000/svg"/>',
    /dog\/3\.png: cannot be decoded \(it starts like none of these formats\)\nReplace these files/,
  ),
  "a small picture that claims ten billion pixels": trainsWith(
    "train/dog/3.png",
    hugePng,
    /dog\/3\.png: cannot be decoded \(.*pixel.*\)\nReplace these files/,
  ),
  "a picture of one line": trainsWith(
    "train/dog/3.png",
    await samples.png(createPicture({ height: 1, width: 20_000, channels: 1 })),
    /dog\/3\.png: is 1x20000 pixels .*, too narrow to be made a square/,
  ),

  // Arrays.
  "pictures of a wrong dtype": trains(
    pairs(writeNpy({ dtype: "float32", shape: [2, 8, 8], bytes: new Uint8Array(512) }), labels(0, 1)),
    /x\.npy: holds float32\[2,8,8\], not pictures as uint8 .*astype\(np\.uint8\)/,
  ),
  "a truncated array": trains(
    pairs(images.subarray(0, -1), labels(0, 1)),
    /x\.npy: truncated: uint8\[2,8,8,3\] takes \d+ bytes, the file has \d+\. Copy/,
  ),
  "an array of Python's objects": trains(
    pairs(altered(images, "'|u1'", "'|O' "), labels(0, 1)),
    /x\.npy: holds Python objects .*allow_pickle=False/,
  ),
  "an array that claims more than any memory": trains(
    pairs(altered(images, "(2, 8, 8, 3), ", "(9999999999,9999999999), "), labels(0, 1)),
    /x\.npy: its shape \(9999999999,9999999999\) is beyond any memory/,
  ),
  "more labels than pictures": trains(
    pairs(images, labels(0, 1, 1)),
    /y\.npy: holds 3 labels for 2 pictures\. Give one label a picture/,
  ),
  "a class that no picture has": trains(
    pairs(images, labels(0, 7)),
    /x\.npy: has labels up to 7, but no pictures of 6 of those classes .*without gaps/,
  ),

  // Weights and runs.
  "weights that would run a program": reads(
    "a.pt",
    zipOf([{ name: "a/data.pkl", data: HOSTILE_PICKLE }]),
    "file-hostile",
    /a\.pt: asks for Python's "posix\.system".*Save plain data instead, a model by its state_dict\(\)/,
  ),
  "a TorchScript program": reads(
    "a.pt",
    zipOf(["data.pkl", "constants.pkl"].map((name) => ({ name: `a/${name}`, data: latin1("\x80\x02}.") }))),
    "file-foreign",
    /a\.pt: is a TorchScript program, not weights\. Save its weights: torch\.save/,
  ),
  "weights that claim 50 GB": reads(
    "a.pt",
    zipOf([{ name: "a/0", data: latin1("x"), zip64: true, claims: { bytes: 5e10, packedBytes: 5e10 } }]),
    "file-damaged",
    /a\.pt: its member at byte 0 would end at byte 5\d{10}, the file has \d+\. Copy/,
  ),
  "truncated weights": reads(
    "a.safetensors",
    weights.subarray(0, -1),
    "file-damaged",
    /a\.safetensors: truncated in "w": \d+ bytes expected, \d+ are there\. Copy/,
  ),
  "weights without weights": reads(
    "a.pt",
    zipOf([{ name: "a/data.pkl", data: latin1("\x80\x02}U\x05epochK\x03s.") }]),
    "weights",
    /a\.pt: no weights were found: its keys are "epoch"\. Save the weights alone/,
  ),
  "a folder that is no run": {
    run: "train --resume @/runs",
    files: { "runs/notes.txt": "" },
    told: /runs: is not the folder of a run .*Name one made by patina train/,
  },
  "the weights of a run, cut": {
    run: "export @/runs/a @/a.onnx",
    files: { "runs/a/experiment.json": "{}", "runs/a/weights.safetensors": weights.subarray(0, 40) },
    told: /weights\.safetensors: truncated in its header: \d+ bytes expected, 40 are there\. Copy/,
  },
};

/** Puts the files and links into a folder of their own, beside an empty folder of data sets. */
function lay({ files = {}, links = {} }: BadInput): string {
  const here = samples.temporaryFolder();
  mkdirSync(join(here, "data"));
  for (const [name, content] of Object.entries(files))
    samples.writeFiles(here, { [name]: typeof content === "string" ? content.replaceAll("@", here) : content });
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(here, name));
  return here;
}

/** All files, folders and links, with what is in them. */
function contentsOf(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return new Map(
    names.map((name) => {
      const path = join(folder, name);
      const stats = lstatSync(path);
      if (stats.isSymbolicLink()) return [name, `a link to ${readlinkSync(path)}`];
      return [name, stats.isDirectory() ? "a folder" : readFileSync(path, "latin1")];
    }),
  );
}

/** What the user is told, once it is seen to be an error of ours with the right status or code. */
async function errorOf({ run, gives }: BadInput, here: string): Promise<string> {
  if (typeof run === "string") {
    const { status, out, err } = await runCommand(run.split(" ").map((word) => word.replace("@", here)));
    assert.deepEqual([status, out], [gives ?? 1, ""], err);
    assert.doesNotMatch(err, /unexpected error/);
    return err;
  }
  const error = await run(here).catch((error: unknown) => error);
  assert.ok(error instanceof PatinaError, String(error));
  assert.equal(error.code, gives, error.message);
  return error.message;
}

for (const [what, kind] of Object.entries(kinds))
  test(`${what}: its error, and nothing half-written`, async () => {
    const here = lay(kind);
    const before = contentsOf(here);
    assert.match(await errorOf(kind, here), kind.told);
    const now = contentsOf(here);
    const names = [...new Set([...before.keys(), ...now.keys()])];
    assert.deepEqual(
      names.filter((name) => before.get(name) !== now.get(name)),
      kind.adds ?? [],
    );
  });

test("there are at least 25 kinds", () => {
  assert.ok(Object.keys(kinds).length >= 25);
});
