/**
 * The augmentations by name. A new one is a file and a line here; schemas, help, documents and the shared tests read
 * this list, and nothing hangs on the order. What mixes two pictures or adds noise to a batch is not here but in
 * train/mix/: it works on tensors.
 */
import { nearestName, PatinaError } from "../errors.ts";
import { crop } from "./crop.ts";
import type { Augmentation } from "./define.ts";
import { flip } from "./flip.ts";
import { autoContrast } from "./operations/auto-contrast.ts";
import { brightness } from "./operations/brightness.ts";
import { color } from "./operations/color.ts";
import { contrast } from "./operations/contrast.ts";
import { equalize } from "./operations/equalize.ts";
import { identity } from "./operations/identity.ts";
import { posterize } from "./operations/posterize.ts";
import { rotate } from "./operations/rotate.ts";
import { sharpness } from "./operations/sharpness.ts";
import { shearX, shearY } from "./operations/shear.ts";
import { solarize } from "./operations/solarize.ts";
import { translateX, translateY } from "./operations/translate.ts";
import { fixed, single } from "./single.ts";
import { trivialAugment } from "./trivial-augment.ts";

export const augmentations = [
  trivialAugment,
  flip,
  crop,
  fixed(identity),
  single(shearX),
  single(shearY),
  single(translateX),
  single(translateY),
  single(rotate),
  single(brightness),
  single(color),
  single(contrast),
  single(sharpness),
  single(posterize),
  single(solarize),
  fixed(autoContrast),
  fixed(equalize),
] as const satisfies readonly Augmentation[];

type Registered = (typeof augmentations)[number];
export type AugmentationName = Registered["name"];

const byName = new Map<string, Augmentation>(augmentations.map((augmentation) => [augmentation.name, augmentation]));

/** The augmentation of that name. Throws `unknown-name`, with the nearest name there is. */
export function findAugmentation(name: string): Augmentation {
  const found = byName.get(name);
  if (found === undefined) throw new PatinaError("unknown-name", unknownAugmentation(name));
  return found;
}

/** What is said of a name that is none. */
export function unknownAugmentation(name: unknown): string {
  const nearest = typeof name === "string" ? nearestName(name, byName.keys()) : undefined;
  const remedy = nearest === undefined ? `There are ${[...byName.keys()].join(", ")}.` : `Did you mean "${nearest}"?`;
  return `unknown augmentation ${JSON.stringify(name)}. ${remedy}`;
}
