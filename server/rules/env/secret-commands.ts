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
const secretNames = /TOKEN|PASS|SECRET|KEY/;

/** `HF_TOKEN=… python download.py`, `export WANDB_API_KEY=…`. */
function* assigned(text: string): Iterable<Span> {
  for (const match of text.matchAll(assignment)) {
    const value = match[2]!.replace(/^(["'])(.*)\1$/s, "$2");
    if (namesSecret(match[1]!) && isLiteralSecret(value))
      yield { start: match.index, end: match.index + match[0].length };
  }
}

const newPassword =
  /\becho\s+(?:-[ne]+\s+)?(["']?)([\w.-]+):([^\s"'$`|\\]+)\1\s*\|\s*(?:sudo\s+)?chpasswd\b/g;

/** `echo 'user:password' | chpasswd`; a password that is the user's name is no secret. */
function* changed(text: string): Iterable<Span> {
  for (const match of text.matchAll(newPassword)) {
    const [whole, , user = "", password = ""] = match;
    if (password === user || !isLiteralSecret(password)) continue;
    const start = match.index + whole.indexOf(`${user}:${password}`);
    yield { start, end: start + user.length + 1 + password.length };
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
  if (name === "wandb" && args[0]?.value === "login") {
    const key = args.find(({ value }) => /^[0-9a-f]{40}$/.test(value ?? ""));
    if (key && !key.substituted) found.push(key.span);
  }
}

function isWritten({ value, substituted }: ShellWord): boolean {
  return value !== null && !substituted && !value.startsWith("-") && isLiteralSecret(value);
}
