import { spawn } from "node:child_process";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import { memoryOf } from "./memory.mjs";

const patience = 30_000;
const incremental = 2;

const capabilities = {
  textDocument: {
    synchronization: { didSave: true },
    publishDiagnostics: { relatedInformation: true, versionSupport: true },
    diagnostic: { dynamicRegistration: false },
  },
  workspace: { configuration: true, workspaceFolders: true },
};

/** A language server as a child process, asked for diagnostics in the way that it answers best. */
export class LanguageServer {
  #process;
  #connection;
  #ended;
  /** @type {{ uri: string, version: number, answered: (answer: { items: unknown[] }) => void } | undefined} */
  #waiting;
  /** @type {string | undefined} */
  #openUri;
  /** @type {string | undefined} */
  #resultId;
  #stderr = "";
  #version = 0;
  #incremental = false;
  name;
  /** Pulled (asked for after the change) or pushed (published by the server of its own accord). */
  pulls = false;
  /** Diagnostics published for an open document while none were waited for. */
  strays = 0;
  /** How many diagnostics the last answer held. */
  found = 0;
  /** Why it is out of the race. @type {string | undefined} */
  failure;

  /** @param {import("./contenders.mjs").Contender} contender */
  constructor({ name, command: [program, ...before], server }) {
    this.name = name;
    this.#process = spawn(program, [...before, ...server], { stdio: "pipe" });
    this.#process.stderr.on("data", (data) => {
      this.#stderr = (this.#stderr + data).slice(-2000);
    });
    this.#ended = new Promise((resolve) => {
      this.#process.once("exit", (code, signal) => {
        const [why] = /^.*(error|panic).*$/im.exec(this.#stderr) ?? ["no reason given"];
        this.failure ??= `ended with ${code ?? signal}: ${why.slice(0, 100)}`;
        resolve(undefined);
      });
    });
    this.#connection = createMessageConnection(
      new StreamMessageReader(this.#process.stdout),
      new StreamMessageWriter(this.#process.stdin),
    );
    this.#connection.onRequest((method, params) =>
      method === "workspace/configuration" ? params.items.map(() => null) : null,
    );
    this.#connection.onNotification("textDocument/publishDiagnostics", (params) => this.#published(params));
    this.#connection.listen();
  }

  /** @param {string} rootUri */
  async initialize(rootUri) {
    const answer = await this.#soon(
      this.#ask("initialize", {
        processId: process.pid,
        rootUri,
        workspaceFolders: [{ uri: rootUri, name: "bench" }],
        capabilities,
      }),
    );
    const sync = answer?.capabilities.textDocumentSync;
    this.#incremental = (sync?.change ?? sync) === incremental;
    this.pulls = answer?.capabilities.diagnosticProvider !== undefined;
    await this.#tell("initialized", {});
  }

  /**
   * Opens a document and waits for its diagnostics.
   * @param {string} uri
   * @param {string} text
   */
  async open(uri, text) {
    this.#openUri = uri;
    this.#resultId = undefined;
    const textDocument = { uri, languageId: "dockerfile", version: ++this.#version, text };
    await this.#diagnosed(uri, "textDocument/didOpen", { textDocument });
  }

  /**
   * @param {string} uri
   * @param {import("./typing.mjs").Keystroke} keystroke
   * @returns {Promise<number>} milliseconds until the diagnostics were there
   */
  edit(uri, { range, newText, fullText }) {
    const textDocument = { uri, version: ++this.#version };
    const contentChanges = [this.#incremental ? { range, text: newText } : { text: fullText }];
    return this.#diagnosed(uri, "textDocument/didChange", { textDocument, contentChanges });
  }

  /** @param {string} uri */
  async close(uri) {
    this.#openUri = undefined;
    await this.#tell("textDocument/didClose", { textDocument: { uri } });
  }

  memory() {
    return this.failure === undefined ? memoryOf(this.#process.pid ?? 0) : undefined;
  }

  /** Shuts it down as the protocol asks, and kills it if it does not go. */
  async stop() {
    if (this.failure === undefined) {
      this.failure = "stopped";
      await this.#soon(this.#ask("shutdown"));
      await this.#tell("exit");
      await this.#soon(this.#ended);
    }
    this.#process.kill("SIGKILL");
    this.#connection.dispose();
  }

  async #diagnosed(uri, method, params) {
    const { version } = params.textDocument;
    const pushed = new Promise((resolve) => {
      if (!this.pulls) this.#waiting = { uri, version, answered: resolve };
    });
    const start = performance.now();
    await this.#tell(method, params);
    const answer = await this.#soon(this.pulls ? this.#pulled(uri) : pushed);
    const time = performance.now() - start;
    if (!answer?.items) this.failure ??= `answered ${JSON.stringify(answer)} to a change`;
    this.#resultId = answer?.resultId;
    this.found = answer?.items?.length ?? 0;
    return time;
  }

  #pulled(uri) {
    const params = { textDocument: { uri }, previousResultId: this.#resultId };
    return this.#ask("textDocument/diagnostic", params);
  }

  /** An async function: a closed connection throws at once, which is to be a rejection as any other. */
  async #ask(method, params) {
    return await this.#connection.sendRequest(method, params);
  }

  async #tell(method, params) {
    try {
      await this.#connection.sendNotification(method, params);
    } catch (error) {
      this.failure ??= String(error);
    }
  }

  /** A publication without a version is taken for the answer to the last change. */
  #published({ uri, version, diagnostics }) {
    const waiting = this.#waiting;
    if (waiting?.uri === uri && (version ?? waiting.version) === waiting.version) {
      this.#waiting = undefined;
      waiting.answered({ items: diagnostics });
    } else if (uri === this.#openUri) this.strays++;
  }

  /** What a promise gives, unless the server ends or loses our patience first: then it is out. */
  async #soon(promise) {
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(() => {
        this.failure ??= `no answer within ${patience / 1000} s`;
        resolve(undefined);
      }, patience);
    });
    try {
      return await Promise.race([promise, late, this.#ended]);
    } catch (error) {
      this.failure ??= String(error);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }
}
