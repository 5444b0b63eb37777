/**
 * Where restyled pictures lie until a worker takes them: a ring of places, in shared memory or in a file. The thread that
 * owns the engine fills it in order; workers wait until theirs is there.
 */
import { closeSync, openSync, rmSync } from "node:fs";
import { guardWrite, openToRead, readWhole, writeWhole } from "../files.ts";

/** As plain data, for another thread. */
export interface SharedRestyled {
  readonly pictureBytes: number;
  readonly places: number;
  /** [0]: pictures that were ever written. [1]: whether the ring was closed. */
  readonly state: Int32Array<SharedArrayBuffer>;
  readonly memory: Uint8Array<SharedArrayBuffer> | undefined;
  readonly file: string | undefined;
}

const WRITTEN = 0;
const CLOSED = 1;

/** The side that fills it. */
export class RestyledStore {
  readonly share: SharedRestyled;
  private readonly file: number | undefined;

  /**
   * @param places pictures that may lie there at a time: one that is written takes the place of the one so many before
   * @param path of a file to keep them in; shared memory where not given
   * @throws PatinaError `file-system`
   */
  constructor(pictureBytes: number, places: number, path: string | undefined) {
    this.share = {
      pictureBytes,
      places,
      state: new Int32Array(new SharedArrayBuffer(8)),
      memory: path === undefined ? new Uint8Array(new SharedArrayBuffer(pictureBytes * places)) : undefined,
      file: path,
    };
    this.file = path === undefined ? undefined : guardWrite(path, () => openSync(path, "w"));
  }

  /** Pictures that were ever written. */
  get written(): number {
    return this.share.state[WRITTEN]!;
  }

  /** Adds pictures, [N,H,W,C] uint8, after those before, and tells whoever waits. @throws PatinaError `file-system` */
  append(bytes: Uint8Array): void {
    const { pictureBytes, places, state, memory, file } = this.share;
    const count = bytes.length / pictureBytes;
    for (let one = 0; one < count; one++) {
      const picture = bytes.subarray(one * pictureBytes, (one + 1) * pictureBytes);
      const start = ((this.written + one) % places) * pictureBytes;
      if (memory !== undefined) memory.set(picture, start);
      else guardWrite(file!, () => writeWhole(this.file!, picture, start));
    }
    Atomics.add(state, WRITTEN, count);
    Atomics.notify(state, WRITTEN);
  }

  /** Lets whoever waits go, and takes the file away. */
  close(): void {
    const { state, file } = this.share;
    Atomics.store(state, CLOSED, 1);
    Atomics.notify(state, WRITTEN);
    if (this.file === undefined) return;
    closeSync(this.file);
    rmSync(file!, { force: true });
  }
}

/** The side that reads, on another thread. */
export class RestyledReader {
  private readonly shared: SharedRestyled;
  private readonly file: number | undefined;

  constructor(shared: SharedRestyled) {
    this.shared = shared;
    this.file = shared.file === undefined ? undefined : openToRead(shared.file);
  }

  /**
   * Copies picture `number`, counted from the first ever written, into `target`, which has its size, once it is there; false
   * where the store was closed.
   * @throws PatinaError `file-damaged` where its file was cut, `file-system`
   */
  readInto(number: number, target: Uint8Array): boolean {
    const { pictureBytes, places, state, memory } = this.shared;
    for (;;) {
      if (Atomics.load(state, CLOSED) === 1) return false;
      const written = Atomics.load(state, WRITTEN);
      if (number < written) break;
      Atomics.wait(state, WRITTEN, written);
    }
    const start = (number % places) * pictureBytes;
    if (memory !== undefined) target.set(memory.subarray(start, start + pictureBytes));
    else readWhole(this.file!, target, start, this.shared.file!);
    return true;
  }
}
