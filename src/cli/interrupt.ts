/** Ctrl-C and the signal that schedulers send: work is told to stop, and ends in order. */

/** Calls `stop` once; the second signal ends the process as it would have without us. Returns what takes it back. */
export function onInterrupt(stop: () => void): () => void {
  const signals = ["SIGINT", "SIGTERM"] as const;
  let isStopping = false;
  // It stays until work has ended: on a terminal log-update listens too, and ends the process where it listens alone.
  const heard = (signal: NodeJS.Signals) => {
    if (isStopping) {
      letGo();
      process.kill(process.pid, signal);
      return;
    }
    isStopping = true;
    stop();
  };
  const letGo = () => {
    for (const signal of signals) process.off(signal, heard);
  };
  for (const signal of signals) process.on(signal, heard);
  return letGo;
}
