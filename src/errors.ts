/**
 * The one error class of Patina. A message answers: what happened, where, what to do.
 *
 * The code is stable: programs may branch on it, and the command line maps it to its exit status.
 */
export type ErrorCode =
  /** The command line was mistyped. */
  | "usage"
  /** An experiment does not follow its schema, or contradicts itself. */
  | "experiment"
  /** A name (of an augmentation, a model, a data set, ...) that no registry knows. */
  | "unknown-name"
  /** A function was called with something it cannot take. */
  | "argument"
  /** A tensor was used after its end, or belongs to nobody. */
  | "handle"
  /** libtorch refused an operation. */
  | "torch"
  /** libtorch or the addon is not there, or does not fit. */
  | "libtorch-missing"
  /** A file or folder that is needed is not there. */
  | "file-missing"
  /** A file of the right kind that is truncated, altered or inconsistent. */
  | "file-damaged"
  /** A file of another kind than expected. */
  | "file-foreign"
  /** A file that asks for what no honest file needs: code, absurd sizes, paths outside its folder. */
  | "file-hostile"
  /** Something would be overwritten. */
  | "file-exists"
  /** The operating system refused: disk full, no permission. */
  | "file-system"
  /** Pictures that cannot be decoded, or have the wrong shape. */
  | "picture"
  /** A data set that is missing or does not fit. */
  | "data"
  /** A download failed. */
  | "network"
  /** A run's folder that cannot be used as asked. */
  | "run"
  /** Weights that do not fit the model: names, shapes, dtypes. */
  | "weights"
  /** The loss is no longer a finite number. */
  | "not-finite"
  /** Stopped by the user; resumable. */
  | "interrupted";

export class PatinaError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "PatinaError";
    this.code = code;
  }
}

/** What the work refuses is said of the thing of that name: its name stands before the message. */
export function about<Result>(name: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof PatinaError)) throw cause;
    throw new PatinaError(cause.code, `${name}: ${cause.message}`, { cause });
  }
}

/** The error that ended a thread. On the way between threads it lost its class, not its name and code. */
export function fromThread(error: Error): Error {
  const isOurs = error.name === "PatinaError" && "code" in error;
  return isOurs ? new PatinaError(error.code as ErrorCode, error.message, { cause: error }) : error;
}

/** Exit status of the command line: 2 misuse, 130 interrupted and resumable, 1 everything else. */
export function exitStatus(code: ErrorCode): number {
  if (code === "usage" || code === "experiment" || code === "unknown-name") return 2;
  return code === "interrupted" ? 130 : 1;
}

/** The known name nearest to a mistyped one, or undefined where none is near (more than a third of the letters differ). */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.floor(Math.max(name.length, 3) / 3) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    // Names that have no letter in common are not near, however short.
    if (distance < bestDistance && distance < Math.min(name.length, candidate.length)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein's distance with swaps: letters to insert, delete, replace, or change places with the next. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swapped = isSwapped ? beforePrevious[column - 2]! + 1 : replaced;
      current.push(Math.min(replaced, swapped, previous[column]! + 1, current[column - 1]! + 1));
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length]!;
}
