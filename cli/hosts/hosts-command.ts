import type { Connections } from "../../engine/connection/connection.ts";
import { type KnownHost, listHosts } from "../../engine/connection/list-hosts.ts";
import { EngineFailure, type FailureDetails } from "../../engine/failure.ts";
import { printable } from "../../engine/progress/cells.ts";
import { exitCodes } from "../exit-codes.ts";
import { failureSentence } from "../failure-sentence.ts";
import { readFewOptions } from "../few-options.ts";
import { labHere, tellProblems } from "../lab-here.ts";
import { type Paint, painter, styles } from "../output/paint.ts";
import type { Terminal } from "../terminal.ts";
import { type CommandOptions, withConnections } from "../with-connections.ts";

const hostsHelp = `Usage: lab-images hosts [options]

Lists the hosts that your configuration names: DOCKER_HOST, docker contexts, the default socket, and the hosts of
your ssh configuration; and those that lab-images.json offers. The one marked * is where "lab-images build" builds when no --host is given; it is asked
whether it answers.

Options:
  -H, --host <url>  Say what --host <url> would choose
      --check       Ask all of them whether they answer; questions of ssh's are declined
      --json        Print JSON
  -h, --help        Show this help
  -v, --version     Show the version

Exit code: 0, 2 where a part of the configuration cannot be read (the rest is listed), 130 cancelled.
`;

const options = {
  host: { type: "string", short: "H", example: "--host ssh://user@node" },
  check: { type: "boolean" },
  json: { type: "boolean" },
} as const;

/** What a host said when it was asked; undefined for one that was not. */
type Answer = { readonly ok: true; readonly docker: string } | ({ readonly ok: false } & FailureDetails);

interface Row extends KnownHost {
  readonly answer: Answer | undefined;
}

/** `lab-images hosts`: lists hosts, returns the exit code. */
export async function hostsCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFewOptions(args, options, hostsHelp, terminal);
  if (typeof given === "number") return given;
  return withConnections(terminal, async (connections, connecting) => {
    const here = labHere();
    const manifest = here.lab.values.hosts ?? [];
    const listed = await listHosts({ option: given.get("host") }, { manifest });
    const { hosts } = listed;
    const problems = [...here.problems, ...listed.problems];
    const rows = await Promise.all(
      hosts.map(async (known): Promise<Row> => {
        if (!known.current && !given.has("check")) return { ...known, answer: undefined };
        // Questions of several hosts at once would be nobody's.
        const how = given.has("check") ? { signal: connecting.signal } : connecting;
        return { ...known, answer: await ask(connections, known, how) };
      }),
    );
    if (given.has("json")) terminal.out(`${JSON.stringify(jsonOf(rows, problems), undefined, 2)}\n`);
    else terminal.out(textOf(rows, painter(terminal.colour)));
    tellProblems(problems, terminal);
    return problems.length > 0 ? exitCodes.failed : exitCodes.fine;
  });
}

async function ask(connections: Connections, { host }: KnownHost, how: CommandOptions): Promise<Answer> {
  try {
    const connection = await connections.connect(host, how);
    const { Version } = await connection.docker.version();
    return { ok: true, docker: Version };
  } catch (error) {
    if (how.signal.aborted) throw error;
    if (error instanceof EngineFailure) return { ok: false, ...error.details };
    const said = error instanceof Error ? error.message : String(error);
    return { ok: false, cause: "fault", what: `the daemon at ${host.url} fails`, said };
  }
}

function textOf(rows: readonly Row[], paint: Paint): string {
  const names = rows.map(({ host }) => printable(host.name));
  const urls = rows.map(({ host }) => printable(host.url));
  const nameWidth = Math.max(...names.map((name) => name.length));
  const urlWidth = Math.max(...urls.map((url) => url.length));
  return rows
    .map(({ current, why, answer }, index) => {
      const name = names[index]!.padEnd(nameWidth);
      const line = `${current ? "*" : " "} ${current ? paint(styles.bold, name) : name}  ${urls[index]!.padEnd(urlWidth)}  ${printable(why)}`;
      if (!answer) return `${line}\n`;
      const said = answer.ok ? `answers: Docker ${printable(answer.docker)}` : failureSentence(answer);
      return `${line}\n${said.replace(/^/gm, "    ")}\n`;
    })
    .join("");
}

function jsonOf(rows: readonly Row[], problems: readonly string[]): unknown {
  return {
    hosts: rows.map(({ host: { name, url, source }, current, why, answer }) => ({
      name,
      url,
      source,
      current,
      why,
      ...(answer ? { answer } : {}),
    })),
    problems,
  };
}
