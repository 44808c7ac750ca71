import { expect, test } from "vitest";
import type { TextDocumentEdit } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { CheckedDocuments } from "../../../server/checked-document.ts";
import { codeActions } from "../../../server/features/code-actions.ts";
import { Labs } from "../../../server/labs.ts";

const check = (document: TextDocument) => new CheckedDocuments(new Labs(() => undefined)).of(document);
const everywhere = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };

function open(name: string, text: string): TextDocument {
  const language = name === "Dockerfile" ? "dockerfile" : "shellscript";
  return TextDocument.create(`file:///nowhere/${name}`, language, 0, text);
}

function codes(name: string, text: string): string[] {
  return check(open(name, text)).findings.map(({ code }) => code);
}

/** The texts after each "Ignore …" that is offered, by its title. */
function ignored(name: string, text: string): Map<string, string> {
  const document = open(name, text);
  const context = { diagnostics: [], only: ["quickfix"] };
  const params = { textDocument: document, range: everywhere, context };
  const offered = new Map<string, string>();
  for (const { title, edit } of codeActions(document, check(document), params, false)) {
    const [own] = (edit?.documentChanges ?? []) as TextDocumentEdit[];
    if (title.startsWith("Ignore "))
      offered.set(title, TextDocument.applyEdits(document, own!.edits as never));
  }
  return offered;
}

test.each(["", ": known", " : known"])("a code joins those behind commas with blanks, before %j", (why) => {
  const comment = `# lab-images ignore=apt/no-install-recommends , apt/noninteractive`;
  const text = `FROM ubuntu:22.04\n${comment}${why}\nRUN apt-get update && apt-get install -y tzdata\n`;
  const after = ignored("Dockerfile", text).get("Ignore apt/clean-lists for this instruction")!;
  expect(after).toBe(text.replace(comment, `${comment},apt/clean-lists`));
  expect(codes("Dockerfile", after)).toEqual([]);
});

test("is not offered for what no comment can suppress", () => {
  const unused = "FROM ubuntu:22.04\n# lab-images ignore=apt/mirror\nRUN echo a\n";
  expect(codes("Dockerfile", unused)).toEqual(["suppression/unused"]);
  const unread = `FROM ubuntu:22.04\nRUN echo ${"a".repeat(200_000)}\n`;
  expect(codes("Dockerfile", unread)).toEqual(["syntax/not-checked"]);
  for (const text of [unused, unread]) expect([...ignored("Dockerfile", text).keys()]).toEqual([]);
});

test.each([
  "cd base; docker build -t $REGISTR/base:1 .",
  "if true; then\n  cd base\nfi; docker build -t $REGISTR/base:1 .",
  "cat <<EOF\nhi\nEOF\ndocker build -t $REGISTR/base:1 .",
])("in a script it covers every statement of the line: %j", (lines) => {
  const text = `#!/bin/bash\nset -e\nREGISTRY=ghcr.io/x\n${lines}\n`;
  const [after = ""] = ignored("build.sh", text).values();
  expect(codes("build.sh", text)).toContain("script/unset-variable");
  expect(codes("build.sh", after)).toEqual([]);
});
