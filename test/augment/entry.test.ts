/** The published entry `patina/augment`: its names, and that it runs without Node, in a browser, to the same bytes. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import * as augment from "../../src/augment/index.ts";

const root = join(import.meta.dirname, "../..");
const chromium = "/usr/bin/chromium";
const noChromium = existsSync(chromium) ? false : `there is no ${chromium}`;

/** Pictures through every augmentation, in hexadecimal. Sent to other programs as text, so it uses its argument only. */
function changedBytes({ augmentations, createPicture, createPipeline, stream }: typeof augment): string {
  const source = stream(0, "entry");
  const shape = { height: 12, width: 15, channels: 3 } as const;
  const pixels = Uint8Array.from({ length: 540 }, () => source.integer(0, 255));
  const pil = { kind: "trivial-augment", bytes: "pil" } as const;
  const choices = [...augmentations.map(({ name }) => name), ...Array.from({ length: 40 }, () => pil)];
  let text = "";
  for (const [i, choice] of choices.entries()) {
    const pipeline = createPipeline({ flip: 0.5, crop: {}, augment: [choice] });
    const changed = pipeline.apply(createPicture(shape, pixels), pipeline.draw(source.fork(i), shape));
    for (const byte of changed.bytes) text += byte.toString(16).padStart(2, "0");
  }
  return text;
}

test("the entry exports these names and no others", () => {
  assert.deepEqual(Object.keys(augment).sort(), [
    "Augment",
    "PatinaError",
    "PipelineOptions",
    "augmentations",
    "createPicture",
    "createPipeline",
    "findAugmentation",
    "stream",
  ]);
});

test("the entry needs nothing of Node: neither its modules nor its globals", () => {
  const program = `
    import { registerHooks } from "node:module";
    const resolve = (name, context, next) => {
      const found = next(name, context);
      if (!found.url.startsWith("file:")) throw new Error(name + " is imported");
      return found;
    };
    const { log } = console;
    registerHooks({ resolve });
    for (const name of ["process", "Buffer", "global", "setImmediate", "clearImmediate"]) delete globalThis[name];
    log((${changedBytes})(await import(${JSON.stringify(join(root, "src/augment/index.ts"))})));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  assert.equal(stdout.trim(), changedBytes(augment), stderr);
});

test("Chromium gives the same bytes as Node", { skip: noChromium }, async () => {
  const page = `<!doctype html><script type="importmap">{"imports":{"zod":"/node_modules/zod/index.js"}}</script>
    <body><script type="module">
      import * as augment from "/src/augment/index.ts";
      document.body.textContent = "bytes:" + (${changedBytes})(augment) + ".";
    </script></body>`;
  const server = createServer(({ url = "/" }, answer) => {
    if (url === "/") return answer.setHeader("content-type", "text/html").end(page);
    if (!existsSync(join(root, url))) return answer.writeHead(404).end();
    const code = readFileSync(join(root, url), "utf8");
    answer.setHeader("content-type", "text/javascript").end(url.endsWith(".ts") ? stripTypeScriptTypes(code) : code);
  });
  const profile = mkdtempSync(join(tmpdir(), "patina-chromium-"));
  try {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
    const flags = [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      ...quiet,
      `--user-data-dir=${profile}`,
    ];
    const { stdout } = await promisify(execFile)(chromium, [...flags, "--dump-dom", address], { timeout: 60_000 });
    assert.equal(/bytes:([0-9a-f]+)\./.exec(stdout)?.[1], changedBytes(augment), stdout.slice(0, 500));
  } finally {
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
});
