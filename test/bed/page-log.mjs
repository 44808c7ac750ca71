import { format } from "node:util";

// The page sends VS Code's own log in the same stream as the suite's console output, with nothing to tell them
// apart by; these are the lines that it writes on every run.
const WORKBENCH =
  /^\[(AgentHost|RemoteAgentHost|ChatModelSelection|AccountPolicyGate|Service Worker|reconnection-grace-time|remote-connection)|^(Resolv(ing|ed) connection token|Creating a socket|Updating additional builtin|getaddrinfo \S+ open-vsx|Canceled: )/;

/** A stack in VS Code's own minified page; an error of the suite has the extension host's. */
const PAGE_STACK = /\n\s+at [^\n]*\/static\/out\/vs\/.*$/s;

/**
 * @param {string} type
 * @param {unknown[]} entry
 */
export function printPageLog(type, entry) {
  const text = format(...entry);
  const verbose = Boolean(process.env.LAB_IMAGES_BED_VERBOSE);
  if (!verbose && WORKBENCH.test(text)) {
    return;
  }
  const stream = type === "error" || type === "warn" ? process.stderr : process.stdout;
  stream.write(`${verbose ? text : text.replace(PAGE_STACK, "")}\n`);
}
