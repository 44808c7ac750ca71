import * as vscode from "vscode";
import type { Connection } from "../../engine/connection/connection.ts";
import { EngineFailure, type FailureDetails, sentenceOf } from "../../engine/failure.ts";
import { type CredentialPlace, DockerCredentials } from "../../engine/registry/docker-credentials.ts";
import { keptText, plainTextWarning } from "../../engine/registry/kept-login.ts";
import { login } from "../../engine/registry/login.ts";
import { userName } from "../labs/user-name.ts";
import { showInformation, showWarning } from "../messages.ts";
import { withoutLinks } from "../shown-text.ts";

/** A login that is asked for. */
export interface LogInQuestion {
  readonly registry: string;
  /** Whose daemon asks the registry; this machine does without. */
  readonly connection: Connection | undefined;
  /** Why it is asked for. */
  readonly because?: FailureDetails;
  /** Ends the question. */
  readonly signal?: AbortSignal | undefined;
}

/** Where docker says what its helpers are. */
const aboutHelpers = "https://docs.docker.com/reference/cli/docker/login/#credential-stores";

/**
 * Asks for user and password until the registry takes them, and keeps them where docker does; false where the user
 * dismissed it.
 *
 * @throws {EngineFailure} where no password can mend it: no network, a docker config or a helper that fails
 */
export async function askLogIn({ registry, connection, because, signal }: LogInQuestion): Promise<boolean> {
  const credentials = new DockerCredentials();
  // Said before anybody types: a config that cannot be written to, a helper that is missing.
  const place = await credentials.placeFor(registry);
  const username = await askUser(registry, credentials, because, signal);
  if (username === undefined) return false;
  let refused: FailureDetails | undefined;
  for (;;) {
    const password = await askPassword(registry, username, place, refused, signal);
    if (!password) return false;
    try {
      const title = vscode.l10n.t("Logging in to {0}", registry);
      await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
        login(connection, credentials, registry, { username, password }, signal),
      );
      tellLoggedIn(registry, username, place);
      return true;
    } catch (error) {
      if (!(error instanceof EngineFailure) || error.details.cause !== "registry-auth") throw error;
      refused = error.details;
    }
  }
}

/** False where no login was kept. */
export function forgetLogin(registry: string): Promise<boolean> {
  return new DockerCredentials().erase(registry);
}

/** The registries that docker's config has logins for. */
export function keptLogins(): Promise<readonly string[]> {
  return new DockerCredentials().registries();
}

async function askUser(
  registry: string,
  credentials: DockerCredentials,
  because: FailureDetails | undefined,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const known = await credentials.get(registry, signal).catch(() => undefined);
  return ask(
    {
      title: vscode.l10n.t("Log in to {0} (1 of 2)", registry),
      prompt: because ? withoutLinks(because.what) : vscode.l10n.t("Your user name there"),
      placeHolder: vscode.l10n.t("User name"),
      value: known?.username || userName() || "",
      validateInput: (text) => (text.includes(":") ? vscode.l10n.t("A user name has no colon.") : undefined),
    },
    signal,
  );
}

function askPassword(
  registry: string,
  username: string,
  place: CredentialPlace,
  refused: FailureDetails | undefined,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const kept = vscode.l10n.t(
    "The password of {0}, or a token. It will be kept {1}",
    username,
    keptText(place),
  );
  return ask(
    {
      title: vscode.l10n.t("Log in to {0} (2 of 2)", registry),
      prompt: refused ? withoutLinks(sentenceOf(refused)) : kept,
      placeHolder: vscode.l10n.t("Password or token"),
      password: true,
    },
    signal,
  );
}

/** Undefined where it was dismissed, left empty or is not wanted any more. */
async function ask(
  options: vscode.InputBoxOptions,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const cancel = new vscode.CancellationTokenSource();
  const onAbort = () => cancel.cancel();
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort);
  try {
    const given = await vscode.window.showInputBox({ ...options, ignoreFocusOut: true }, cancel.token);
    return (options.password ? given : given?.trim()) || undefined;
  } finally {
    signal?.removeEventListener("abort", onAbort);
    cancel.dispose();
  }
}

function tellLoggedIn(registry: string, username: string, place: CredentialPlace): void {
  const text = vscode.l10n.t(
    "Logged in to {0} as {1}; the login is kept {2}",
    registry,
    username,
    keptText(place),
  );
  const warning = plainTextWarning(registry, place);
  if (warning === undefined) {
    void showInformation(text);
    return;
  }
  const more = vscode.l10n.t("About credential helpers");
  void showWarning(`${text}. ${warning}.`, more).then(
    (chosen) => chosen === more && vscode.env.openExternal(vscode.Uri.parse(aboutHelpers)),
  );
}
