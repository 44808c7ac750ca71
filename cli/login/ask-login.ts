import type { Connection } from "../../engine/connection/connection.ts";
import { EngineFailure } from "../../engine/failure.ts";
import { printable } from "../../engine/progress/cells.ts";
import type { Authorise } from "../../engine/registry/authorise.ts";
import { oncePerRegistry } from "../../engine/registry/authorise.ts";
import { DockerCredentials } from "../../engine/registry/docker-credentials.ts";
import { keptText, plainTextWarning } from "../../engine/registry/kept-login.ts";
import { login } from "../../engine/registry/login.ts";
import { type AskAtTerminal, askAtTerminal } from "../ask-user.ts";
import { failureSentence } from "../failure-sentence.ts";

/** A login that is asked for. */
export interface LoginQuestion {
  readonly registry: string;
  /** Who logs in; asked for where it is not known. */
  readonly user: string | undefined;
  /** Whose daemon asks the registry; this machine does without. */
  readonly connection: Connection | undefined;
  readonly signal: AbortSignal;
}

/** How often a password is asked for, as ssh and sudo do. */
const mostAttempts = 3;

/**
 * Asks for user and password at the terminal until the registry takes them, and keeps them. False where the user would not.
 * @throws {EngineFailure} where no password can mend it, or none was right
 */
export async function askLogin(
  { registry, user: given, connection, signal }: LoginQuestion,
  ask: AskAtTerminal,
  say: (text: string) => void,
): Promise<boolean> {
  const credentials = new DockerCredentials();
  const user = given ?? (await askUser(registry, credentials, ask, signal));
  if (user === undefined) return false;
  for (let attempt = 1; ; attempt++) {
    const password = await ask({ kind: "secret", prompt: `Password of ${user} at ${registry}:` }, signal);
    if (!password) return false;
    try {
      await logInAs(user, password, { registry, connection, signal }, say);
      return true;
    } catch (error) {
      const wrong = error instanceof EngineFailure && error.details.cause === "registry-auth";
      if (!wrong || attempt === mostAttempts) throw error;
      say(`lab-images: ${failureSentence(error.details)}\n`);
    }
  }
}

/** Logs in and says where the login is kept. @throws {EngineFailure} as {@link login} */
export async function logInAs(
  username: string,
  password: string,
  { registry, connection, signal }: Omit<LoginQuestion, "user">,
  say: (text: string) => void,
): Promise<void> {
  const place = await login(connection, new DockerCredentials(), registry, { username, password }, signal);
  say(`Logged in to ${registry} as ${printable(username)}; the login is kept ${keptText(place)}\n`);
  const warning = plainTextWarning(registry, place);
  if (warning !== undefined) say(`lab-images: ${warning}.\n`);
}

/** Has the registries of one run asked for at the terminal; undefined where nobody sits at one. */
export function authoriseAtTerminal(
  connection: Connection,
  signal: AbortSignal,
  say: (text: string) => void,
): Authorise | undefined {
  const ask = askAtTerminal(process.stdin, process.stderr);
  if (!ask) return undefined;
  return oncePerRegistry((registry, { details: { what, said } }) => {
    say(`lab-images: ${failureSentence({ cause: "registry-auth", what, ...(said ? { said } : {}) })}\n`);
    return askLogin({ registry, user: undefined, connection, signal }, ask, say);
  });
}

async function askUser(
  registry: string,
  credentials: DockerCredentials,
  ask: AskAtTerminal,
  signal: AbortSignal,
): Promise<string | undefined> {
  // Whoever is logged in now; a config that cannot be read will be told when the login is to be kept.
  const known = await credentials.get(registry, signal).catch(() => undefined);
  const usual = known?.username || process.env.LAB_IMAGES_USER;
  const shown = usual ? ` (${usual})` : "";
  const answer = await ask({ kind: "text", prompt: `User at ${registry}${shown}:` }, signal);
  return answer?.trim() || (answer === undefined ? undefined : usual);
}
