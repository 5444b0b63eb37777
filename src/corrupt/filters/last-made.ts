/**
 * Keeps the tables made for the last few keys: those of a size and a severity serve thousands of pictures, and making
 * them costs more than using them. Bounded, since pictures of a folder may all differ in size.
 */
export function lastMade<Value>(capacity: number): (key: string, make: () => Value) => Value {
  const kept = new Map<string, Value>();
  return (key, make) => {
    const found = kept.get(key);
    if (found !== undefined) return found;
    if (kept.size === capacity) kept.delete(kept.keys().next().value!); // the oldest
    const made = make();
    kept.set(key, made);
    return made;
  };
}
