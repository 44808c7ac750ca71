import { resolveDockerWord } from "../../../core/dockerfile/docker-word.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import {
  type CopyInstruction,
  type Instruction,
  lookupAt,
  type RunInstruction,
} from "../../../core/dockerfile/instruction.ts";
import type { Edit } from "../rule.ts";
import { Accounts } from "./accounts.ts";
import { type Copied, overlap } from "./copied.ts";
import type { PermissionCall } from "./permission-call.ts";
import { contains, type Place, shellPath } from "./place.ts";
import { removeWithoutComment, removeWords } from "./remove-words.ts";
import { ranBefore } from "./run-order.ts";
import type { StageFacts } from "./stage-facts.ts";

/** Directories that come with the base image, or may: more lies in them than what was copied. */
const ofTheBase =
  /^\/(bin|boot|data|dev|home|home\/[^/]+|lib|lib64|media|mnt|opt|opt\/(conda|nvidia|venv)(\/.*)?|proc|root|run|sbin|srv|sys|tmp|usr|usr\/local|usr\/(local\/)?(bin|lib|lib64|sbin|share|src|include|etc)|usr\/(local\/)?(lib|lib64|share|include)\/.*|var|var\/.*|etc|etc\/.*|workspace)?$/;

/**
 * Gives the COPYs that filled `path` the mode or owner, and takes the command away; where the directory itself was
 * there before, or COPY does not give it the mode, the command stays for that directory alone. Undefined where the
 * result would not be the same.
 */
