import { DockerfileLanguageServiceFactory } from "dockerfile-language-service";
import type { CompletionItem } from "vscode-languageserver";

/** The instructions, as `dockerfile-language-service` words and documents them. */
export class InstructionItems {
  readonly #service = DockerfileLanguageServiceFactory.createLanguageService();

  constructor() {
    const completionItem = { snippetSupport: true, documentationFormat: ["markdown" as const] };
    this.#service.setCapabilities({ completion: { completionItem } });
  }

  /**
   * What a line that begins with `typed` may become. The service sees that line alone: of the file it needs to know only
   * whether a FROM stands above.
   */
  of(typed: string, line: number, hasFrom: boolean): CompletionItem[] {
    const above = hasFrom ? "FROM x\n" : "";
    const position = { line: hasFrom ? 1 : 0, character: typed.length };
    const items = this.#service.computeCompletionItems(above + typed, position);
    if (!Array.isArray(items)) return [];
    return items.map((item) => {
      const resolved = this.#service.resolveCompletionItem(item);
      const { textEdit } = resolved;
      if (!textEdit || !("range" in textEdit)) return resolved;
      const move = (character: number) => ({ line, character });
      const range = { start: move(textEdit.range.start.character), end: move(textEdit.range.end.character) };
      return { ...resolved, textEdit: { ...textEdit, range } };
    });
  }
}
