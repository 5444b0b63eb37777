/** Downloads from hosts that behave and that do not: a server in the test's own process. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { download } from "../../src/data/download.ts";
import type { RemoteFile } from "../../src/data/known-data-set.ts";
import type { DataProgress } from "../../src/data/progress.ts";
import { noise, temporaryFolder, writeFiles } from "./samples.ts";

const content = Buffer.from(noise({ height: 100, width: 100, channels: 3 }, "download").bytes);
const asked: { path: string; range: string | undefined }[] = [];
const encodings = new Set<string | undefined>();

type Host = (request: IncomingMessage, response: ServerResponse) => void;

/** How each host answers, by the path that is asked for. */
const hosts: Record<string, Host> = {
  "/good": (_request, response) => response.writeHead(200, { "content-length": content.length }).end(content),
  "/ranges": (request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const range = `bytes ${start}-${content.length - 1}/${content.length}`;
    response.writeHead(start === 0 ? 200 : 206, start === 0 ? {} : { "content-range": range });
    response.end(content.subarray(start));
  },
  "/gone": (_request, response) => response.writeHead(404).end("no such file"),
  "/html": (_request, response) =>
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<html>"),
  "/disguised": (_request, response) =>
    response.writeHead(200, { "content-type": "application/gzip" }).end("<!DOCTYPE html><html>quota exceeded</html>"),
  "/other": (_request, response) => response.end(Buffer.alloc(content.length, 7)),
  "/short": (_request, response) => response.writeHead(200, { "content-length": 5 }).end("short"),
  "/long": (_request, response) => {
    response.write(content); // no size is stated so
    response.end(content);
  },
  "/cut": (_request, response) => {
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, 12_345), () => response.destroy());
  },
  "/cut-ranges": (request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const range = { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` };
    response.writeHead(start === 0 ? 200 : 206, {
      "content-length": content.length - start,
      ...(start > 0 ? range : {}),
    });
    const piece = content.subarray(start, start + 9_000);
    if (start + piece.length === content.length) response.end(piece);
    else response.write(piece, () => response.destroy());
  },
  "/wrong-range": (_request, response) =>
    response.writeHead(206, { "content-range": `bytes 0-${content.length - 1}/${content.length}` }).end(content),
};

const server = createServer((request, response) => {
  asked.push({ path: request.url!, range: request.headers.range });
  encodings.add(request.headers["accept-encoding"] as string | undefined);
  hosts[request.url!]!(request, response);
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
after(() => server.close());
const { port } = server.address() as AddressInfo;

const fileAt = (...paths: string[]): RemoteFile => ({
  name: "file.tar.gz",
  bytes: content.length,
  sha256: createHash("sha256").update(content).digest("hex"),
  urls: paths.map((path) => `http://127.0.0.1:${port}${path}`),
});

async function tryDownload(file: RemoteFile, folder = temporaryFolder(), signal?: AbortSignal) {
  asked.length = 0;
  const told: DataProgress[] = [];
  const outcome = await download(file, folder, { report: (progress) => told.push(progress), signal }).then(
    () => undefined,
    (error: { code: string; message: string }) => error,
  );
  const [path, part] = [join(folder, "file.tar.gz"), join(folder, "file.tar.gz.part")];
  return {
    error: outcome,
    file: existsSync(path) ? readFileSync(path) : undefined,
    part: existsSync(part) ? readFileSync(part) : undefined,
    told,
  };
}

test("a file is fetched whole, and its part is gone", async () => {
  const { error, file, part, told } = await tryDownload(fileAt("/good"));
  assert.deepEqual([error, file?.equals(content), part], [undefined, true, undefined]);
  const last = told.at(-1);
  assert.ok(last?.kind === "wait" && last.done === content.length && last.total === content.length);
});

test("a file that is there and whole is not fetched again, one that is not whole is", async () => {
  const folder = writeFiles(temporaryFolder(), { "file.tar.gz": content });
  assert.equal((await tryDownload(fileAt("/good"), folder)).error, undefined);
  assert.equal(asked.length, 0);
  writeFiles(folder, { "file.tar.gz": content.subarray(1) });
  const { file } = await tryDownload(fileAt("/good"), folder);
  assert.deepEqual([asked.length, file?.equals(content)], [1, true]);
});

test("what was begun is gone on with, by a range", async () => {
  const folder = writeFiles(temporaryFolder(), { "file.tar.gz.part": content.subarray(0, 20_000) });
  const { error, file } = await tryDownload(fileAt("/ranges"), folder);
  assert.deepEqual([error, file?.equals(content)], [undefined, true]);
  assert.deepEqual(asked, [{ path: "/ranges", range: "bytes=20000-" }]);
});

test("a host that knows no ranges starts anew, and the file is right", async () => {
  const folder = writeFiles(temporaryFolder(), { "file.tar.gz.part": content.subarray(0, 20_000) });
  const { error, file } = await tryDownload(fileAt("/good"), folder);
  assert.deepEqual([error, file?.equals(content)], [undefined, true]);
});

