import { type AptCall, hasOption } from "../../../core/commands/apt.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { fits } from "../../fixes/append-commands.ts";
import { insertWords } from "../../fixes/insert-words.ts";
import type { Edit, ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { aptCalls } from "./apt-run.ts";

/** Commands of apt, and what apt-get calls them. */
const aptGetCommands: ReadonlyMap<string, string> = new Map([
  ...[
    ..."update upgrade install reinstall remove purge autoremove auto-remove autopurge dist-upgrade".split(
      " ",
    ),
    ..."build-dep satisfy source download clean autoclean auto-clean distclean dist-clean changelog".split(
      " ",
    ),
  ].map((name) => [name, name] as const),
  ["full-upgrade", "dist-upgrade"],
]);

/** apt is for a person at a terminal. */
export const preferAptGet: Rule = {
  code: "apt/prefer-apt-get",
  severity: "info",
  summary: "apt where a script should call apt-get.",
  why:
    "`apt` is made for a person at a terminal: it may change its options and its output with any release, and it " +
    "says so itself in every build log (`apt does not have a stable CLI interface`). `apt-get` is the same in " +
    "scripts and stays as it is.",
  examples: [
    {
      title: "apt in a RUN",
      bad: "FROM ubuntu:22.04\nRUN apt update && apt install -y ffmpeg libgl1\n",
      good: "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y ffmpeg libgl1\n",
      at: ["apt", "apt"],
    },
    {
      title: "a command that apt-get calls otherwise",
      bad: "FROM ubuntu:22.04\nRUN sudo apt update \\\n && sudo /usr/bin/apt -y full-upgrade\n",
      good: "FROM ubuntu:22.04\nRUN sudo apt-get update \\\n && sudo /usr/bin/apt-get -y dist-upgrade\n",
      at: ["apt", "/usr/bin/apt"],
    },
    {
      title: "upgrade, with what it newly depends on",
      bad: "FROM ubuntu:22.04\nRUN apt update && apt -y upgrade\n",
      good: "FROM ubuntu:22.04\nRUN apt-get update && apt-get -y upgrade --with-new-pkgs\n",
      at: ["apt", "apt"],
    },
    {
      title: "exec form",
      bad: 'FROM ubuntu:22.04\nRUN ["apt", "install", "-y", "python3"]\n',
      good: 'FROM ubuntu:22.04\nRUN ["apt-get", "install", "-y", "python3"]\n',
      at: ['"apt"'],
    },
  ],
  fine: [
    "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y git\n",
    "FROM ubuntu:22.04\nRUN apt list --installed > /packages.txt && apt --version && apt search cudnn\n",
    'FROM ubuntu:22.04\nRUN echo "apt install git" > /etc/motd && ls /etc/apt\n',
  ],
  *check({ dockerfile, facts }: ImageUnderCheck): Iterable<RuleReport> {
    for (const { call } of facts.get(aptCalls)) {
      const command = call.tool === "apt" ? aptGetCommands.get(call.command ?? "") : undefined;
      if (!command) continue;
      const option = optionOf(call);
      const edits = replacement(dockerfile, call, command, option);
      yield {
        span: call.invocation.word.span,
        message:
          "apt is for a person at a terminal: its options and output may change with any release, and it warns of " +
          `that in the build log. Write apt-get ${command}${option ? ` ${option}` : ""}.`,
        ...(edits ? { fixes: [{ title: "Write apt-get", automatic: true, edits }] } : {}),
      };
    }
  },
};

/** What apt does by itself and apt-get only when told: `apt upgrade` installs what an upgrade newly depends on. */
function optionOf(call: AptCall): string | undefined {
  const decided =
    hasOption(call, "with-new-pkgs") ||
    hasOption(call, "without-new-pkgs") ||
    call.settings.has("apt::get::upgrade-allow-new");
  return call.command === "upgrade" && !decided ? "--with-new-pkgs" : undefined;
}

/** The edits that make an `apt` an `apt-get`; undefined where the words are not written there. */
function replacement(
  dockerfile: Dockerfile,
  call: AptCall,
  command: string,
  option: string | undefined,
): Edit[] | undefined {
  const { invocation, commandWord } = call;
  const edits = [wordEdit(dockerfile, call, invocation.word, "apt", "apt-get")];
  if (commandWord && command !== call.command)
    edits.push(wordEdit(dockerfile, call, commandWord, call.command!, command));
  if (commandWord && option)
    edits.push(commandWord.substituted ? undefined : insertWords(invocation, commandWord, [option]));
  return edits.every((edit) => edit !== undefined) ? edits : undefined;
}

function wordEdit(
  dockerfile: Dockerfile,
  { invocation }: AptCall,
  { span, substituted }: AptCall["options"][number],
  from: string,
  to: string,
): Edit | undefined {
  const written = dockerfile.text.slice(span.start, span.end);
  const match = /(["']?)$/.exec(written)!;
  const end = span.end - match[1]!.length;
  const start = end - from.length;
  if (substituted || dockerfile.text.slice(start, end) !== from) return undefined;
  if (invocation.node && !fits(to, invocation.script)) return undefined;
  return { span: { start, end }, newText: to };
}
