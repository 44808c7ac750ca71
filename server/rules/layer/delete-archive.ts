import { posix } from "node:path";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import { appendCommands } from "../../fixes/append-commands.ts";
import { endsScript } from "../../fixes/ends-script.ts";
import { insertCommandBehind, runsAlways } from "../../fixes/insert-behind.ts";
import type { Edit } from "../rule.ts";
import { isNameless } from "./directories.ts";
import type { FileHistory, FileLife, Unpacking } from "./file-history.ts";

/**
 * Deletes an archive at the end of the RUN that fetches and unpacks it, or directly behind the command that unpacks it
 * where the RUN's end is not sure to be reached with it. Undefined where something later needs the archive, an earlier
 * layer has one at its place, or its path cannot be written there.
 */
export function deleteArchive(
  dockerfile: Dockerfile,
  history: FileHistory,
  life: FileLife,
): Edit | undefined {
  const { file, unpacked, layer } = life;
  const run = file.instruction;
  if (run.kind !== "RUN" || !file.invocation || !unpacked || unpacked.run !== run || file.path === null)
    return undefined;
  if (history.usedBehind(posix.basename(file.path), layer)) return undefined;
  // It would delete that one too, too late.
  if (history.broughtBefore(file.path, layer)) return undefined;
  const { main, invocations } = run.shell;
  if (invocations.some(endsScript)) return undefined;
  const sudo = [file.invocation, unpacked.invocation].some(({ through }) => through.includes("sudo"));
  const rm = sudo ? "sudo rm" : "rm";
  const atEnd =
    main &&
    [file.invocation, unpacked.invocation].every((each) => runsAlways(main, each) && !isExcused(each));
  const path = atEnd ? pathFrom(history.directories.atEnd(run), unpacked) : undefined;
  const appended = path && appendCommands(dockerfile, run, [`${rm} ${path}`]);
  if (appended) return appended;
  const name = posix.basename(file.path);
  const rest = invocations.slice(invocations.indexOf(unpacked.invocation) + 1);
  if (rest.some(({ args }) => args.some(({ value, suffix }) => (value ?? suffix).includes(name))))
    return undefined;
  const own = pathFrom(unpacked.directory, unpacked);
  return own === undefined ? undefined : insertCommandBehind(unpacked.invocation, `${rm} ${own}`);
}

/** Whether a failure of the command, or of its list, is passed over with `||`: then there may be nothing to delete. */
function isExcused({ node, script }: Invocation): boolean {
  const command = script.tree.commands.find(
    ({ pos, end }) => node && pos <= node.pos && node.end <= end,
  )?.command;
  return command?.type === "AndOr" && command.operators.includes("||");
}

/** The archive's path as it is written where it is unpacked, from another directory. */
function pathFrom(
  directory: string | null,
  { invocation, word, directory: own }: Unpacking,
): string | undefined {
  const { node, script } = invocation;
  const text = script.source.text.slice(word.written.pos, word.written.end);
  // The option's own word, or a pattern.
  if (!node || word.value === null || /^-|[*?[\s`]|\$\(/.test(text)) return undefined;
  if (variablesIn(text).some((name) => isSetTwice(name, script.source.text))) return undefined;
  if (/^["']?[/~]|^"?\$\{?HOME/.test(text)) return text;
  if (word.value.startsWith("/")) return text;
  if (directory === null || own === null || isNameless(directory) !== isNameless(own)) return undefined;
  if (isNameless(own) && directory.split("/")[1] !== own.split("/")[1]) return undefined;
  const way = posix.relative(directory, own);
  return way === "" ? text : /^[\w./+-]+$/.test(way) ? `${way}/${text}` : undefined;
}

function variablesIn(text: string): string[] {
  return [...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((match) => match[1]!);
}

function isSetTwice(variable: string, script: string): boolean {
  return script.split(new RegExp(`(?:^|[\\s;&|(])${variable}=`)).length > 2;
}
