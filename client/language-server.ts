import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  State,
  TransportKind,
} from "vscode-languageclient/node";
import {
  type FixAllResult,
  fixAllRequest,
  type PinPlaceResult,
  pinPlaceRequest,
  type ServerSettings,
  settingsNotification,
  type WirePlace,
} from "../server/protocol.ts";
import { sentSelector } from "./checked-documents.ts";
import { showError, showWarning } from "./messages.ts";
import type { ServerSettingsSource } from "./server-settings.ts";

/** Where the server is in its life. */
export type ServerState = "not started" | "starting" | "running" | "stopped";

/** A crash within this time (ms) of the last one counts towards {@link maximumCrashes}. */
const crashWindow = 180_000;
const maximumCrashes = 4;
/** Less room for short-lived objects: a quarter less memory for a twentieth more time, measured over the corpus. */
const smallHeap = ["--max-semi-space-size=4"];

/** The language server's process: started when first needed, restarted after a crash. */
export class LanguageServer implements vscode.Disposable {
  readonly #module: string;
  readonly #log: vscode.LogOutputChannel;
  readonly #settings: ServerSettingsSource;
  readonly #changed = new vscode.EventEmitter<ServerState>();
  readonly onDidChangeState = this.#changed.event;
  readonly #listener: vscode.Disposable;
  #client: LanguageClient | undefined;
  #state: ServerState = "not started";
  #crashes: number[] = [];
  #toldOfCrash = false;
  /** Starts and restarts asked for while one is under way join it. */
  #underway: Promise<void> | undefined;

  constructor(module: string, log: vscode.LogOutputChannel, settings: ServerSettingsSource) {
    this.#module = module;
    this.#log = log;
    this.#settings = settings;
    this.#listener = settings.onDidChange((changed) => {
      void this.#client?.sendNotification(settingsNotification, changed);
    });
  }

  get state(): ServerState {
    return this.#state;
  }

  /** Starts the server unless it runs; resolves when it answers. */
  start(): Promise<void> {
    if (this.#underway) return this.#underway;
    return this.#state === "running" ? Promise.resolve() : this.#begin(this.#launch());
  }

  /** Stops the server, if it runs or is about to, and starts a new one. */
  restart(): Promise<void> {
    return this.#begin(this.#launchAnew(this.#underway));
  }

  /** Every automatic fix of an open Dockerfile; null when the server does not have it. */
  async fixAll(uri: string): Promise<FixAllResult | null> {
    await this.start();
    return (await this.#client?.sendRequest<FixAllResult | null>(fixAllRequest, { uri })) ?? null;
  }

  /** Where the digest of the base at a place is to be written; null when the server does not have the document. */
  async pinPlace(place: WirePlace): Promise<PinPlaceResult | null> {
    await this.start();
    return (await this.#client?.sendRequest<PinPlaceResult | null>(pinPlaceRequest, place)) ?? null;
  }

  dispose(): void {
    this.#listener.dispose();
    void this.#stop();
    this.#changed.dispose();
  }

  #begin(work: Promise<void>): Promise<void> {
    const underway = work.finally(() => {
      if (this.#underway === underway) this.#underway = undefined;
    });
    this.#underway = underway;
    return underway;
  }

  async #launchAnew(before: Promise<void> | undefined): Promise<void> {
    // Why the last start failed is no reason not to try again.
    await before?.catch(() => {});
    await this.#stop();
    this.#crashes = [];
    await this.#launch();
  }

  async #launch(): Promise<void> {
    const before = this.#client;
    // After a crash the library does it by itself.
    if (before?.state === State.Starting) return before.start();
    await before?.dispose().catch(() => undefined);
    const client: LanguageClient = new LanguageClient(
      "labImages",
      "Lab Images",
      {
        run: { module: this.#module, transport: TransportKind.ipc, options: { execArgv: smallHeap } },
        debug: {
          module: this.#module,
          transport: TransportKind.ipc,
          options: { execArgv: ["--inspect=6020"] },
        },
      },
      this.#options(() => client === this.#client),
    );
    this.#client = client;
    client.onDidChangeState(({ newState }) => {
      if (client === this.#client) this.#follow(newState);
    });
    try {
      await client.start();
    } catch (error) {
      this.#set("stopped");
      throw error;
    }
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    try {
      // The library ends none that starts.
      if (client?.state === State.Starting) await client.start().catch(() => undefined);
      await client?.dispose();
    } catch (error) {
      this.#log.warn(`The language server did not stop in time: ${String(error)}`);
    }
    this.#set("stopped");
  }

  /** @param isCurrent whether this is still the client: how one that was given up ends is nobody's business */
  #options(isCurrent: () => boolean): LanguageClientOptions {
    return {
      documentSelector: sentSelector,
      // As they are when it starts: after a crash that is not how they were at first.
      initializationOptions: (): ServerSettings => this.#settings.current,
      outputChannel: this.#log,
      errorHandler: {
        error: (error) => {
          this.#log.error(`Connection to the language server: ${error.message}`);
          return { action: ErrorAction.Continue, handled: true };
        },
        closed: () =>
          isCurrent() ? this.#afterCrash() : { action: CloseAction.DoNotRestart, handled: true },
      },
    };
  }

  #afterCrash(): { action: CloseAction; handled: true } {
    const now = Date.now();
    this.#crashes = [...this.#crashes.filter((time) => now - time < crashWindow), now];
    if (this.#crashes.length > maximumCrashes) {
      this.#log.error("The language server crashed again and again; it is not started any more.");
      void showError(
        vscode.l10n.t("Lab Images: the language server keeps crashing and was stopped. The log says more."),
      );
      return { action: CloseAction.DoNotRestart, handled: true };
    }
    this.#log.warn("The language server ended unexpectedly; starting it again.");
    if (!this.#toldOfCrash) {
      this.#toldOfCrash = true;
      void showWarning(vscode.l10n.t("Lab Images: the language server crashed and was restarted."));
    }
    return { action: CloseAction.Restart, handled: true };
  }

  #follow(state: State): void {
    if (state === State.Running) this.#set("running");
    else if (state === State.Starting) this.#set("starting");
    else this.#set("stopped");
  }

  #set(state: ServerState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#changed.fire(state);
  }
}
