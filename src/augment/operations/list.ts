/** The operations of TrivialAugment, in torchvision's order. */
import { autoContrast } from "./auto-contrast.ts";
import { brightness } from "./brightness.ts";
import { color } from "./color.ts";
import { contrast } from "./contrast.ts";
import { equalize } from "./equalize.ts";
import { identity } from "./identity.ts";
import type { Operation } from "./operation.ts";
import { posterize } from "./posterize.ts";
import { rotate } from "./rotate.ts";
import { sharpness } from "./sharpness.ts";
import { shearX, shearY } from "./shear.ts";
import { solarize } from "./solarize.ts";
import { translateX, translateY } from "./translate.ts";

export const trivialAugmentOperations = [
  identity,
  shearX,
  shearY,
  translateX,
  translateY,
  rotate,
  brightness,
  color,
  contrast,
  sharpness,
  posterize,
  solarize,
  autoContrast,
  equalize,
] as const satisfies readonly Operation[];

export type OperationName = (typeof trivialAugmentOperations)[number]["name"];
