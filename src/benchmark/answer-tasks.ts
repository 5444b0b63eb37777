/** The end of every thread's program: does the tasks as they come. */
import { parentPort } from "node:worker_threads";
import { PatinaError } from "../errors.ts";
import type { Answer, Task } from "./threads.ts";

/** Answers each task with its bytes, which are handed over, not copied. */
export function answerTasks<T>(work: (task: T) => Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>): void {
  const port = parentPort!;
  port.on("message", async ({ id, task }: Task<T>) => {
    try {
      const bytes = await work(task);
      port.postMessage({ id, bytes } satisfies Answer, [bytes.buffer]);
    } catch (error) {
      // Errors lose their class on the way between threads, and what is beside the message.
      const failure = error instanceof PatinaError ? { code: error.code, message: error.message } : (error as Error);
      port.postMessage({ id, failure } satisfies Answer);
    }
  });
}
