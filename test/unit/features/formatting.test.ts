import { expect, test } from "vitest";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { formattingEdits } from "../../../server/features/formatting.ts";
import { applyEdits } from "../../../server/lint/edits.ts";

function formatted(text: string, lines?: [number, number]): string {
  const dockerfile = parseDockerfile(text);
  const range = lines && {
    start: { line: lines[0], character: 0 },
    end: { line: lines[1], character: 0 },
  };
  const edits = formattingEdits(dockerfile, { tabSize: 4, insertSpaces: true }, range);
  const offsetAt = dockerfile.lines.offsetAt.bind(dockerfile.lines);
  return applyEdits(
    text,
    edits.map(({ range: { start, end }, newText }) => ({
      span: { start: offsetAt(start), end: offsetAt(end) },
      newText,
    })),
  );
}

test("formatting takes the indent of instructions away", () => {
  expect(formatted("FROM a\n  RUN ls\n  ENV A=b\n")).toBe("FROM a\nRUN ls\nENV A=b\n");
});

test.each(["<<EOF", "<< EOF", "<<'EOF'", '<< "EOF"', "0<<EOF", "<<-EOF"])(
  "and leaves the lines of a here-document alone that %s opens",
  (opening) => {
    const heredoc = (indent: string) =>
      `FROM a\n${indent}RUN cat ${opening} > /x.yaml\n  key:\n    a: 1\n\n  # b\nEOF\n${indent}RUN ls\n`;
    expect(formatted(heredoc("  "))).toBe(heredoc(""));
    expect(formatted(heredoc("  "), [1, 4])).toBe(heredoc("").replace("\nRUN ls", "\n  RUN ls"));
  },
);

test("also behind a test in brackets, and while the last line is not there yet", () => {
  const open = "FROM a\nRUN [ -d /b ] || cat << EOF > /x\n  key:\n    a: 1\n";
  expect(formatted(open)).toBe(open);
});
