const HEARTBEAT_MS = 30_000;

/** @param {string} text */
export function say(text) {
  process.stderr.write(`[bed] ${text}\n`);
}

/** @param {number} since milliseconds of `performance.now()` */
function elapsed(since) {
  const seconds = (performance.now() - since) / 1000;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
}

/**
 * Does one step of work and says how long it took; a long step says now and then that it lives.
 *
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const start = performance.now();
  say(`${title} …`);
  const heartbeat = setInterval(() => say(`${title} … ${elapsed(start)}`), HEARTBEAT_MS);
  try {
    const result = await work();
    say(`${title}: done in ${elapsed(start)}`);
    return result;
  } catch (error) {
    say(`${title}: failed after ${elapsed(start)}`);
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
}
