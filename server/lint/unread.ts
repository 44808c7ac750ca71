import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import type { OtherInstruction } from "../../core/dockerfile/instruction.ts";
import {
  longestArgument,
  longestLine,
  longLines,
  mostInstructions,
  mostProgramsOfFile,
  mostProgramsOfRun,
  type UnreadReason,
} from "../../core/dockerfile/limits.ts";
import { largestLabFile } from "../../core/lab/files.ts";
import type { Finding } from "../rules/rule.ts";

/** The code of a finding about a part that was not read, and so not checked. */
export const unreadCode = "syntax/not-checked";

/** What is not read of a lab's file that is too large: `what` it is, and the `consequence` for the lab. */
export function tooLargeFindings(text: string, what: string, consequence: string): Finding[] {
  const bytes = Buffer.byteLength(text);
  if (bytes <= largestLabFile) return [];
  const end = Math.min(text.search(/[\r\n]|$/), 80);
  const size = (Math.ceil(bytes / 10_000) / 100).toFixed(2);
  const message = `This file has ${size} MB, and ${what} over 1 MB is not read where its lab is: ${consequence}. Make it smaller.`;
  return [{ code: unreadCode, severity: "error", span: { start: 0, end }, message }];
}

/** What of a Dockerfile was not checked, and why; not for a lab to switch off. */
export function unreadFindings(dockerfile: Dockerfile): Finding[] {
  return [...carriageReturns(dockerfile), ...tooDeep(dockerfile), ...tooLarge(dockerfile)];
}

/** A carriage return with no line feed behind it, in front of an instruction that it does not begin. */
const loneReturn =
  /\r(?=[ \t]*(?:ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|ONBUILD|RUN|SHELL|USER|VOLUME|WORKDIR)[ \t])/i;

function carriageReturns({ text }: Dockerfile): Finding[] {
  const at = text.search(loneReturn);
  if (at < 0) return [];
  const start = at + /^\r[ \t]*/.exec(text.slice(at))![0].length;
  const keyword = /^\w+/.exec(text.slice(start))![0];
  const span = { start, end: start + keyword.length };
  const message = `A carriage return alone ends no line for Docker: this ${keyword} is a part of the instruction in front of it, and so was not checked. Save the file with LF or CRLF line ends.`;
  return [{ code: unreadCode, severity: "error", span, message }];
}

/** A nest of so many levels takes as many characters. */
const leastOfDeep = 64;

function tooDeep({ instructions }: Dockerfile): Finding[] {
  return instructions.flatMap((each) =>
    each.kind === "RUN" && each.body.text.length > leastOfDeep && each.shell.tooDeep
      ? {
          code: unreadCode,
          span: each.keywordSpan,
          ...notChecked("Commands are nested too deep here; the innermost were not checked."),
        }
      : [],
  );
}

function tooLarge({ text, instructions }: Dockerfile): Finding[] {
  if (text.length <= longestLine / 3) return [];
  const lines = longLines(text, { start: 0, end: text.length });
  const findings = lines.map(
    (span): Finding => ({ code: unreadCode, severity: "error", span, message: longLine }),
  );
  const told = new Set<UnreadReason>();
  for (const instruction of instructions) {
    if (instruction.kind !== "OTHER" || !instruction.unread) continue;
    const { unread, span, keywordSpan } = instruction;
    if (lines.some(({ start, end }) => start < span.end && end > span.start)) continue;
    // What holds for all that follows is said once.
    if (unread.endsWith("above") && told.has(unread)) continue;
    told.add(unread);
    findings.push({ code: unreadCode, span: keywordSpan, ...reportOf(unread, instruction) });
  }
  return findings;
}

const longLine = `This line has more than ${counted(longestLine)} bytes, which Docker does not read: it refuses the file. Break the line; it was not checked.`;

function reportOf(
  unread: UnreadReason,
  { keyword }: OtherInstruction,
): Pick<Finding, "severity" | "message"> {
  switch (unread) {
    case "too long":
      if (keyword === "RUN")
        return {
          severity: "error",
          message: `This command has more than ${counted(longestArgument)} bytes, which Linux does not hand to a shell: the build fails here. Copy it as a script and run that; it was not checked.`,
        };
      return notChecked(
        `This instruction has more than ${counted(longestArgument)} characters; it was not checked.`,
      );
    case "too many programs":
      return notChecked(
        `This command starts more than ${counted(mostProgramsOfRun)} programs; it was not checked. Copy it as a script and run that.`,
      );
    case "too many programs above":
      return notChecked(
        `The RUNs above start more than ${counted(mostProgramsOfFile)} programs; the RUNs from here on were not checked.`,
      );
    case "too many instructions above":
      return notChecked(
        `Only the first ${counted(mostInstructions)} instructions of a file are checked; nothing from here on was.`,
      );
  }
}

function notChecked(message: string): Pick<Finding, "severity" | "message"> {
  return { severity: "info", message };
}

function counted(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
