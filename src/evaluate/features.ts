/** The mean features of a few pictures under changes: what a network makes of a change, whatever the picture. */
import type { PictureSet } from "../data/picture-set.ts";
import { inference } from "../engine/autograd.ts";
import { mean } from "../engine/ops/reduce.ts";
import { scope } from "../engine/scope.ts";
import { toPlain } from "../engine/tensor.ts";
import { byteCount, type PictureShape } from "../pictures/picture.ts";
import { ImageMaker } from "./images.ts";
import type { TrainedNetwork } from "./trained-network.ts";

export class FeatureMeans {
  readonly shape: PictureShape;
  private readonly network: TrainedNetwork["network"];
  private readonly maker: ImageMaker;
  private readonly sources: Uint8Array[];
  private readonly batch: Uint8Array;

  /** @param trained on the CPU; its network stays the caller's */
  constructor(trained: TrainedNetwork, pictures: PictureSet, indices: Uint32Array) {
    const { height, width, channels } = trained.shape;
    this.shape = { height, width, channels };
    this.network = trained.network;
    this.maker = new ImageMaker(this.shape, trained.normalisation, "cpu");
    const size = byteCount(this.shape);
    this.sources = Array.from(indices, (index) => {
      const source = new Uint8Array(size);
      pictures.store.readInto(index, source, 0);
      return source;
    });
    this.batch = new Uint8Array(size * this.sources.length);
  }

  /** Mean features [D] of all pictures after the change. */
  of(change: (source: Uint8Array, target: Uint8Array) => void): Float64Array {
    const size = byteCount(this.shape);
    for (const [place, source] of this.sources.entries())
      change(source, this.batch.subarray(place * size, (place + 1) * size));
    return scope(() =>
      inference(() => {
        const features = this.network.features(this.maker.images(this.batch, this.sources.length)); // [N,D]
        const { bytes } = toPlain(mean(features, { dimensions: [0] }));
        return Float64Array.from(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4));
      }),
    );
  }

  dispose(): void {
    this.maker.dispose();
  }
}
