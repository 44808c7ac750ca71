// A fake of Run:ai's command line: it reads its arguments as the real one does, says what the real one would refuse, and
// writes down what it understood. It submits nothing. Its tables are those of the documentation:
// v1: github.com/run-ai/docs, docs/Researcher/cli-reference/runai-submit.md
// v2: docs.nvidia.com/run-ai, "runai training submit" and "runai workspace submit"; github.com/run-ai/docs,
//     docs/Researcher/cli-reference/new-cli/runai_training_submit.md, runai_workspace_submit.md
// Both are programs of Go's cobra and pflag, whose rules of reading these are.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** @typedef {"string" | "list" | "flag" | "int" | "float"} Kind */

/** @type {Readonly<Record<string, Kind>>} */
const both = {
  attach: "flag",
  "allow-privilege-escalation": "flag",
  annotation: "list",
  "backoff-limit": "int",
  command: "flag",
  "create-home-dir": "flag",
  "extended-resource": "list",
  "existing-pvc": "list",
  "git-sync": "list",
  help: "flag",
  "host-ipc": "flag",
  "host-network": "flag",
  image: "string",
  "image-pull-policy": "string",
  label: "list",
  "large-shm": "flag",
  "new-pvc": "list",
  "node-type": "string",
  parallelism: "int",
  port: "list",
  preemptible: "flag",
  "preferred-pod-topology-key": "string",
  project: "string",
  "required-pod-topology-key": "string",
  "run-as-gid": "int",
  "run-as-uid": "int",
  "run-as-user": "flag",
  stdin: "flag",
  "supplemental-groups": "string",
  toleration: "list",
  tty: "flag",
  "working-dir": "string",
};

/** @type {Readonly<Record<"v1" | "v2", { flags: Readonly<Record<string, Kind>>, short: Readonly<Record<string, string>> }>>} */
const tables = {
  v1: {
    flags: {
      ...both,
      "add-capability": "list",
      completions: "int",
      cpu: "float",
      "cpu-limit": "float",
      environment: "list",
      gpu: "float",
      "gpu-memory": "string",
      interactive: "flag",
      "job-name-prefix": "string",
      jupyter: "flag",
      memory: "string",
      "memory-limit": "string",
      "mig-profile": "string",
      "mount-propagation": "flag",
      name: "string",
      "nfs-server": "string",
      "node-pools": "string",
      pvc: "list",
      s3: "string",
      "service-type": "string",
      template: "string",
      "ttl-after-finish": "string",
      volume: "list",
    },
    short: {
      a: "annotation",
      e: "environment",
      g: "gpu",
      h: "help",
      i: "image",
      l: "label",
      p: "project",
      s: "service-type",
      t: "tty",
      v: "volume",
    },
  },
  v2: {
    flags: {
      ...both,
      "auto-deletion-time-after-completion": "string",
      capability: "list",
      "configmap-map-volume": "list",
      "cpu-core-limit": "float",
      "cpu-core-request": "float",
      "cpu-memory-limit": "string",
      "cpu-memory-request": "string",
      environment: "list",
      "environment-variable": "list",
      "external-url": "list",
      "gpu-devices-request": "int",
      "gpu-memory-limit": "string",
      "gpu-memory-request": "string",
      "gpu-portion-limit": "float",
      "gpu-portion-request": "float",
      "gpu-request-type": "string",
      "host-path": "list",
      "name-prefix": "string",
      nfs: "list",
      "node-pools": "list",
      runs: "int",
      s3: "list",
      "secret-volume": "list",
      "termination-grace-period": "string",
      "user-group-source": "string",
    },
    short: {
      c: "command",
      e: "environment-variable",
      g: "gpu-devices-request",
      h: "help",
      i: "image",
      p: "project",
      t: "tty",
    },
  },
};

/**
 * What the fake understood.
 * @typedef {object} FakeSubmission
 * @property {readonly string[]} verbs `["training", "submit"]`
 * @property {string | undefined} name
 * @property {Readonly<Record<string, string | boolean | readonly string[]>>} flags by their long names
 * @property {readonly string[]} container what stands behind `--`
 */

