/**
 * patina/corrupt: the corruptions of the benchmarks C and C-bar, for use anywhere: plain TypeScript, nothing of Node, no
 * libtorch.
 *
 * ```ts
 * const fog = findCorruption("fog");
 * const constants = fog.constants[tableOf(picture)][3 - 1]; // severity 3
 * const draw = fog.draw(cellStream("my pictures", "fog", 3).fork(index), picture, constants, picture.bytes);
 * const corrupted = fog.apply(picture, draw, constants);
 * ```
 */
export { PatinaError } from "../errors.ts";
export { createPicture, type Picture, type PictureShape } from "../pictures/picture.ts";
export { type Stream, type StreamName, stream } from "../random/stream.ts";
export { type Corruption, type Severity, severities, type TableSize, tableSizes } from "./define.ts";
export { type CorruptionName, corruptions, findCorruption } from "./registry.ts";
export { cellStream, type SuiteName, suiteCorruptions, suiteNames, suiteVersion } from "./suites.ts";
export { isStandard, tableOf } from "./table.ts";
