import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";
import type { Span } from "../../../core/dockerfile/span.ts";
import { isLiteralSecret, knownSecrets, namesSecret } from "./secret-words.ts";

/** The secrets that a RUN's command lines spell out, in order. */
export function commandSecrets(run: RunInstruction): Span[] {
  const { main, invocations } = run.shell;
  const found: Span[] = [];
  const source = main?.source ?? run.rest;
  for (const { start, end } of knownSecrets(source.text)) found.push(source.spanOf(start, end));
  if (secretNames.test(source.text))
    for (const { start, end } of assigned(source.text)) found.push(source.spanOf(start, end));
  if (source.text.includes("chpasswd"))
    for (const { start, end } of changed(source.text)) found.push(source.spanOf(start, end));
  if (source.text.includes("uthorization:"))
    for (const { start, end } of valuesOf(authorization, source.text)) found.push(source.spanOf(start, end));
  if (source.text.includes("machine"))
    for (const { start, end } of valuesOf(netrcEntry, source.text)) found.push(source.spanOf(start, end));
  for (const invocation of invocations) addSpelledOut(invocation, found);
  if (found.length === 0) return found;
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  let last = 0;
  return found.filter(({ start, end }) => {
    const apart = start >= last;
    last = Math.max(last, end);
    return apart;
  });
}

const assignment =
  /(?<![\w$/.-])([A-Z][A-Z0-9_]*)=("[^"\s$\\`]*"|'[^'\s]*'|[^\s"'$`;&|()<>\\]+)(?=$|[\s;&|)])/g;

/** A part of every name that {@link namesSecret} says yes to. */
const secretNames = /TOKEN|PASS|SECRET|KEY|PAT/;

/** `HF_TOKEN=… python download.py`, `export WANDB_API_KEY=…`. */
function* assigned(text: string): Iterable<Span> {
  for (const match of text.matchAll(assignment)) {
    const value = match[2]!.replace(/^(["'])(.*)\1$/s, "$2");
    if (namesSecret(match[1]!) && isLiteralSecret(value))
      yield { start: match.index, end: match.index + match[0].length };
  }
}

const newPassword =
  /\b(?:echo|printf)\s+(?:-[ne]+\s+)?(["']?)([\w.-]+):([^\s"'$`|\\]+)(?:\\n)?\1\s*\|\s*(?:sudo\s+)?chpasswd\b/g;
const givenPassword = /\bchpasswd\s*<<<\s*(["']?)([\w.-]+):([^\s"'$`|\\]+)\1/g;

/** `echo 'user:password' | chpasswd`; a password that is the user's name is no secret. */
function* changed(text: string): Iterable<Span> {
  for (const match of [...text.matchAll(newPassword), ...text.matchAll(givenPassword)]) {
    const [whole, , user = "", password = ""] = match;
    if (password === user || !isLiteralSecret(password)) continue;
    const start = match.index + whole.indexOf(`${user}:${password}`);
    yield { start, end: start + user.length + 1 + password.length };
  }
}

/** `curl -H "Authorization: token 0a1b…"`; group 1 is the secret. */
const authorization = /\b[Aa]uthorization:\s*(?:token|bearer|basic)\s+([^\s"'$`\\]{12,})/gi;
/** `machine github.com login ada password s3cr3t`, as `.netrc` has it. */
const netrcEntry = /\bmachine\s+[\w.-]+\s+login\s+[^\s"'$`]+\s+password\s+([^\s"'$`\\]+)/g;

/** The first group of each match that gives a secret away. */
function* valuesOf(pattern: RegExp, text: string): Iterable<Span> {
  for (const match of text.matchAll(pattern)) {
    const value = match[1]!;
    const start = match.index + match[0].length - value.length;
    if (isLiteralSecret(value)) yield { start, end: start + value.length };
  }
}

const secretOption = /^--(?:password|passwd|token|auth-?token|access-?token|api[-_]?key|hf[-_]?token)$/;

function addSpelledOut({ name, args }: Invocation, found: Span[]): void {
  for (let index = 0; index < args.length; index++) {
    const word = args[index]!;
    const text = word.value;
    if (text === null || !text.startsWith("--") || word.substituted) continue;
    const attached = /^(--[\w-]+)=(.*)$/s.exec(text);
    if (attached && secretOption.test(attached[1]!) && isLiteralSecret(attached[2]!)) found.push(word.span);
    const value = args[index + 1];
    if (secretOption.test(text) && value && isWritten(value)) found.push(value.span);
  }
  const password = passwordOf(name, args);
  if (password) found.push(password.span);
  if (name === "wandb" && args[0]?.value === "login") {
    const key = args.find(({ value }) => /^[0-9a-f]{40}$/.test(value ?? ""));
    if (key && !key.substituted) found.push(key.span);
  }
}

/** The word that holds a password as these programs are given one: `docker login -p …`, `curl -u user:…`. */
function passwordOf(name: string, args: readonly ShellWord[]): ShellWord | undefined {
  const behind = (...options: string[]) => {
    const at = args.findIndex(({ value }) => value !== null && options.includes(value));
    return at < 0 ? undefined : args[at + 1];
  };
  if (name === "curl") {
    const login = behind("-u", "--user");
    const [, user = "", password] = /^([^:]+):(.+)$/s.exec(login?.value ?? "") ?? [];
    // What servers take from whoever has no account.
    const isPublic = password === user || /^(?:anonymous|ftp|guest)$/i.test(user);
    return password !== undefined && !isPublic && !login?.substituted && isLiteralSecret(password)
      ? login
      : undefined;
  }
  const takes = name === "sshpass" || (/^(?:docker|podman)$/.test(name) && args[0]?.value === "login");
  const given = takes ? behind("-p") : undefined;
  return given && isWritten(given) ? given : undefined;
}

function isWritten({ value, substituted }: ShellWord): boolean {
  return value !== null && !substituted && !value.startsWith("-") && isLiteralSecret(value);
}
