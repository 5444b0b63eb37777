/**
 * A process of its own for bench/pool.ts, so that nothing else is in its memory: opens the pool that is named, reads so many
 * pictures at random, and prints the seconds that this took and the MB of resident set that all of it added at the highest.
 */
import assert from "node:assert/strict";
import { openPool } from "../src/data/pool.ts";
import { stream } from "../src/random/stream.ts";
import { pictureBytes, pictureShape } from "./pictures.ts";
import { highestMegabytes } from "./resident.ts";

const [path, dataFolder, count] = process.argv.slice(2);
const before = process.memoryUsage.rss() / 1e6;
const classes = Array.from({ length: 10 }, (_, label) => String(label));
const opened = performance.now();
const pool = await openPool(path!, { name: "bench", classes, train: pictureShape }, dataFolder!);
const openingSeconds = (performance.now() - opened) / 1000;

const started = performance.now();
const drawn = stream(0, "order", 0).sample(pool.count, Number(count));
const pictures = Buffer.alloc(drawn.length * pictureBytes);
for (const [place, index] of drawn.entries()) pool.store.readInto(index, pictures, place * pictureBytes);
const seconds = (performance.now() - started) / 1000;
for (const [place, index] of drawn.entries()) assert.equal(pictures.readUInt32LE(place * pictureBytes), index);
const megabytes = highestMegabytes() - before;
console.log(JSON.stringify({ seconds, megabytes, openingSeconds }));