test("a part that has all bytes already is only checked", async () => {
  const folder = writeFiles(temporaryFolder(), { "file.tar.gz.part": content });
  const { error, file } = await tryDownload(fileAt("/gone"), folder);
  assert.deepEqual([error, file?.equals(content), asked.length], [undefined, true, 0]);
});

test("a part of other bytes is thrown away, and the file fetched from the start", async () => {
  const folder = writeFiles(temporaryFolder(), { "file.tar.gz.part": Buffer.alloc(20_000, 1) });
  const { error, file } = await tryDownload(fileAt("/ranges"), folder);
  assert.deepEqual([error, file?.equals(content)], [undefined, true]);
  assert.deepEqual(
    asked.map(({ range }) => range),
    ["bytes=20000-", undefined],
  );
});

for (const host of ["/gone", "/html", "/disguised", "/other", "/short", "/long"])
  test(`after a host that is ${host.slice(1)} the next one is asked`, async () => {
    const { error, file } = await tryDownload(fileAt(host, "/good"));
    assert.deepEqual([error, file?.equals(content)], [undefined, true]);
    assert.deepEqual(
      asked.map(({ path }) => path),
      [host, "/good"],
    );
  });

const reasons: Record<string, RegExp> = {
  "/gone": /\/gone: answers 404/,
  "/html": /\/html: answers an HTML page/,
  "/disguised": /\/disguised: answers an HTML page/,
  "/other": /\/other: sent other bytes: their sha256 is not [0-9a-f]{64}/,
  "/short": /\/short: its file has 5 bytes, 30000 are expected/,
  "/long": /\/long: sends more than the 30000 bytes/,
};
for (const [host, message] of Object.entries(reasons))
  test(`a host that is ${host.slice(1)} leaves nothing, and the error says why`, async () => {
    const { error, file, part } = await tryDownload(fileAt(host));
    assert.deepEqual([error?.code, file, part], ["network", undefined, undefined]);
    assert.match(error!.message, message);
  });

test("the next host goes on where a connection was cut", async () => {
  const { error, file } = await tryDownload(fileAt("/cut", "/ranges"));
  assert.deepEqual([error, file?.equals(content)], [undefined, true]);
  assert.deepEqual(asked[1], { path: "/ranges", range: "bytes=12345-" });
});

test("where all connections are cut the part stays, and the error says so", async () => {
  const { error, part } = await tryDownload(fileAt("/cut"));
  assert.equal(error?.code, "network");
  assert.ok(part?.equals(content.subarray(0, 12_345)));
  assert.match(error!.message, /file\.tar\.gz\.part keeps 12 KB of 30 KB: the same command goes on from there/);
});

test("a host that is cut again and again is asked again as long as bytes come", async () => {
  const { error, file } = await tryDownload(fileAt("/cut-ranges"));
  assert.deepEqual([error, file?.equals(content), asked.length], [undefined, true, 4]); // 30,000 bytes, 9,000 at a time
});

test("a host that sends another range than asked for is refused, and the part kept", async () => {
  const folder = writeFiles(temporaryFolder(), { "file.tar.gz.part": content.subarray(0, 100) });
  const { error, part } = await tryDownload(fileAt("/wrong-range"), folder);
  assert.match(error!.message, /sends bytes 0-29999\/30000, where bytes 100-29999\/30000 are asked for/);
  assert.equal(part?.length, 100);
});

test("a host whose answer is refused is let go of: an open connection would keep the process alive", async () => {
  const closed = new Promise<void>((resolve) => {
    hosts["/endless"] = (_request, response) => {
      response.writeHead(200, { "content-length": 10 ** 9 }).write(content);
      response.on("close", resolve);
    };
  });
  const { error } = await tryDownload(fileAt("/endless"));
  assert.match(error!.message, /its file has 1000000000 bytes, 30000 are expected/);
  await closed;
});

test("hosts are asked to send files as they are", async () => {
  await tryDownload(fileAt("/good"));
  assert.deepEqual([...encodings], ["identity"]);
});

test("a host that is not there is told of by the system's own word", async () => {
  const file = { ...fileAt(), urls: ["http://127.0.0.1:1/file"] };
  const { error } = await tryDownload(file);
  assert.match(error!.message, /127\.0\.0\.1:1\/file: (ECONNREFUSED|bad port)/);
});

test("a download that is stopped keeps its part, and says how to go on", async () => {
  const stop = new AbortController();
  hosts["/slow"] = (_request, response) => {
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, 5_000), () => setTimeout(() => stop.abort(), 50));
  };
  const { error, part } = await tryDownload(fileAt("/slow", "/good"), temporaryFolder(), stop.signal);
  assert.deepEqual([error?.code, part?.length], ["interrupted", 5_000]);
  assert.match(error!.message, /stopped\.\n.*\.part keeps 5 KB of 30 KB: the same command goes on/);
});
