/** Bytes in units of full scale: k/255, a true division (times 1/255 differs for 24 of them: corruptions-c.md 2.1). */

export const unitOf: Float64Array = Float64Array.from({ length: 256 }, (_, byte) => byte / 255);

/** The same rounded to float32, for those originals that compute in it. */
export const unitOfFloat32: Float32Array = Float32Array.from(unitOf);
