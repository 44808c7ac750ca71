import type { Connection } from "../connection/connection.ts";
import { daemonAnswer } from "../images/daemon-answer.ts";

/** An image's own steps use several processors already, and a compiler of CUDA code some GB. */
const processorsEach = 4;
const bytesEach = 8e9;
const most = 4;

/**
 * How many images a host has room to build at a time: one for every 4 processors and 8 GB of memory, at least one and at
 * most four.
 *
 * @throws {EngineFailure}
 */
export async function buildRoom(connection: Connection): Promise<number> {
  const { NCPU, MemTotal } = await daemonAnswer(
    connection,
    `cannot ask ${connection.host.name} how large it is`,
    // The types have the answer as anything.
    (): Promise<{ NCPU?: number; MemTotal?: number }> => connection.docker.info(),
  );
  return roomFor(NCPU ?? 0, MemTotal ?? 0);
}

/** @param memory bytes */
export function roomFor(processors: number, memory: number): number {
  const room = Math.min(processors / processorsEach, memory / bytesEach, most);
  return Math.max(1, Math.floor(room));
}
