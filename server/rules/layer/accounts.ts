import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";

const longWithValue = new Set(
  "--uid --gid --home --home-dir --shell --gecos --groups --ingroup --comment --password --skel --base-dir".split(
    " ",
  ),
);

/** The users and groups that some RUNs certainly make. */
export class Accounts {
  readonly users = new Set<string>(["root"]);
  readonly groups = new Set<string>(["root"]);

  /** Adds what `run` makes. */
  add(run: RunInstruction): void {
    for (const invocation of run.shell.invocations) {
      const { name, context } = invocation;
      const user = name === "useradd" || name === "adduser";
      if (context.conditional || context.inFunction) continue;
      if (!user && name !== "groupadd" && name !== "addgroup") continue;
      const { names, ownGroup } = read(invocation);
      const [made] = names;
      // `adduser ann video` adds one to the other.
      if (made === undefined || names.length > 1) continue;
      if (user) this.users.add(made);
      if (!user || ownGroup) this.groups.add(made);
    }
  }
}

/** The names that the command is given, and whether a user gets a group of that name. */
function read({ name, args }: Invocation): { names: string[]; ownGroup: boolean } {
  const shortWithValue = name === "useradd" || name === "groupadd" ? "bcdefgGkKpsu" : "hgsGuk";
  const names: string[] = [];
  let ownGroup = true;
  for (let at = 0; at < args.length; at++) {
    const text = args[at]!.value ?? args[at]!.prefix;
    if (!text.startsWith("-")) {
      names.push(text);
      continue;
    }
    const letters = /^-([A-Za-z]+)/.exec(text)?.[1] ?? "";
    if (longWithValue.has(text) || (letters !== "" && shortWithValue.includes(letters.at(-1)!))) at++;
    // Another first group, or for adduser's system users none of their own.
    if (/^--(gid|ingroup|no-user-group|system)/.test(text) && name !== "groupadd")
      ownGroup &&= text === "--system" && name === "useradd";
    if (name === "useradd" ? /[gN]/.test(letters) : /[GS]/.test(letters)) ownGroup = false;
  }
  return { names, ownGroup };
}
