/**
 * patina/corrupt: the corruptions of the benchmarks C and C-bar, for use anywhere: plain TypeScript, nothing of Node, no
 * libtorch.
 *
 * ```ts
 * const corrupted = corruptPicture(picture, { corruption: "fog", severity: 3, dataSet: "my pictures", index: 17 });
 *
 * // The same, step by step: the draw is plain data that can be kept, shown or applied again.
 * const fog = findCorruption("fog");
 * const constants = fog.constants[tableOf(picture)][3 - 1]; // severity 3
 * const draw = fog.draw(cellStream("my pictures", "fog", 3).fork(17), picture, constants, picture.bytes);
 * const again = fog.apply(picture, draw, constants);
 * ```
 */
export { PatinaError } from "../errors.ts";
export { createPicture, type Picture, type PictureShape } from "../pictures/picture.ts";
export { type Stream, type StreamName, stream } from "../random/stream.ts";
export { type CorruptionChoice, corruptPicture } from "./corrupt-picture.ts";
export { type Corruption, type Severity, severities, type TableSize, tableSizes } from "./define.ts";
export { frostOf } from "./frost/frost.ts";
export type { FrostTextures } from "./frost/textures.ts";
export { type CorruptionName, corruptions, findCorruption } from "./registry.ts";
export { cellStream, type SuiteName, suiteCorruptions, suiteNames, suiteVersion } from "./suites.ts";
export { isStandard, tableOf } from "./table.ts";
