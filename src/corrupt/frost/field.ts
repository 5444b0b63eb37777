/** Brush strokes for frost of our own: a field of brightness, clouds, crystals and light on it. */
import type { Stream } from "../../random/stream.ts";

export interface Field {
  readonly height: number;
  readonly width: number;
  /** [H,W], of any range. */
  readonly values: Float32Array;
}

export function createField(height: number, width: number): Field {
  return { height, width, values: new Float32Array(height * width) };
}

export interface Clouds {
  /** Pixels from one lump to the next; each further octave has half of it, and half of the height. */
  readonly cell: number;
  readonly octaves: number;
  readonly strength: number;
}

/** Adds value noise (random heights on a lattice, smooth between) of several octaves. */
export function addClouds(field: Field, stream: Stream, { cell, octaves, strength }: Clouds): void {
  for (let octave = 0; octave < octaves; octave++) addOctave(field, stream, cell / 2 ** octave, strength / 2 ** octave);
}

function addOctave({ height, width, values }: Field, stream: Stream, cell: number, strength: number) {
  const columns = Math.ceil(width / cell) + 2;
  const lattice = new Float64Array((Math.ceil(height / cell) + 2) * columns);
  stream.fillUniforms(lattice);
  const left = Int32Array.from({ length: width }, (_, column) => Math.floor(column / cell));
  const share = Float32Array.from({ length: width }, (_, column) => smoothStep(column / cell - left[column]!));
  const line = new Float32Array(columns);
  for (let row = 0, at = 0; row < height; row++) {
    const above = Math.floor(row / cell);
    const below = smoothStep(row / cell - above);
    for (let i = 0; i < columns; i++)
      line[i] = lattice[above * columns + i]! * (1 - below) + lattice[(above + 1) * columns + i]! * below;
    for (let column = 0; column < width; column++, at++) {
      const start = line[left[column]!]!;
      values[at]! += strength * (2 * (start + (line[left[column]! + 1]! - start) * share[column]!) - 1);
    }
  }
}

function smoothStep(share: number): number {
  return share * share * (3 - 2 * share);
}

export interface Stroke {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly length: number;
  /** Where it is widest, in pixels; it ends in points. */
  readonly width: number;
  /** The brightness that it gives. */
  readonly light: number;
  /** How much brighter its right side is, and how much darker its left: a blade of ice has two faces. */
  readonly tilt: number;
  /** How far it covers what is there, 0 to 1. */
  readonly cover: number;
  /** By which it turns from its root to its tip, in radians. */
  readonly bend: number;
}

/** Paints a blade of ice over the field. */
export function drawStroke({ height, width, values }: Field, stroke: Stroke): void {
  const steps = Math.ceil(stroke.length / 0.7);
  let { x, y } = stroke;
  for (let step = 0; step < steps; step++) {
    const way = step / steps;
    const angle = stroke.angle + stroke.bend * way;
    const alongX = Math.cos(angle);
    const alongY = Math.sin(angle);
    const half = (stroke.width / 2) * Math.min(1, 6 * way + 0.3) * Math.sqrt(1 - way);
    const lastX = Math.min(width - 1, Math.floor(x + half + 1));
    const lastY = Math.min(height - 1, Math.floor(y + half + 1));
    for (let row = Math.max(0, Math.ceil(y - half - 1)); row <= lastY; row++)
      for (let column = Math.max(0, Math.ceil(x - half - 1)); column <= lastX; column++) {
        const aside = (row - y) * alongX - (column - x) * alongY;
        const cover = stroke.cover * Math.min(1, half + 0.5 - Math.abs(aside));
        if (cover <= 0 || Math.abs((column - x) * alongX + (row - y) * alongY) > 0.8) continue;
        const light = stroke.light * (1 - 0.4 * way) + (stroke.tilt * aside) / (half + 0.5);
        const at = row * width + column;
        values[at]! += (light - values[at]!) * cover;
      }
    x += 0.7 * alongX;
    y += 0.7 * alongY;
  }
}

/** Lights the field as a landscape from the upper left: what rises there gets brighter. */
export function lightRelief({ height, width, values }: Field, strength: number): void {
  for (let row = height - 1; row > 0; row--)
    for (let column = width - 1; column > 0; column--) {
      const at = row * width + column;
      values[at]! += strength * (values[at]! - values[at - width - 1]!);
    }
}

/** Moves and stretches the values to mean 0 and standard deviation 1. */
export function standardise({ values }: Field): void {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  const scale = 1 / Math.sqrt(squares / values.length - mean * mean);
  for (let i = 0; i < values.length; i++) values[i] = (values[i]! - mean) * scale;
}
