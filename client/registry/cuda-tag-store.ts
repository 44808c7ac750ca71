import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as vscode from "vscode";
import type { WireCudaTags } from "../../server/protocol.ts";

/** The newer CUDA tags that the user has fetched, kept in a file of the extension's own storage. */
export class CudaTagStore implements vscode.Disposable {
  readonly #path: string;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #tags: WireCudaTags | undefined;

  /** `storage` is the extension's global storage; a file there that cannot be read counts as none. */
  constructor(storage: vscode.Uri) {
    this.#path = vscode.Uri.joinPath(storage, "cuda-tags.json").fsPath;
    this.#tags = read(this.#path);
  }

  get tags(): WireCudaTags | undefined {
    return this.#tags;
  }

  /** Replaces what is kept, whole. */
  keep(tags: WireCudaTags): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    const temporary = `${this.#path}.${process.pid}.tmp`;
    writeFileSync(temporary, JSON.stringify(tags));
    renameSync(temporary, this.#path);
    this.#tags = tags;
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function read(path: string): WireCudaTags | undefined {
  try {
    const { registry, date, tags } = JSON.parse(readFileSync(path, "utf8"));
    const isTags = Array.isArray(tags) && tags.every((tag) => typeof tag === "string");
    return typeof registry === "string" && typeof date === "string" && isTags
      ? { registry, date, tags }
      : undefined;
  } catch {
    return undefined;
  }
}
