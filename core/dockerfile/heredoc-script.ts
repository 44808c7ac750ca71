import type { HeredocSource } from "./heredoc.ts";
import { type MappedText, MappedTextBuilder } from "./mapped-text.ts";
import type { InstructionSource } from "./scan.ts";

/** The script that a lone `RUN <<EOF` runs: the here-document's lines, `\r` and what `<<-` strips left out. */
export function heredocScript(heredoc: HeredocSource, text: string): MappedText {
  const builder = new MappedTextBuilder();
  addLines(builder, heredoc, text);
  return builder.build(heredoc.body.start);
}

/** The script of `RUN command <<EOF`: its line, then the here-documents as a shell reads them. */
export function delimitedScript(source: InstructionSource & { rest: MappedText }, text: string): MappedText {
  const builder = new MappedTextBuilder();
  builder.addFrom(source.rest, 0, source.rest.text.length);
  let last = source.bodyEnd;
  for (const heredoc of source.heredocs) {
    builder.addDecoded("\n", last, last);
    addLines(builder, heredoc, text);
    const closing = heredoc.closing ?? { start: text.length, end: text.length };
    builder.add(heredoc.delimiter, closing.end - heredoc.delimiter.length);
    last = closing.end;
  }
  return builder.build(last);
}

function addLines(builder: MappedTextBuilder, heredoc: HeredocSource, text: string): void {
  let at = heredoc.body.start;
  while (at < heredoc.body.end) {
    const newline = text.indexOf("\n", at);
    const next = newline < 0 || newline >= heredoc.body.end ? heredoc.body.end : newline + 1;
    let start = at;
    if (heredoc.stripTabs) while (text[start] === "\t") start++;
    const line = text.slice(start, next);
    if (line.endsWith("\r\n")) {
      builder.add(line.slice(0, -2), start);
      builder.add("\n", next - 1);
    } else builder.add(line, start);
    at = next;
  }
}
