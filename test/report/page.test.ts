/** The page in a browser, as a file and without a network: nothing goes wrong, it fits, everyone can read it. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { suiteCorruptions } from "../../src/corrupt/suites.ts";
import { loadDataSet } from "../../src/data/data-set.ts";
import { preview } from "../../src/report/preview.ts";
import { report } from "../../src/report/report.ts";
import { writeTinyFashion } from "../tiny-data.ts";
import { writeMixed } from "../train/mixed.ts";
import { writeSampleRun } from "./sample-run.ts";

const executablePath = "/usr/bin/chromium";
const skip = existsSync(executablePath) ? false : `there is no ${executablePath}`;
const folder = mkdtempSync(join(tmpdir(), "patina-page-"));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const hostile = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\u202Eabc", "x".repeat(150)];
const widths = [390, 820, 1400];
const schemes = ["light", "dark"] as const;
const names = ["one", "several", "preview"];
const pages: Record<string, string> = {};
let browser: Browser;

before(async () => {
  if (skip) return;
  const dataFolder = join(folder, "data");
  writeTinyFashion(dataFolder, { train: 40, test: 40 });
  const data = await loadDataSet("fashion-mnist", dataFolder);
  const corruptions = [...suiteCorruptions("c", data.test), ...suiteCorruptions("c-bar", data.test)];
  const classes = [...hostile, ...data.classes.slice(hostile.length)];
  const options = { data, dataFolder, corruptions, classes };
  const runs = [
    writeSampleRun(folder, { ...options, name: "plain" }),
    writeSampleRun(folder, { ...options, name: "better", better: 0.05, seed: 1 }),
    writeSampleRun(folder, { ...options, name: "not-measured", isEvaluated: false }),
  ];
  pages.one = (await report(runs.slice(0, 1))).file!;
  pages.several = (await report(runs, { file: join(folder, "several.html") })).file!;
  const mixed = join(folder, "mixed.json");
  writeFileSync(mixed, JSON.stringify(await writeMixed(folder)));
  pages.preview = (await preview(mixed, { epoch: 2, dataFolder: folder, file: join(folder, "preview.html") })).file;
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Look {
  readonly width?: number;
  readonly scheme?: "light" | "dark";
  /** For axe, which comes from outside the page. */
  readonly bypassCSP?: boolean;
}

/** Opens a page, lets the work be done, and returns what went wrong: messages of the console, errors, requests. */
async function look(
  name: string,
  { width = 1400, scheme = "light", bypassCSP = false }: Look,
  work: (page: Page) => Promise<void>,
) {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    offline: true,
    bypassCSP,
  });
  const trouble: string[] = [];
  try {
    const page = await context.newPage();
    page.on("console", (message) => trouble.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => trouble.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => trouble.push(`dialog: ${dialog.message()}`));
    page.on("request", (request) => {
      if (!/^(data|file):/.test(request.url())) trouble.push(`request: ${request.url()}`);
    });
    await page.goto(pathToFileURL(pages[name]!).href);
    await work(page);
  } finally {
    await context.close();
  }
  return trouble;
}

for (const name of names)
  for (const width of widths)
    test(`the page of ${name} at ${width} pixels: no errors, no requests, not wider than the window`, {
      skip,
    }, async () => {
      const trouble = await look(name, { width }, async (page) => {
        const wide = await page.evaluate("document.documentElement.scrollWidth");
        assert.ok(Number(wide) <= width, `the page is ${wide} wide`);
      });
      assert.deepEqual(trouble, []);
    });

for (const name of names)
  test(`the page of ${name} is as wide as the window from 320 to 1600 pixels, and no wider`, { skip }, async () => {
    await look(name, {}, async (page) => {
      for (let width = 320; width <= 1600; width += 40) {
        await page.setViewportSize({ width, height: 900 });
        const wide = await page.evaluate("document.documentElement.scrollWidth");
        assert.equal(Number(wide), width, `at ${width} pixels it is ${wide} wide`);
      }
    });
  });

