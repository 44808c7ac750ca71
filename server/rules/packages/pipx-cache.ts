import { pipCall } from "../../../core/commands/pip.ts";
import { toolCall } from "../../../core/commands/tool-call.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import { insertWords } from "../../fixes/insert-words.ts";
import { cacheBelowHome, isMounted, isRemovedAfter } from "../cache-place.ts";
import { emptiesCache, RunEnvironment } from "../pip/pip-cache.ts";
import type { RuleReport } from "../rule.ts";

const commands = new Set([
  "install",
  "inject",
  "upgrade",
  "upgrade-all",
  "reinstall",
  "reinstall-all",
  "install-all",
]);
const withValue: ReadonlySet<string> = new Set([
  "--pip-args",
  "--python",
  "--suffix",
  "--index-url",
  "-i",
  "--spec",
]);
const usual = /(^|\/)\.cache(\/pip)?$|^~$|^\/root$|^\/home(\/[^/]+)?$|^\/$/;

/** The calls of pipx in a RUN after which pip's cache stays in the layer. */
export function* pipxReports(dockerfile: Dockerfile, run: RunInstruction): Iterable<RuleReport> {
  const { invocations } = run.shell;
  if (!invocations.some(({ name }) => name === "pipx")) return;
  const environment = new RunEnvironment(run);
  const emptied = invocations.findLastIndex((each) => {
    const call = pipCall(each);
    return call !== undefined && emptiesCache(call);
  });
  for (const [index, invocation] of invocations.entries()) {
    environment.follow(invocation);
    if (invocation.name !== "pipx" || index < emptied) continue;
    const { words, options, open } = toolCall(invocation, withValue);
    const [command, target] = words;
    if (!command?.value || !commands.has(command.value) || options.has("--help")) continue;
    // A package's name that a variable holds is no option.
    if (open && !(target && command.value === "install")) continue;
    const given = options.get("--pip-args");
    if (given === "" || given?.includes("--no-cache")) continue;
    const variable = environment.of(invocation);
    if (variable("PIP_NO_CACHE_DIR") !== undefined || variable("PIP_CONFIG_FILE") !== undefined) continue;
    const place = cacheBelowHome(variable, "PIP_CACHE_DIR", "pip", usual);
    if (isMounted(dockerfile, run, place) || isRemovedAfter(run, index, place)) continue;
    const safe = given === undefined && !command.substituted;
    const edit = safe ? insertWords(invocation, command, ["--pip-args=--no-cache-dir"]) : undefined;
    yield {
      span: { start: invocation.word.span.start, end: command.span.end },
      message: `pipx leaves what pip downloads in this layer, in pip's cache; write \`pipx ${command.value} --pip-args=--no-cache-dir\`.`,
      ...(edit && { fixes: [{ title: "Add --pip-args=--no-cache-dir", automatic: true, edits: [edit] }] }),
    };
  }
}
