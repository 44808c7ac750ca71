import { toolCall } from "../../../core/commands/tool-call.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import { insertWords } from "../../fixes/insert-words.ts";
import { removeCommand } from "../../fixes/remove.ts";
import type { LateCleanupRemoval } from "../layer/late-cleanups.ts";
import type { Edit, RuleReport } from "../rule.ts";
import type { CacheLeftByTool } from "./caches-left.ts";

/** apk's package indexes along a file: who fetches them, and who needs them. */
export class ApkIndexes {
  readonly #dockerfile: Dockerfile;
  /** The last RUN with a command that reads an index which an earlier one has to have fetched. */
  readonly #lastReader: number;

  constructor(dockerfile: Dockerfile) {
    this.#dockerfile = dockerfile;
    this.#lastReader = dockerfile.instructions.findLastIndex(
      (each) => each.kind === "RUN" && each.shell.invocations.some(readsIndex),
    );
  }

  /** Reports the first call that leaves an index; `--no-cache` for each, which does without `apk update`. */
  report(run: RunInstruction, { calls }: CacheLeftByTool, lateRemoval: LateCleanupRemoval): RuleReport {
    const edits = this.#edits(run, calls);
    return {
      span: calls[0].span,
      message:
        "apk leaves the repositories' indexes in this layer; write `apk add --no-cache`, which needs no `apk update`.",
      ...(edits && {
        fixes: [
          {
            title: "Use apk add --no-cache",
            automatic: true,
            edits: [...edits, ...lateRemoval(new Set([run]), new Set(["apk"]))],
          },
        ],
      }),
    };
  }

  #edits(run: RunInstruction, calls: CacheLeftByTool["calls"]): Edit[] | undefined {
    const edits: Edit[] = [];
    for (const { command, commandWord, invocation } of calls) {
      if (command === "update") {
        // A script, or a later RUN, may still read what it fetches.
        if (this.#lastReader > run.index) return undefined;
        const removed = removeCommand(this.#dockerfile, run, invocation);
        if (!removed) return undefined;
        edits.push(removed);
      } else {
        if (commandWord.substituted && invocation.script.depth > 0) return undefined;
        const inserted = insertWords(invocation, commandWord, ["--no-cache"]);
        if (!inserted) return undefined;
        edits.push(inserted);
      }
    }
    return edits;
  }
}

function readsIndex(invocation: Invocation): boolean {
  if (invocation.name !== "apk") return false;
  const { words, options } = toolCall(invocation);
  const command = words[0]?.value ?? "add";
  return (
    /^(add|upgrade|fix|search|policy|list|info|fetch|version)$/.test(command) && !options.has("--no-cache")
  );
}