for (const name of names)
  for (const scheme of schemes)
    test(`the page of ${name} has no violations of axe's rules, ${scheme}`, { skip }, async () => {
      await look(name, { scheme, bypassCSP: true, width: 820 }, async (page) => {
        await page.evaluate(axe);
        await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
        const found = await page.evaluate(
          "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))",
        );
        assert.deepEqual(found, []);
      });
    });

test("the pictures of a cell appear where a pointer rests on it", { skip }, async () => {
  const trouble = await look("one", {}, async (page) => {
    await page.hover('button[data-corruption="fog"][data-severity="4"]');
    assert.match((await page.textContent(".peek-title"))!, /^fog, severity 4: \d+\.\d %/);
    const cells = "[...document.querySelectorAll('.peek-pictures i')].map((cell) => getComputedStyle(cell))";
    const styles = (await page.evaluate(
      `${cells}.map(({ backgroundImage, backgroundPosition }) => backgroundImage.slice(0, 21) + " " + backgroundPosition)`,
    )) as string[];
    const place = (at: number) => `${-(2 + 30 * at) * 2}px`; // pictures of 28 pixels, gaps of 2, twice as large
    const row = (at: number) => [0, 1, 2, 3].map((column) => `url("data:image/png;b ${place(column)} ${place(at)}`);
    assert.deepEqual(styles, [...row(0), ...row(3)]); // clean; severity 4 is the fourth row of its sheet
  });
  assert.deepEqual(trouble, []);
});

test("cells are reached by Tab, and arrow keys go from one to the next", { skip }, async () => {
  await look("one", {}, async (page) => {
    const focused = async () =>
      String(await page.evaluate("Object.values(document.activeElement.dataset).slice(0, 2).join(' ')"));
    for (let press = 0; press < 60 && (await focused()) === ""; press++) await page.keyboard.press("Tab");
    assert.equal(await focused(), "gaussian_noise 1");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    assert.equal(await focused(), "shot_noise 2");
    assert.match((await page.textContent(".peek-title"))!, /^shot noise, severity 2/);
  });
});

test("the preview enlarges every picture by a whole number, without smoothing", { skip }, async () => {
  await look("preview", {}, async (page) => {
    const found = await page.evaluate(
      "[...document.images].map((one) => [one.width / one.naturalWidth, one.height / one.naturalHeight, getComputedStyle(one).imageRendering].join(' '))",
    );
    assert.deepEqual([...new Set(found as string[])].sort(), ["2 2 pixelated", "3 3 pixelated"]); // 28 px; of the batch, and each stage
  });
});

test("the preview names every picture and its stages for who cannot see them", { skip }, async () => {
  await look("preview", {}, async (page) => {
    const images = "document.querySelector('#synthetic-restyled li').querySelectorAll('img')";
    const [asItIs, restyled, seen] = (await page.evaluate(`[...${images}].map(({ alt }) => alt)`)) as string[];
    assert.match(asItIs!, /, as it is$/);
    assert.match(restyled!, /^the same, in the style of \d$/);
    assert.match(seen!, /^the same, /);
    assert.match((await page.locator(".batch").first().getAttribute("aria-label"))!, /^\d+ original pictures, /);
  });
});

test("without scripts every section and every picture is there", { skip }, async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, offline: true });
  const page = await context.newPage();
  await page.goto(pathToFileURL(pages.one!).href);
  assert.equal(await page.locator("section > h2").count(), 9);
  assert.equal(await page.locator(".gallery img").count(), 30);
  await context.close();
});

test("it prints, with all its sections", { skip }, async () => {
  await look("one", {}, async (page) => {
    const pdf = await page.pdf({ format: "A4" });
    assert.equal(pdf.subarray(0, 5).toString("latin1"), "%PDF-");
  });
});

test("the page with all corruptions stays below 3 MB", { skip }, () => {
  assert.ok(readFileSync(pages.one!).length < 3e6);
});