export function copyWithPermissions(
  facts: StageFacts,
  run: RunInstruction,
  call: PermissionCall,
  path: string,
): Edit[] | undefined {
  const { dockerfile } = facts;
  const { invocation, setting, tool } = call;
  if (!setting || call.special || call.paths.length !== 1 || /[*?[{]/.test(path) || ofTheBase.test(path))
    return undefined;
  // Before the costlier look at everything that has run.
  if (tool === "chmod" ? modeFlag(call) === undefined : !owner.test(setting.value ?? "")) return undefined;
  const before = ranBefore(run);
  const filled = filledBy(facts, before, run, call, path);
  if (!filled) return undefined;
  const { copies, existed } = filled;
  const flag =
    tool === "chmod" ? modeFlag(call) : ownerFlag(dockerfile, call, run, copies, accountsFor(before, copies));
  if (flag === undefined) return undefined;
  const edits: Edit[] = [];
  for (const { copy } of copies) {
    const present = copy.flags.find(({ name }) => name === tool);
    if (present && present.value !== flag) return undefined;
    const at = copy.rest.toSource(0);
    if (!present) edits.push({ span: { start: at, end: at }, newText: `--${tool}=${flag} ` });
  }
  const onlyFile = copies.length === 1 && copies[0]!.files?.length === 1 && copies[0]!.files[0] === path;
  const directoryStays = tool === "chown" ? existed : !onlyFile && !/^0?755$/.test(flag);
  const removal = directoryStays
    ? withoutRecursion(dockerfile, call)
    : removeWithoutComment(dockerfile, run, invocation);
  if (!removal) return undefined;
  return [...edits, ...(Array.isArray(removal) ? removal : [removal])];
}

/** What filled `path`: COPYs of this stage, and nothing else that could have. */
function filledBy(
  { places, copies: allCopies, writes }: StageFacts,
  before: readonly Instruction[],
  run: RunInstruction,
  call: PermissionCall,
  path: string,
): { copies: Copied[]; existed: boolean } | undefined {
  const copies: Copied[] = [];
  let existed = false;
  for (const each of [...before, run]) {
    if (each.kind === "COPY" || each.kind === "ADD") {
      const copied = allCopies.by(each);
      if (copied.destination === null) return undefined;
      const lies = overlap(copied, path);
      if (!lies) continue;
      if (lies === "part" || each.stage !== run.stage || each.onbuild !== run.onbuild || !keepsFlags(each))
        return undefined;
      copies.push(copied);
    } else if (each.kind === "RUN") {
      const until = each === run ? call.invocation : undefined;
      if (writes.mayFill(each, path, until)) return undefined;
      if (writes.makes(each, path)) existed = existed || copies.length === 0;
      if (changedBefore(each, places.of(each), call, path)) return undefined;
    } else if (each.keyword === "WORKDIR") {
      const made = places.madeBy(each) ?? null;
      if (made === null || (made !== path && contains(path, made))) return undefined;
      if (made === path && copies.length === 0) existed = true;
    } else if (each.keyword === "VOLUME") return undefined;
  }
  return copies.length > 0 ? { copies, existed } : undefined;
}

/** Whether a command in front has set modes (or owners) there too: which of them counts would change. */
function changedBefore(run: RunInstruction, place: Place, call: PermissionCall, path: string): boolean {
  for (const invocation of run.shell.invocations) {
    if (invocation === call.invocation) return false;
    if (invocation.name !== call.tool) continue;
    const paths = invocation.args.map((word) => shellPath(invocation, word, place, place.workdir));
    if (invocation.args.some(({ value }) => value === null)) return true;
    if (paths.some((each) => each !== undefined && (contains(path, each) || contains(each, path))))
      return true;
  }
  return false;
}

/** ADD unpacks archives and fetches: its flags do not reach everything then. */
function keepsFlags({ kind, sources }: CopyInstruction): boolean {
  if (kind === "COPY") return true;
  return sources.every(
    ({ value }) =>
      value !== null && !/:\/\/|^git@|[*?[]|\.(tar|tgz|tbz2?|txz|gz|bz2|xz|zst|zip)(\.\w+)?$/.test(value),
  );
}

function accountsFor(before: readonly Instruction[], copies: readonly Copied[]): Accounts {
  const accounts = new Accounts();
  for (const each of before) {
    if (each === copies[0]?.copy) break;
    if (each.kind === "RUN") accounts.add(each);
  }
  return accounts;
}

/** `user`, `user:group`, in names or numbers. */
const owner = /^([\w-]+)(?::([\w-]+))?$/;

function modeFlag({ setting }: PermissionCall): string | undefined {
  const mode = setting?.substituted ? undefined : setting?.value;
  return mode && /^[0-7]{3,4}$/.test(mode) ? mode : undefined;
}

function ownerFlag(
  dockerfile: Dockerfile,
  { setting, invocation }: PermissionCall,
  run: RunInstruction,
  copies: readonly Copied[],
  accounts: Accounts,
): string | undefined {
  const match = owner.exec(setting?.value ?? "");
  if (!setting || !match) return undefined;
  const [value, user, group] = [match[0], match[1]!, match[2]];
  if (!isThere(user, accounts.users) || (group !== undefined && !isThere(group, accounts.groups)))
    return undefined;
  const named = !/^\d+(:\d+)?$/.test(value);
  if (named && copies.some(({ copy }) => copy.flags.some(({ name }) => name === "link"))) return undefined;
  // Without a group chown leaves the one that is there; COPY would take the group of the user's number.
  if (group === undefined && copies.some(({ copy }) => copy.from !== undefined)) return undefined;
  let text = value;
  if (setting.substituted) {
    if (!invocation.node) return undefined;
    text = invocation.script.source.text
      .slice(setting.written.pos, setting.written.end)
      .replace(/^"(.*)"$/, "$1");
    const same = (each: Instruction) => resolveDockerWord(text, dockerfile.escape, lookupAt(each)) === value;
    if (/[\s'"\\]/.test(text) || ![run, ...copies.map(({ copy }) => copy)].every(same)) return undefined;
  }
  return group === undefined ? `${text}:0` : text;
}

function isThere(name: string, names: ReadonlySet<string>): boolean {
  return /^\d+$/.test(name) || names.has(name);
}

function withoutRecursion(
  dockerfile: Dockerfile,
  { invocation, recursive }: PermissionCall,
): Edit[] | undefined {
  const text = recursive.value ?? "";
  if (recursive.substituted || !invocation.node) return undefined;
  if (text === "-R" || text.startsWith("--")) return removeWords(dockerfile, invocation, [recursive]);
  return [{ span: recursive.span, newText: text.replace("R", "") }];
}
