/** Opens a shared store in a thread of its own, and answers with one of its pictures. */
import { parentPort, workerData } from "node:worker_threads";
import { openSharedStore } from "../../src/data/picture-store.ts";

const store = openSharedStore(workerData.shared);
const picture = new Uint8Array(store.pictureBytes);
store.readInto(workerData.index, picture, 0);
parentPort!.postMessage({ count: store.count, picture: [...picture] });
