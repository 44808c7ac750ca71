import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";

/** Options of useradd, adduser, groupadd and addgroup that take the next word. */
const withValue = new Set(
  "-b -c -d -e -f -g -G -h -k -K -p -s -u --uid --gid --home --home-dir --shell --gecos --groups --group --ingroup --comment --password --skel --base-dir"
    .split(" ")
    .filter((option) => option !== "--group"),
);

/** The users and groups that some RUNs certainly make. */
export class Accounts {
  readonly users = new Set<string>(["root"]);
  readonly groups = new Set<string>(["root"]);

  /** Adds what `run` makes. */
  add(run: RunInstruction): void {
    for (const { name, args, context } of run.shell.invocations) {
      if (context.conditional || context.inFunction) continue;
      const user = name === "useradd" || name === "adduser";
      if (!user && name !== "groupadd" && name !== "addgroup") continue;
      const names: string[] = [];
      let ownGroup = true;
      for (let at = 0; at < args.length; at++) {
        const text = args[at]!.value ?? "";
        // With another first group, no group of the user's own name is made.
        if (/^(-g|-G|-N|--gid|--ingroup|--no-user-group)\b/.test(text))
          ownGroup &&= name === "useradd" && text === "-G";
        if (withValue.has(text)) at++;
        else if (text !== "" && !text.startsWith("-")) names.push(text);
      }
      const [made] = names;
      if (!made || names.length > 1) continue;
      if (user) this.users.add(made);
      if (!user || ownGroup) this.groups.add(made);
    }
  }
}
