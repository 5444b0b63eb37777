/** Threads that turn tasks into bytes: pictures made, or read, while others are measured. Which thread did what shows nowhere. */
import { Worker } from "node:worker_threads";
import { type ErrorCode, fromThread, PatinaError } from "../errors.ts";

/** What a thread is sent, and what it answers. */
export interface Task<T> {
  readonly id: number;
  readonly task: T;
}
export type Answer =
  | { readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly id: number; readonly failure: Error | { readonly code: ErrorCode; readonly message: string } };

interface Waiting {
  resolve(bytes: Uint8Array): void;
  reject(error: Error): void;
}

export class Threads<T> {
  private readonly workers: Worker[];
  private readonly waiting = new Map<number, Waiting>();
  private failure: Error | undefined;
  private count = 0;

  /**
   * @param file what a thread runs: it ends with `answerTasks`
   * @param count threads, at least 1
   */
  constructor(file: URL, workerData: unknown, count: number) {
    this.workers = Array.from({ length: count }, () => new Worker(file, { workerData }));
    for (const worker of this.workers) {
      worker.on("message", (answer: Answer) => this.take(answer));
      worker.on("error", (error) => this.fail(error));
      worker.unref(); // a program that forgets to close a source still ends
    }
  }

  /**
   * The bytes of a task. Tasks are handed out in turn and wait at the threads, so that these have work while the caller
   * computes: how many may wait is the caller's to limit.
   * @throws PatinaError what the thread failed with.
   */
  async run(task: T): Promise<Uint8Array> {
    if (this.failure !== undefined) throw this.failure;
    const id = this.count++;
    return new Promise<Uint8Array>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      for (const worker of this.workers) worker.ref();
      const message: Task<T> = { id, task };
      this.workers[id % this.workers.length]!.postMessage(message);
    });
  }

  /** Ends the threads; tasks that wait are never done. */
  async close(): Promise<void> {
    this.fail(new PatinaError("interrupted", "The source of pictures was closed while some were still awaited."));
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private take(answer: Answer): void {
    const waiting = this.waiting.get(answer.id);
    if (waiting === undefined) return; // closed meanwhile
    this.waiting.delete(answer.id);
    if (this.waiting.size === 0) for (const worker of this.workers) worker.unref();
    if ("bytes" in answer) waiting.resolve(answer.bytes);
    else
      waiting.reject(
        answer.failure instanceof Error ? answer.failure : new PatinaError(answer.failure.code, answer.failure.message),
      );
  }

  private fail(error: Error): void {
    this.failure ??= fromThread(error);
    for (const { reject } of this.waiting.values()) reject(this.failure);
    this.waiting.clear();
  }
}
