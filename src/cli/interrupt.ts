/** Ctrl-C and the signal that schedulers send: work is told to stop, and ends in order. */

/** Calls `stop` once; the second signal ends the process as it would have without us. Returns what takes it back. */
export function onInterrupt(stop: () => void): () => void {
  const signals = ["SIGINT", "SIGTERM"] as const;
  const letGo = () => {
    for (const signal of signals) process.off(signal, heard);
  };
  const heard = () => {
    letGo();
    stop();
  };
  for (const signal of signals) process.on(signal, heard);
  return letGo;
}
