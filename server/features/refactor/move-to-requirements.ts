import { relative, sep } from "node:path";
import { pipCall } from "../../../core/commands/pip.ts";
import type { BuildContext } from "../../../core/context/build-context.ts";
import { IgnoreFile } from "../../../core/context/ignore-file.ts";
import { pipTarget } from "../../../core/cuda/compiled-packages.ts";
import { instructionAt } from "../../../core/dockerfile/instruction-at.ts";
import { appendRequirements, requirementsIn } from "../../fixes/append-requirements.ts";
import { removeWords } from "../../rules/layer/remove-words.ts";
import type { Refactor } from "./refactoring.ts";

/**
 * The packages of the pip install at the cursor in a `requirements.txt` beside the Dockerfile, which is copied in above.
 * Not where that file holds others: they would come into the image too.
 */
export const moveToRequirements: Refactor = function* ({ dockerfile, lab, selection }) {
  const { text, lineEnd, lines } = dockerfile;
  const at = selection.start;
  const run = instructionAt(dockerfile, at);
  if (run?.kind !== "RUN" || run.onbuild || run.form !== "shell" || run.heredocs.length > 0) return;
  const invocation = run.shell.invocations.findLast(({ span }) => span.start <= at && at <= span.end);
  const call = invocation && pipCall(invocation);
  if (call?.command !== "install" || call.open || call.options.some(({ name }) => name === "requirement"))
    return;
  const [first, ...others] = call.targets;
  const wanted = call.targets.flatMap(({ value }) =>
    value !== null && pipTarget(value).source === "index" ? value : [],
  );
  if (
    !invocation ||
    !first ||
    wanted.length < call.targets.length ||
    call.targets.some(({ substituted }) => substituted)
  )
    return;
  const file = lab.fileBeside?.("requirements.txt");
  const edit = appendRequirements(file, wanted);
  if (!edit || requirementsIn(edit.before ?? "").some((each) => !wanted.includes(each))) return;
  const removed = removeWords(dockerfile, invocation, others);
  if (!removed) return;
  const top = run.commentsAbove[0]?.span.start ?? run.span.start;
  const line = lines.lineStart(lines.lineAt(top));
  const source = pathInContext(edit.path, lab.context);
  if (source === undefined) return;
  const copy = `COPY ${source} /tmp/requirements.txt${lineEnd}`;
  yield {
    title: "Move the packages to requirements.txt",
    kind: "refactor.extract",
    edits: [
      {
        span: { start: line, end: line },
        newText: text.slice(line, top).trim() === "" ? copy : lineEnd + copy,
      },
      { span: first.span, newText: "-r /tmp/requirements.txt" },
      ...removed,
    ],
    otherFile: edit,
  };
};

/** How COPY names a file; undefined where the build is not sent it, or the name would have to be quoted. */
function pathInContext(path: string, context: BuildContext | undefined): string | undefined {
  if (!context) return "requirements.txt";
  const inside = relative(context.folder, path).split(sep).join("/");
  if (/^\.\.?\/|^\/|[^\w./@+-]/.test(inside)) return undefined;
  return new IgnoreFile(context.ignoreFile.text ?? "").decide(inside).ignored ? undefined : inside;
}
