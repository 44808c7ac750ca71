/** What a builder wrote down of an instruction, read. */
export interface RecordedInstruction {
  /** `RUN`; undefined where the words are no Dockerfile's: an import, a builder of another kind. */
  readonly keyword: string | undefined;
  /** What follows the keyword, variables replaced as the builder replaced them; of a RUN the command alone. */
  readonly words: string;
}

const defaultShell = "/bin/sh -c";
const buildkitMark = "# buildkit";
const written =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)(?:\s+|$)/;
const noOperation = /^#\(nop\)\s*/;
/** `/bin/bash -o pipefail -c`, `/bin/sh -lc`. */
const knownShell = /(?:\/[^\s/]+)*\/(?:ba|da|a|z|k)?sh(?: [-+]\w+(?: pipefail)?)*? -\w*c /;
const shellAtStart = new RegExp(`^${knownShell.source}`);
const shellBehindBlank = new RegExp(` ${knownShell.source}`);
const argumentCount = /^\|(\d+) /;
const argument = /^[A-Za-z_]\w*=/;
/** The digest of what the classic builder copied. */
const longDigest = /\b((?:file|dir|multi):[0-9a-f]{12})[0-9a-f]{52}\b/g;
const opensHeredoc = /(?:^|\s)<<(?:-?["']?\w|[ \t]+["']?[A-Za-z_])/;

/**
 * The instructions of an image's history (`CreatedBy`, the oldest first), each undefined where nothing was written down.
 * Builders differ in how they write:
 *
 * - BuildKit: `RUN |1 A=b /bin/sh -c make # buildkit`, `COPY a /b # buildkit`, the text of a here-document in place of the
 *   command (`commitToHistory` in moby/buildkit `frontend/dockerfile/dockerfile2llb/convert.go`);
 * - the classic builder and buildah: `|1 A=b /bin/sh -c make`, `/bin/sh -c #(nop) COPY file:1f… in /b ` (moby/moby
 *   `builder/dockerfile`), the plain command of a RUN in exec form;
 * - kaniko: as the Dockerfile has it;
 * - `docker import` nothing, `docker commit`, jib, ko and others words of their own, which are left as they are.
 */
export function recordedInstructions(
  history: readonly string[],
): readonly (RecordedInstruction | undefined)[] {
  let shell = defaultShell;
  return history.map((createdBy) => {
    const instruction = readRecorded(createdBy, shell);
    if (instruction?.keyword === "SHELL") shell = shellOf(instruction.words) ?? shell;
    return instruction;
  });
}

/** As a Dockerfile would have it: a command of several lines as a here-document. */
export function instructionText({ keyword, words }: RecordedInstruction): string {
  if (keyword === undefined) return words;
  if (keyword === "RUN" && words.includes("\n") && !opensHeredoc.test(words.slice(0, words.indexOf("\n"))))
    return `RUN <<EOF\n${words}\nEOF`;
  return `${keyword} ${words.replace(longDigest, "$1")}`.trimEnd();
}

/** A command without the shell that a RUN hands it to, and without the build arguments in front of that. */
export function withoutShell(text: string, shell: string = defaultShell): string {
  const args = argumentCount.exec(text);
  if (!args)
    return text.startsWith(`${shell} `) ? text.slice(shell.length + 1) : text.replace(shellAtStart, "");
  // The arguments' values may hold blanks: the shell tells where they end.
  const at = text.indexOf(` ${shell} `);
  if (at >= 0) return text.slice(at + shell.length + 2);
  const known = shellBehindBlank.exec(text);
  if (known) return text.slice(known.index + known[0].length);
  let left = Number(args[1]);
  const words = text.slice(args[0].length).split(" ");
  const last = words.findIndex((word) => argument.test(word) && --left === 0);
  return words.slice(last + 1).join(" ");
}

function readRecorded(createdBy: string, shell: string): RecordedInstruction | undefined {
  const whole = createdBy.trim();
  const isMarked = whole.endsWith(buildkitMark) && /\s/.test(whole.at(-buildkitMark.length - 1) ?? "");
  const text = isMarked ? whole.slice(0, -buildkitMark.length).trimEnd() : whole;
  if (text === "") return undefined;
  const match = written.exec(text);
  if (match) {
    const [start, keyword] = match;
    const words = text.slice(start.length);
    return { keyword, words: keyword === "RUN" ? withoutShell(words, shell).trim() : words };
  }
  const command = withoutShell(text, shell).trim();
  if (command === text) return { keyword: undefined, words: text };
  return noOperation.test(command)
    ? readRecorded(command.replace(noOperation, ""), shell)
    : { keyword: "RUN", words: command };
}

/** What `SHELL` sets, its words joined: builders write `[/bin/bash -c]`, kaniko `["/bin/bash", "-c"]`. */
function shellOf(words: string): string | undefined {
  if (words.startsWith('["')) {
    try {
      return (JSON.parse(words) as string[]).join(" ");
    } catch {
      return undefined;
    }
  }
  return /^\[(.+)\]$/s.exec(words)?.[1];
}
