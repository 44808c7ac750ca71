import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import { instructionAt } from "../../../core/dockerfile/instruction-at.ts";
import { isList, joinRuns, plainScript, reliesOn } from "../../rules/layer/join-runs.ts";
import type { Edit } from "../../rules/rule.ts";
import type { Refactor } from "./refactoring.ts";

/** One RUN of the selected ones, or of the one at the cursor and the next. */
export const joinSelectedRuns: Refactor = function* ({ dockerfile, selection }) {
  const touched = dockerfile.instructions.filter(
    ({ span }) => span.start <= selection.end && span.end >= selection.start,
  );
  const [only] = touched;
  const next = touched.length === 1 && only ? dockerfile.instructions[only.index + 1] : undefined;
  const chosen = next ? [...touched, next] : touched;
  const runs = chosen.filter((each): each is RunInstruction => each.kind === "RUN");
  if (runs.length < 2 || runs.length < chosen.length) return;
  const edits: Edit[] = [];
  for (const [index, second] of runs.slice(1).entries()) {
    const edit = joinRuns(dockerfile, runs[index]!, second);
    if (!edit) return;
    edits.push(edit);
  }
  const title = next ? "Join with the next RUN" : `Join these ${runs.length} RUNs`;
  yield { title, kind: "refactor.inline", edits };
};

/** Two RUNs, the second from the command at the cursor on. */
export const splitRun: Refactor = function* ({ dockerfile, selection }) {
  const { text, lineEnd } = dockerfile;
  const at = selection.start;
  const run = instructionAt(dockerfile, at);
  const script = run?.kind === "RUN" && !run.onbuild && run.flags.length === 0 ? plainScript(run) : undefined;
  const list = script?.tree.commands[0]?.command;
  if (run?.kind !== "RUN" || !script || list?.type !== "AndOr" || !isList(script)) return;
  const index = list.commands.findLastIndex(({ pos }) => script.source.toSource(pos) <= at);
  const [before, behind] = [list.commands[index - 1], list.commands[index]];
  if (!before || !behind) return;
  const start = script.source.toSourceEnd(before.end);
  const end = script.source.toSource(behind.pos);
  const earlier = run.shell.invocations.filter(({ span }) => span.start < start);
  if (reliesOn(earlier, script.source.text.slice(0, before.end), script.source.text.slice(behind.pos)))
    return;
  const comments = text.slice(start, end).match(/^[ \t]*#.*$/gm) ?? [];
  const lines = ["", ...comments.map((comment) => comment.trim()), "RUN "];
  yield {
    title: "Split the RUN here",
    kind: "refactor.extract",
    edits: [{ span: { start, end }, newText: lines.join(lineEnd) }],
  };
};