/**
 * @param {"v1" | "v2"} version
 * @param {readonly string[]} args
 * @returns {FakeSubmission}
 */
export function understand(version, args) {
  const { flags, short } = tables[version];
  const words = [...args];
  const verbs = version === "v1" ? words.splice(0, 1) : words.splice(0, words[1] === "standard" ? 3 : 2);
  const isKnown =
    version === "v1"
      ? verbs[0] === "submit"
      : /^(training( standard)?|workspace) submit$/.test(verbs.join(" "));
  if (!isKnown) throw new Error(`unknown command "${verbs.join(" ")}" for "runai"`);
  /** @type {Record<string, string | boolean | string[]>} */
  const given = {};
  /** @type {string[]} */
  const names = [];
  /** @type {string[]} */
  let container = [];
  while (words.length > 0) {
    const word = words.shift() ?? "";
    if (word === "--") {
      container = words.splice(0);
    } else if (word.startsWith("-") && word !== "-") {
      const [, dashes = "", body = ""] = /^(--?)(.*)$/s.exec(word) ?? [];
      const [long, inline] = dashes === "--" ? halves(body) : shorthand(short, body);
      const kind = Object.hasOwn(flags, long) ? flags[long] : undefined;
      if (kind === undefined) throw new Error(`unknown flag: ${word}`);
      if (kind === "flag") given[long] = inline === undefined || inline === "true";
      else {
        const value = inline ?? words.shift();
        if (value === undefined) throw new Error(`flag needs an argument: ${word}`);
        put(given, long, kind, value);
      }
    } else names.push(word);
  }
  if (names.length > 1) throw new Error(`accepts 1 arg(s), received ${names.length}`);
  if (given.image === undefined) throw new Error('required flag(s) "image" not set');
  checkMounts(given);
  return { verbs, name: names[0], flags: given, container };
}

/** @param {string} body @returns {[string, string | undefined]} */
function halves(body) {
  const at = body.indexOf("=");
  return at < 0 ? [body, undefined] : [body.slice(0, at), body.slice(at + 1)];
}

/** @param {Readonly<Record<string, string>>} short @param {string} body @returns {[string, string | undefined]} */
function shorthand(short, body) {
  const rest = body.slice(1).replace(/^=/, "");
  return [short[body[0] ?? ""] ?? body, rest === "" ? undefined : rest];
}

/** @param {Record<string, string | boolean | string[]>} given @param {string} flag @param {Kind} kind @param {string} value */
function put(given, flag, kind, value) {
  const isRight = kind === "int" ? /^\d+$/ : kind === "float" ? /^\d+(\.\d+)?$/ : /^/;
  if (!isRight.test(value)) throw new Error(`invalid argument "${value}" for "--${flag}" flag`);
  if (kind !== "list") given[flag] = value;
  else given[flag] = [.../** @type {string[]} */ (given[flag] ?? []), value];
}

/** @param {Readonly<Record<string, string | boolean | readonly string[]>>} given */
function checkMounts(given) {
  /** @type {[string, RegExp][]} */
  const formats = [
    ["existing-pvc", /^claimname=[^,=]+,path=\/[^,]*$/],
    ["host-path", /^path=\/[^,]*,mount=\/[^,]*(,mount-propagation=(None|HostToContainer))?(,readwrite)?$/],
    ["volume", /^\/[^:]*:\/[^:]*(:(ro|rw)?)?(:[^:]+)?$/],
    ["environment", /^[A-Za-z_]\w*=/],
    ["environment-variable", /^[A-Za-z_]\w*=/],
  ];
  for (const [flag, format] of formats) {
    const values = /** @type {readonly string[]} */ (given[flag] ?? []);
    const wrong = values.find((value) => !format.test(value));
    if (wrong !== undefined) throw new Error(`invalid value "${wrong}" for "--${flag}"`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [version, record = "", ...args] = process.argv.slice(2);
  try {
    const understood = understand(version === "v2" ? "v2" : "v1", args);
    writeFileSync(record, JSON.stringify(understood));
    console.log(`Submitted ${understood.name ?? "a job"} (a fake of runai: nothing was)`);
  } catch (error) {
    console.error(`Error: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
