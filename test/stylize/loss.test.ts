/** The losses of the decoder; their numbers against PyTorch's stand in golden.test.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { backward, gradientOf } from "../../src/engine/autograd.ts";
import { setThreadCount } from "../../src/engine/device.ts";
import { add } from "../../src/engine/ops/arithmetic.ts";
import { handleCounts, scope } from "../../src/engine/scope.ts";
import { stylizerLoss } from "../../src/stylize/loss.ts";
import { normalTensor } from "../numbers.ts";
import { filledStylizer } from "./stylizers.ts";

setThreadCount(1);

test("gradients reach every weight of the decoder; an encoder that asks for none gets none", () => {
  const stylizer = filledStylizer();
  for (const weight of stylizer.encoder.namedParameters().values()) weight.requiresGradient = false;
  scope(() => {
    const { content, style } = stylizerLoss(
      stylizer,
      normalTensor("content", [2, 3, 16, 16], 0.2, 0.5),
      normalTensor("style", [2, 3, 24, 24], 0.2, 0.5), // styles may have another size
    );
    backward(add(content, style));
    for (const [path, weight] of stylizer.decoder.namedParameters())
      assert.ok(Math.hypot(...gradientOf(weight)!.toFloat32Array()) > 0, path);
    for (const [path, weight] of stylizer.encoder.namedParameters()) assert.equal(gradientOf(weight), null, path);
  });
  stylizer.dispose();
});

test("only the three losses outlive it", () => {
  const stylizer = filledStylizer();
  scope(() => {
    const images = normalTensor("content", [1, 3, 24, 24], 0.2, 0.5);
    const before = handleCounts().live;
    stylizerLoss(stylizer, images, images, { top: 3, left: 1 });
    assert.equal(handleCounts().live - before, 3);
  });
  stylizer.dispose();
});
