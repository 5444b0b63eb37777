/** The first part of training a stylizer: the encoder learns to tell the classes of the content. */
import { backward, noGrad } from "../../engine/autograd.ts";
import { equals } from "../../engine/ops/arithmetic.ts";
import { argmax, sum } from "../../engine/ops/reduce.ts";
import { scope } from "../../engine/scope.ts";
import { tensorFrom } from "../../engine/tensor.ts";
import { classificationLoss } from "../../nn/loss.ts";
import type { Module } from "../../nn/module.ts";
import type { Optimizer } from "../../nn/optimizer.ts";
import { imagesOf } from "../images.ts";
import type { DrawnPictures } from "./pictures.ts";

const SMOOTHING = 0.1;

/** One update from pictures of one side. @returns the mean loss before it */
export function encoderStep(
  classifier: Module,
  optimizer: Optimizer,
  { bytes, labels }: DrawnPictures,
  { size, learningRate }: { size: number; learningRate: number },
): number {
  return scope(() => {
    const images = imagesOf(bytes, { height: size, width: size, channels: 3 }, "cpu");
    const scores = classifier.forward(images);
    const loss = classificationLoss(scores, tensorFrom(labels, [labels.length]), SMOOTHING);
    backward(loss);
    const value = loss.item();
    optimizer.step({ learningRate });
    return value;
  });
}

/** The share of pictures whose class the classifier names, in [0,1]. It must be in evaluation. */
export function encoderAccuracy(classifier: Module, { bytes, labels }: DrawnPictures, size: number): number {
  return scope(() =>
    noGrad(() => {
      const scores = classifier.forward(imagesOf(bytes, { height: size, width: size, channels: 3 }, "cpu"));
      const right = sum(equals(argmax(scores), tensorFrom(labels, [labels.length])));
      return right.item() / labels.length;
    }),
  );
}
