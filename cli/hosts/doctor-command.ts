import { diagnose } from "../../engine/connection/doctor/diagnose.ts";
import type { DoctorStep } from "../../engine/connection/doctor/doctor-step.ts";
import { type StepLook, stepText } from "../../engine/connection/doctor/step-text.ts";
import type { Host } from "../../engine/connection/host.ts";
import { whyKnown } from "../../engine/connection/list-hosts.ts";
import { resolveHost } from "../../engine/connection/resolve-host.ts";
import { printable } from "../../engine/progress/cells.ts";
import { exitCodeOf, exitCodes } from "../exit-codes.ts";
import { readFewOptions } from "../few-options.ts";
import { type Paint, painter, styles } from "../output/paint.ts";
import type { Terminal } from "../terminal.ts";
import { withConnections } from "../with-connections.ts";

const doctorHelp = `Usage: lab-images doctor [options]

Looks at each step on the way to a build on a host, and says what to do about the one that fails: whether the name
resolves, the port answers, the host key is known, the login works, Docker is there and may be used, has BuildKit
and space, which GPUs it has, and whether its clock is right.

Options:
  -H, --host <url>  The host: ssh://user@node, unix:///path, tcp://node:2376 or a docker context (default:
                    DOCKER_HOST, the current docker context, this machine)
      --json        Print JSON
  -h, --help        Show this help
  -v, --version     Show the version

Exit code: 0 all is well or only a warning, 1 a fault or no space left, 2 bad usage, 3 host unreachable,
4 not authorised, 130 cancelled.
`;

const options = {
  host: { type: "string", short: "H", example: "--host ssh://user@node" },
  json: { type: "boolean" },
} as const;

/** `lab-images doctor`: looks at a host, returns the exit code. */
export async function doctorCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFewOptions(args, options, doctorHelp, terminal);
  if (typeof given === "number") return given;
  const json = given.has("json");
  const paint = painter(terminal.colour);
  return withConnections(terminal, async (connections, connecting) => {
    const host = await resolveHost({ option: given.get("host") });
    const why = await whyKnown(host);
    if (!json)
      terminal.out(`${paint(styles.bold, printable(host.name))}  ${printable(`${host.url}, ${why}`)}\n`);
    const steps: DoctorStep[] = [];
    const ssh = { command: "ssh", configFile: undefined };
    for await (const step of diagnose(connections, host, { ...connecting, ssh })) {
      steps.push(step);
      if (!json) terminal.out(`${stepText(step, inTerminal(paint))}\n`);
    }
    if (json) terminal.out(`${JSON.stringify(jsonOf(host, why, steps), undefined, 2)}\n`);
    const failed = steps.find(({ state }) => state === "fail");
    return failed ? exitCodeOf(failed.cause ?? "fault") : exitCodes.fine;
  });
}

const colours = { ok: "32", warn: "33", fail: "31", skipped: styles.dim } as const;

/** The word says what the colour does. */
function inTerminal(paint: Paint): StepLook {
  return {
    state: (word, state) => paint(colours[state], word),
    text: printable,
    said: (line) => paint(styles.dim, printable(line)),
  };
}

function jsonOf({ name, url, source }: Host, why: string, steps: readonly DoctorStep[]): unknown {
  return { host: { name, url, source, why }, steps };
}
