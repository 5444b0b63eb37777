/**
 * Scopes end the tensors that were made in them. The training step is one scope; what must outlive it is returned from
 * it or kept. Source: engine.md 3.2.
 */
import { PatinaError } from "../errors.ts";
import { native } from "./native.ts";

/** What owns a tensor: only its handle is needed here. */
interface Owned {
  readonly handle: number;
}

// Handles made in all open scopes, the innermost last. 0 where one was kept.
let handles = new Int32Array(1024);
let top = 0;

interface Scope {
  /** Where its handles begin. */
  readonly start: number;
  readonly around: Scope | undefined;
}
let innermost: Scope | undefined;

/** Notes a handle in the innermost scope. For the engine. */
export function track(handle: number): void {
  if (innermost === undefined) return;
  if (top === handles.length) {
    const larger = new Int32Array(handles.length * 2);
    larger.set(handles);
    handles = larger;
  }
  handles[top++] = handle;
}

/** Takes a handle out of the scopes: it was released or is kept. For the engine. */
export function forget(handle: number): void {
  if (top === 0) return; // outside of all scopes, a tensor's end costs nothing here
  const place = handles.subarray(0, top).lastIndexOf(handle);
  if (place < 0) return;
  if (place === top - 1 && place >= (innermost?.start ?? 0)) top--;
  else handles[place] = 0; // also the last one of a scope around: the innermost must not begin after the top
}

/**
 * Runs `body` and ends every tensor made in it, but those it returns: a tensor, or an array, plain object or Map of
 * such (one level deep). They belong to the scope around, or, outside of all scopes, to the caller.
 * @throws PatinaError `argument` where `body` is asynchronous: tensors of others would be ended meanwhile.
 */
export function scope<T>(body: () => T): T {
  const own = begin();
  let result: T | undefined;
  try {
    const given = body();
    if (isPromise(given))
      throw new PatinaError("argument", "scope: its body may not be asynchronous. Use openScope(), or await outside.");
    result = given; // a body that is refused keeps nothing
    return given;
  } finally {
    end(own, result);
  }
}

/** Takes the tensor out of all scopes: it lives until `dispose()`. Returns it. */
export function keep<T extends Owned>(tensor: T): T {
  forget(tensor.handle);
  return tensor;
}

/** A scope that is ended by hand, for bodies that wait: `using step = openScope()`. Scopes end in reverse order. */
export function openScope(): Disposable & { close(): void } {
  const own = begin();
  const close = () => {
    if (own === innermost) end(own, undefined);
    else if (isOpen(own))
      // otherwise it was closed before, or ended with the scope around it
      throw new PatinaError("argument", "openScope: a scope inside it is still open. Close that one first.");
  };
  return { close, [Symbol.dispose]: close };
}

/** Tensors that are alive, the most there ever were, and the bytes of those that own their memory. */
export function handleCounts(): { live: number; peak: number; bytes: number } {
  return native().handleCounts();
}

function begin(): Scope {
  innermost = { start: top, around: innermost };
  return innermost;
}

/** Ends a scope, and those inside it that were left open. */
function end({ start, around }: Scope, result: unknown): void {
  innermost = around;
  endTensors(start, result);
}

function isOpen(scope: Scope): boolean {
  for (let open = innermost; open !== undefined; open = open.around) if (open === scope) return true;
  return false;
}

function endTensors(start: number, result: unknown): void {
  if (top === start) return;
  const kept = new Set(handlesIn(result));
  const moved: number[] = [];
  if (kept.size > 0)
    for (let place = start; place < top; place++)
      if (kept.has(handles[place]!)) {
        moved.push(handles[place]!);
        handles[place] = 0;
      }
  native().releaseMany(handles, start, top); // those that ended before are no longer live, and left alone
  top = start;
  for (const handle of moved) track(handle);
}

function* handlesIn(result: unknown): Iterable<number> {
  if (isOwned(result)) yield result.handle;
  else if (Array.isArray(result) || result instanceof Set)
    for (const element of result) yield* isOwned(element) ? [element.handle] : [];
  else if (result instanceof Map)
    for (const element of result.values()) yield* isOwned(element) ? [element.handle] : [];
  else if (typeof result === "object" && result !== null && !ArrayBuffer.isView(result))
    for (const element of Object.values(result)) yield* isOwned(element) ? [element.handle] : [];
}

const isOwned = (value: unknown): value is Owned =>
  typeof value === "object" && value !== null && "handle" in value && typeof value.handle === "number";

const isPromise = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
