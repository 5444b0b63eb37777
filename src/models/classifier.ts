/** What every classifier is, and what it is made for. */
import type { Tensor } from "../engine/tensor.ts";
import { Module } from "../nn/module.ts";

/** Pictures and classes of a classifier. */
export interface ClassifierShape {
  /** Height and width of the pictures, in pixels. */
  size: number;
  channels: 1 | 3;
  classes: number;
}

/** A network from images [N,C,S,S], normalised, to one score a class [N,K] float32. */
export abstract class Classifier extends Module {
  /** What the last layer sees: [N,D], float32. */
  abstract features(images: Tensor): Tensor;
}
