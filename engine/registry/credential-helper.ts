import { type ChildProcess, spawn } from "node:child_process";
import { EngineFailure } from "../failure.ts";
import { plainText } from "../plain-text.ts";
import type { RegistryCredentials } from "./credentials.ts";

/** How helpers are run. */
export interface HelperOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds. A helper may have to ask the user to unlock a keychain. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

/** What helpers write for the user where the secret is an identity token (docker-credential-helpers' protocol). */
const identityTokenUser = "<token>";

/** Standard output is read up to here, in characters; what is longer is no answer. */
const longestAnswer = 1_000_000;

/** Milliseconds that output is waited for after the helper ended: a process that it left behind may hold the pipe. */
const lastOutput = 500;

/**
 * Asks `docker-credential-NAME` for the credentials of a key of docker's config file; undefined where it has none.
 * @throws {EngineFailure} `registry-auth` where the helper is missing, fails or does not answer
 */
export async function helperGet(
  name: string,
  key: string,
  options: HelperOptions,
): Promise<RegistryCredentials | undefined> {
  const { code, stdout, stderr } = await runHelper(name, "get", `${key}\n`, options);
  if (code !== 0) {
    if (saysNotFound(stdout)) return undefined;
    throw failed(name, "get", stdout.trim() || stderr);
  }
  const answer = readAnswer(stdout);
  // Not what it said: that may hold the secret.
  if (!answer) throw failed(name, "get", "its answer is not the JSON that docker expects");
  const { Username: username, Secret: secret } = answer;
  if (!secret) return undefined;
  return username === identityTokenUser
    ? { kind: "identity-token", username: "", token: secret }
    : { kind: "password", username, password: secret };
}

/** @throws {EngineFailure} as {@link helperGet} */
export async function helperStore(
  name: string,
  key: string,
  credentials: RegistryCredentials,
  options: HelperOptions,
): Promise<void> {
  const [username, secret] =
    credentials.kind === "password"
      ? [credentials.username, credentials.password]
      : [identityTokenUser, credentials.token];
  const input = JSON.stringify({ ServerURL: key, Username: username, Secret: secret });
  const { code, stdout, stderr } = await runHelper(name, "store", input, options);
  if (code !== 0) throw failed(name, "store", (stdout.trim() || stderr).replaceAll(secret, "…"));
}

/** Credentials that are not there are erased already. @throws {EngineFailure} as {@link helperGet} */
export async function helperErase(name: string, key: string, options: HelperOptions): Promise<void> {
  const { code, stdout, stderr } = await runHelper(name, "erase", `${key}\n`, options);
  if (code !== 0 && !saysNotFound(stdout)) throw failed(name, "erase", stdout.trim() || stderr);
}

/** docker-credential-helpers' own words (credentials/error.go). */
function saysNotFound(stdout: string): boolean {
  return /credentials not found in native keychain/i.test(stdout);
}

/** The answer, also where a wrapper printed lines around it. */
function readAnswer(stdout: string): { Username: string; Secret: string } | undefined {
  try {
    const answer: unknown = JSON.parse(stdout.slice(stdout.indexOf("{"), stdout.lastIndexOf("}") + 1));
    if (typeof answer !== "object" || answer === null || !("Secret" in answer)) return undefined;
    const username = "Username" in answer ? answer.Username : "";
    if (typeof username !== "string" || typeof answer.Secret !== "string") return undefined;
    return { Username: username, Secret: answer.Secret };
  } catch {
    return undefined;
  }
}

interface HelperRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function runHelper(
  name: string,
  action: string,
  input: string,
  { env, timeout, signal }: HelperOptions,
): Promise<HelperRun> {
  if (!/^[\w.-]+$/.test(name))
    throw new EngineFailure({
      cause: "registry-auth",
      what: `docker's config names a credential helper "${plainText(name)}", which is no program's name`,
      next: "Correct credsStore and credHelpers there",
    });
  const program = `docker-credential-${name}`;
  const cancelled = new EngineFailure({ cause: "cancelled", what: "asking for credentials was cancelled" });
  if (signal?.aborted) throw cancelled;
  const deadline = AbortSignal.timeout(timeout);
  const stop = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
  // A group of its own, so that what a helper starts ends with it.
  const child = spawn(program, [action], {
    env,
    detached: process.platform !== "win32",
    windowsHide: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const kill = () => endGroup(child);
  stop.addEventListener("abort", kill);
  try {
    const run = await outcomeOf(child, input);
    if (signal?.aborted) throw cancelled;
    if (stop.aborted) throw failed(name, action, `no answer after ${timeout / 1000} s`);
    return run;
  } catch (error) {
    if (error instanceof EngineFailure) throw error;
    throw notStarted(program, error as NodeJS.ErrnoException);
  } finally {
    stop.removeEventListener("abort", kill);
  }
}

function outcomeOf(child: ChildProcess, input: string): Promise<HelperRun> {
  return new Promise((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      if (stdout.length < longestAnswer) stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      if (stderr.length < longestAnswer) stderr += text;
    });
    // A helper that does not read its input is no fault of ours.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
    child.on("error", reject);
    const finish = (code: number | null) => {
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({ code, stdout, stderr });
    };
    child.on("close", finish);
    child.on("exit", (code) => void setTimeout(() => finish(code), lastOutput).unref());
  });
}

function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined && process.platform !== "win32") process.kill(-child.pid, "SIGKILL");
    else child.kill("SIGKILL");
  } catch {
    // It has ended already.
  }
}

function notStarted(program: string, error: NodeJS.ErrnoException): EngineFailure {
  const missing = error.code === "ENOENT";
  return new EngineFailure(
    {
      cause: "registry-auth",
      what: `docker's config has credentials kept by ${program}, which ${missing ? "is not on the PATH here" : "cannot be started"}`,
      ...(missing ? {} : { said: error.message }),
      next: `Install ${program}, or take it out of docker's config (credsStore, credHelpers) and log in again`,
    },
    { cause: error },
  );
}

function failed(name: string, action: string, said: string): EngineFailure {
  const program = `docker-credential-${name}`;
  return new EngineFailure({
    cause: "registry-auth",
    what: `the credential helper ${program} failed (${action})`,
    said: plainText(said).trim().slice(0, 300),
    next: `Run "${program} list" in a terminal to see what it lacks`,
  });
}
