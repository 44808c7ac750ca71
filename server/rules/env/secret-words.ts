import type { Span } from "../../../core/dockerfile/span.ts";

/** Names whose value is a secret: `HF_TOKEN`, `WANDB_API_KEY`, `AWS_SECRET_ACCESS_KEY`, `GH_PAT`, `ssh_prv_key`. */
const secretName =
  /(?:^|_)(?:TOKEN|PAT|PASSWORD|PASSWD|PASSPHRASE|SECRET|API_?KEY|SECRET_KEY|SECRET_ACCESS_KEY|(?:PRIVATE|PRV|SSH|DEPLOY|WANDB|COMET|NEPTUNE|OPENAI|ANTHROPIC|HF|GITHUB|GITLAB)_KEY)$/i;
/** `PASS` is a compiler's and a renderer's word too. */
const secretPass =
  /(?:^|_)(?:DB|SQL|MYSQL|MARIADB|POSTGRES|PG|MONGO|REDIS|SMTP|MAIL|EMAIL|ADMIN|ROOT|USER|FTP|SFTP|HTTP|PROXY|REGISTRY|DOCKER|GIT|SSH|VNC|LDAP|SUDO)_?PASS$/i;
/** Tokens of a language model's vocabulary, and counts of them. */
const vocabulary =
  /(?:^|_)(?:PAD|EOS|BOS|UNK|MASK|SEP|CLS|SPECIAL|START|STOP|END|IMAGE|VIDEO|AUDIO|MAX|MIN|NUM|N|PER|CSRF)_TOKEN$/i;

/** Whether a variable of this name holds a secret. */
export function namesSecret(name: string): boolean {
  return (secretName.test(name) && !vocabulary.test(name)) || secretPass.test(name);
}

const placeholder = new RegExp(
  "^(?:" +
    [
      "<.*>",
      "\\[.*\\]",
      "\\{.*\\}",
      "%.*%",
      "(.)\\1*",
      "x+(?:[-_]x*)?",
      ".*(?:your|changeme|change[-_]|replace|insert|placeholder|example|dummy|redacted|x{4}|\\*{3}|\\.{3}).*",
      "(?:my|the|some|a|test|fake)?[-_]?(?:hf|hf_|wandb|api|github)?[-_]?(?:token|password|passwd|secret|key|pass|api[-_]?key)(?:[-_]?here)?",
      "none|null|nil|false|true|yes|no|on|off|empty|unset|undefined|disabled|optional|default|todo|fixme|test|foo|bar|n/a|not[-_ ]set",
      "\\d{1,6}",
      "id_(?:rsa|dsa|ecdsa|ed25519)[\\w.]*",
    ].join("|") +
    ")$",
  "is",
);

/** Whether a value of a secret's name gives the secret away: neither a placeholder nor a path to where it lies. */
export function isLiteralSecret(value: string): boolean {
  if (value.length < 5 || /[\s$`]/.test(value) || /^(?:\.{0,2}\/|~|file:|https?:)/.test(value)) return false;
  return !placeholder.test(value);
}

/** What tokens of known services look like. */
const shapes: readonly RegExp[] = [
  /(?<![\w-])hf_[A-Za-z0-9]{30,}(?![\w-])/g,
  /(?<![\w-])gh[pousr]_[A-Za-z0-9]{36,}(?![\w-])/g,
  /(?<![\w-])github_pat_[A-Za-z0-9_]{40,}/g,
  /(?<![\w-])glpat-[\w-]{20,}/g,
  /(?<![\w-])sk-(?:(?:proj|svcacct|admin|ant-[a-z0-9]+|or-v1)-[\w-]{20,}|[A-Za-z0-9]{32,})(?![\w-])/g,
  /(?<![A-Za-z0-9])A(?:KIA|SIA)[0-9A-Z]{16}(?![A-Za-z0-9])/g,
  /(?<![\w-])xox[abprs]-[\w-]{20,}/g,
  /(?<![\w-])nvapi-[\w-]{40,}/g,
  /(?<![\w-])AIza[\w-]{35}(?![\w-])/g,
  /(?<![\w-])npm_[A-Za-z0-9]{36}(?!\w)/g,
  /(?<![\w-])pypi-AgE[\w-]{40,}/g,
  /(?<![\w-])dckr_pat_[\w-]{20,}/g,
  /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/g,
];

/** A piece of each of {@link shapes}: most texts hold none, and one look is enough to tell. */
const anyShape =
  /hf_|gh[pousr]_|github_pat_|glpat-|sk-|A(?:KIA|SIA)|xox[abprs]-|nvapi-|AIza|npm_|pypi-AgE|dckr_pat_|-----BEGIN /;

/** `https://user:password@host`; group 1 is the password. */
const inUrl = /(?<![\w+])[a-z][a-z0-9+]{0,20}:\/\/[^/\s:@"'$]+:([^/\s:@"'$]{5,})@[\w.-]+/g;

/** Tokens of a known shape in a text, and passwords in URLs; placeholders left out. In order. */
export function knownSecrets(text: string): Span[] {
  const shaped = anyShape.test(text);
  const found: Span[] = [];
  if (!shaped && !text.includes("@")) return found;
  for (const shape of shaped ? shapes : []) {
    for (const match of text.matchAll(shape)) {
      if (new Set(match[0].slice(5)).size < 8) continue;
      found.push({ start: match.index, end: match.index + match[0].length });
    }
  }
  if (!text.includes("@")) return found.sort((a, b) => a.start - b.start);
  for (const match of text.matchAll(inUrl)) {
    const password = match[1]!;
    if (!isLiteralSecret(password)) continue;
    const start = match.index + match[0].indexOf(`:${password}@`) + 1;
    found.push({ start, end: start + password.length });
  }
  return found.sort((a, b) => a.start - b.start);
}
