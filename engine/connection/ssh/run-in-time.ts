import type { RemoteOutput } from "../connection.ts";

/**
 * What a command gives, or code 255 as where ssh itself fails, where it takes longer than so many milliseconds: `nvidia-smi`
 * hangs where a GPU does, `df` where a server of files does, and the daemon beside them is well.
 *
 * @throws what ends `run`, also by `signal`
 */
export async function runInTime(
  run: (signal: AbortSignal) => Promise<RemoteOutput>,
  milliseconds: number,
  signal?: AbortSignal,
): Promise<RemoteOutput> {
  const deadline = AbortSignal.timeout(milliseconds);
  try {
    return await run(signal ? AbortSignal.any([deadline, signal]) : deadline);
  } catch (error) {
    if (deadline.aborted && !signal?.aborted) return { code: 255, stdout: "" };
    throw error;
  }
}
