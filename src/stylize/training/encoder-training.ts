/**
 * The first part of training a stylizer: the encoder learns to tell the classes of the content, so that its features are
 * those of things, and to keep what a picture is rebuilt from: a small network that only tells classes forgets colours.
 */
import { backward, noGrad } from "../../engine/autograd.ts";
import { add, equals, mul } from "../../engine/ops/arithmetic.ts";
import { meanSquaredError } from "../../engine/ops/loss.ts";
import { argmax, sum } from "../../engine/ops/reduce.ts";
import { to } from "../../engine/ops/shape.ts";
import { scope } from "../../engine/scope.ts";
import { type Tensor, tensorFrom } from "../../engine/tensor.ts";
import { classificationLoss } from "../../nn/loss.ts";
import { Module } from "../../nn/module.ts";
import type { Optimizer } from "../../nn/optimizer.ts";
import { imagesOf } from "../images.ts";
import type { EncoderClassifier } from "./classifier.ts";
import type { DrawnPictures } from "./pictures.ts";
import { takeStep } from "./step.ts";

const SMOOTHING = 0.1;

/** A classifier, and the decoder that rebuilds pictures of its features. */
export class EncoderTrainee extends Module {
  readonly classifier: EncoderClassifier;
  readonly decoder: Module;

  constructor(classifier: EncoderClassifier, decoder: Module) {
    super();
    this.classifier = classifier;
    this.decoder = decoder;
  }

  /** The rebuilt images. */
  forward(images: Tensor): Tensor {
    return to(this.decoder.forward(this.classifier.features(images)), "float32");
  }
}

/** One update from pictures of one side. @returns the losses before it, means over the pictures */
export function encoderStep(
  { classifier, decoder }: EncoderTrainee,
  optimizer: Optimizer,
  { bytes, labels }: DrawnPictures,
  { size, rebuildWeight, learningRate }: { size: number; rebuildWeight: number; learningRate: number },
): { classes: number; rebuild: number } {
  return scope(() => {
    const images = imagesOf(bytes, { height: size, width: size, channels: 3 }, "cpu");
    const features = classifier.features(images);
    const targets = tensorFrom(labels, [labels.length]);
    const classes = classificationLoss(classifier.scores(features), targets, SMOOTHING);
    const rebuild = meanSquaredError(to(decoder.forward(features), "float32"), images);
    backward(add(classes, mul(rebuild, rebuildWeight)));
    const values = { classes: classes.item(), rebuild: rebuild.item() };
    takeStep(optimizer, [classifier, decoder], learningRate);
    return values;
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
