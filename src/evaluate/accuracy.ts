/** How often a network is right on pictures as they are. */

import type { PictureSet } from "../data/picture-set.ts";
import { inference } from "../engine/autograd.ts";
import { equals } from "../engine/ops/arithmetic.ts";
import { argmax, sum } from "../engine/ops/reduce.ts";
import { toDevice } from "../engine/ops/shape.ts";
import { scope } from "../engine/scope.ts";
import { tensorFrom } from "../engine/tensor.ts";
import { classificationLoss } from "../nn/loss.ts";
import type { Module } from "../nn/module.ts";
import type { ImageMaker } from "./images.ts";

export interface Accuracy {
  /** Share of pictures whose highest score is their class's, in [0,1]. */
  accuracy: number;
  /** Mean cross-entropy without label smoothing (method.md 11, B22). */
  loss: number;
}

export interface MeasureOptions {
  device: string;
  batch: number;
  /** Which pictures; all where not given. */
  indices?: Uint32Array | undefined;
  /** Awaited after each batch; may throw, to end early. */
  pause?: () => Promise<void>;
}

/** Measures in evaluation mode and inference mode, in the order of the indices; the network is left in the mode it was in. */
export async function measureAccuracy(
  network: Module,
  pictures: PictureSet,
  maker: ImageMaker,
  { device, batch, indices, pause }: MeasureOptions,
): Promise<Accuracy> {
  const count = indices?.length ?? pictures.count;
  const pictureBytes = pictures.height * pictures.width * pictures.channels;
  const bytes = new Uint8Array(Math.min(batch, count) * pictureBytes);
  let correct = 0;
  let loss = 0;
  const wasTraining = network.training;
  network.setTraining(false);
  try {
    for (let start = 0; start < count; start += batch) {
      const size = Math.min(batch, count - start);
      const labels = new BigInt64Array(size);
      for (let place = 0; place < size; place++) {
        const index = indices?.[start + place] ?? start + place;
        pictures.store.readInto(index, bytes, place * pictureBytes);
        labels[place] = BigInt(pictures.labels[index]!);
      }
      scope(() =>
        inference(() => {
          const classes = toDevice(tensorFrom(labels, [size]), device);
          const scores = network.forward(maker.images(bytes.subarray(0, size * pictureBytes), size));
          correct += sum(equals(argmax(scores), classes)).item();
          loss += classificationLoss(scores, classes).item() * size;
        }),
      );
      await pause?.();
    }
  } finally {
    network.setTraining(wasTraining);
  }
  return { accuracy: correct / count, loss: loss / count };
}
