/** From the classifier to the encoder: batch norm becomes part of the convolutions, and channels get the size 1. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { inference, noGrad } from "../../../src/engine/autograd.ts";
import { setThreadCount } from "../../../src/engine/device.ts";
import { mul } from "../../../src/engine/ops/arithmetic.ts";
import { mean } from "../../../src/engine/ops/reduce.ts";
import { slice } from "../../../src/engine/ops/shape.ts";
import { scope } from "../../../src/engine/scope.ts";
import { type Tensor, tensorFrom } from "../../../src/engine/tensor.ts";
import { stream } from "../../../src/random/stream.ts";
import { Stylizer } from "../../../src/stylize/stylizer.ts";
import { EncoderClassifier, encoderState } from "../../../src/stylize/training/classifier.ts";
import { adaptDecoder, normaliseEncoder } from "../../../src/stylize/training/normalise.ts";
import { formula } from "../../formula.ts";
import { assertClose } from "../../numbers.ts";

setThreadCount(1);
const options = { kind: "compact", channels: [6, 8, 8], convolutions: [2, 1] } as const;
const plain = { ...options, channels: [...options.channels], convolutions: [...options.convolutions] };
const classifier = new EncoderClassifier(stream(0, "classifier"), plain, 5);
const stylizer = new Stylizer(stream(0, "stylizer"), plain);
const images = (salt: number) =>
  tensorFrom(
    formula(4 * 3 * 64 * 64, salt).map((value) => (value + 1) / 2),
    [4, 3, 64, 64],
  );
after(() => {
  classifier.dispose();
  stylizer.dispose();
});

// Passes in training, so that running statistics are those of the images and no channel is dead.
scope(() => noGrad(() => Array.from({ length: 40 }, (_, salt) => classifier.forward(images(salt % 3)))));
classifier.setTraining(false);
stylizer.encoder.loadStateDict(encoderState(stylizer.encoder.stateDict(), classifier.foldedConvolutions()));

/** Numbers of the places that no border reaches: the classifier has zeros around, the encoder mirrors. */
const inside = (features: Tensor) => slice(slice(features, 2, 3, 5), 3, 3, 5).toArray() as Float32Array;

test("the encoder gives the features of the classifier in evaluation, away from the borders", () => {
  scope(() =>
    inference(() => {
      const found = stylizer.encode(images(9));
      const wanted = classifier.features(images(9));
      assert.deepEqual(found.shape, [4, 8, 8, 8]);
      assertClose(inside(found), inside(wanted), 1e-4);
    }),
  );
});

test("after normalising, channels of every stage have the root mean square 1 and differ by a factor only; the decoder is adapted", () => {
  const before = scope(() => inference(() => stylizer.encode(images(9)).toFloat32Array()));
  const rebuilt = scope(() => inference(() => stylizer.forward(images(9)).toFloat32Array()));
  const batches = () => [1, 2].map(images);
  adaptDecoder(
    stylizer.decoder,
    scope(() => normaliseEncoder(stylizer.encoder, batches())),
  );
  scope(() =>
    inference(() => {
      for (const [stage, channels] of options.channels.entries()) {
        const sums = new Float64Array(channels);
        for (const batch of batches()) {
          const features = stylizer.encoder.stageFeatures(batch)[stage]!;
          const squares = mean(mul(features, features), { dimensions: [0, 2, 3] }).toFloat32Array();
          for (const [channel, value] of squares.entries()) sums[channel]! += value / 2;
        }
        assertClose(sums, new Float64Array(channels).fill(1), 1e-4);
      }
      assertClose(stylizer.forward(images(9)), rebuilt, 1e-4);
      const now = stylizer.encode(images(9)).toFloat32Array(); // [4,8,8,8]
      for (let channel = 0; channel < 8; channel++) {
        const places = Array.from({ length: 64 }, (_, place) => channel * 64 + place).filter(
          (at) => before[at]! > 0.01,
        );
        const factors = places.map((at) => now[at]! / before[at]!);
        assert.ok(Math.max(...factors) - Math.min(...factors) < 1e-3 * Math.max(...factors), `channel ${channel}`);
      }
    }),
  );
});
