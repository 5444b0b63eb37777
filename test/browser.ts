/** Runs a function over one of the public entries where there is no Node: in a bare process, and in a browser. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "..");
const chromium = "/usr/bin/chromium";
/** Why there is no browser; false where there is one. */
export const noChromium = existsSync(chromium) ? false : `there is no ${chromium}`;

/**
 * What the function makes of the entry, without Node's modules and globals.
 * @param entry its file, below the root
 * @param work sent to the other program as text, so it may use its argument only; it gives words, numbers and spaces
 */
export function runBare<T>(entry: string, work: (entry: T) => string): string {
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
    log((${work})(await import(${JSON.stringify(join(root, entry))})));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  assert.notEqual(stdout, "", stderr);
  return stdout.trim();
}

/** The same in Chromium. */
export async function runInChromium<T>(entry: string, work: (entry: T) => string): Promise<string> {
  const page = `<!doctype html><script type="importmap">{"imports":{"zod":"/node_modules/zod/index.js"}}</script>
    <body><script type="module">
      import * as entry from "/${entry}";
      document.body.textContent = "result:" + (${work})(entry) + ":";
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
    const result = /result:([^:]+):/.exec(stdout)?.[1];
    assert.ok(result !== undefined, stdout.slice(0, 500));
    return result;
  } finally {
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
