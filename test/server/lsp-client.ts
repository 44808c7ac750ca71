import { type ChildProcess, spawn } from "node:child_process";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";

/** A language server as a child process, spoken to over stdio as any editor does. */
export class LspClient {
  readonly connection: MessageConnection;
  readonly #process: ChildProcess;
  readonly exited: Promise<number | null>;

  private constructor(process: ChildProcess) {
    this.#process = process;
    this.exited = new Promise((resolve) => process.once("exit", (code) => resolve(code)));
    this.connection = createMessageConnection(
      new StreamMessageReader(process.stdout!),
      new StreamMessageWriter(process.stdin!),
    );
    this.connection.listen();
  }

  /** Starts `node module --stdio` and initializes it for the workspace folder `rootUri`. */
  static async start(
    module: string,
    rootUri: string | null,
    capabilities: object = pullCapabilities,
    initializationOptions: object = {},
  ): Promise<LspClient> {
    const client = new LspClient(
      spawn(process.execPath, [module, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] }),
    );
    await client.connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri,
      workspaceFolders: rootUri === null ? null : [{ uri: rootUri, name: "lab" }],
      capabilities,
      initializationOptions,
    });
    await client.connection.sendNotification("initialized", {});
    return client;
  }

  open(uri: string, text: string, version = 1, languageId = "dockerfile"): Promise<void> {
    const textDocument = { uri, languageId, version, text };
    return this.connection.sendNotification("textDocument/didOpen", { textDocument });
  }

  /** Replaces the whole text. */
  change(uri: string, version: number, text: string): Promise<void> {
    return this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version },
      contentChanges: [{ text }],
    });
  }

  close(uri: string): Promise<void> {
    return this.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  }

  diagnostics(uri: string, previousResultId?: string): Promise<DiagnosticReport> {
    return this.connection.sendRequest("textDocument/diagnostic", {
      textDocument: { uri },
      previousResultId,
    });
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** Shuts it down as the protocol asks; resolves with its exit code. */
  async stop(): Promise<number | null> {
    await this.connection.sendRequest("shutdown");
    await this.connection.sendNotification("exit");
    const code = await this.exited;
    this.connection.dispose();
    return code;
  }
}

export const pullCapabilities = {
  textDocument: {
    diagnostic: {},
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } },
  },
  workspace: { workspaceEdit: { documentChanges: true } },
};

export interface Diagnostic {
  readonly range: { readonly start: Position; readonly end: Position };
  readonly severity: number;
  readonly code: string;
  readonly source: string;
  readonly message: string;
  readonly codeDescription?: { readonly href: string };
}

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface DiagnosticReport {
  readonly kind: "full" | "unchanged";
  readonly resultId?: string;
  readonly items: readonly Diagnostic[];
}
