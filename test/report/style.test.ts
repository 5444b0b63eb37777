/** Text on the colours of the heat map: its contrast by WCAG 2, in both schemes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { style } from "../../src/report/style.ts";

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

const [light, dark] = style.split("prefers-color-scheme: dark");

for (const [name, sheet] of [["light", light!], ["dark", dark!]] as const) // biome-ignore format: pairs
  test(`text has a contrast of 4.5 or more on all ten steps of the ${name} heat map`, () => {
    const pairs = [...sheet.matchAll(/--h(\d): (#\w{6}); --h\d-ink: (#\w{6});/g)];
    assert.equal(pairs.length, 10);
    for (const [, step, paper, ink] of pairs) {
      const [low, high] = [luminance(paper!), luminance(ink!)].sort((a, b) => a - b);
      const contrast = (high! + 0.05) / (low! + 0.05);
      assert.ok(contrast >= 4.5, `step ${step}: ${contrast.toFixed(2)}`);
    }
  });

test("the steps of the heat map go one way, from light to dark or back: also without colour they can be told apart", () => {
  const values = (sheet: string) => [...sheet.matchAll(/--h\d: (#\w{6})/g)].map(([, colour]) => luminance(colour!));
  const risesThrough = (list: readonly number[]) =>
    list.every((value, index) => index === 0 || value > list[index - 1]!);
  assert.ok(risesThrough(values(light!)));
  assert.ok(risesThrough(values(dark!).reverse()));
});
