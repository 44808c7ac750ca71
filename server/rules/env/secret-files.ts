import { posix } from "node:path";
import type { CopyInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Span } from "../../../core/dockerfile/span.ts";

const keyFile =
  /^(?:id_(?:rsa|dsa|ecdsa|ed25519)(?:_[\w-]+)?|_?\.?netrc|\.git-credentials|\.pgpass|\.pypirc|kaggle\.json)$/;
const environmentFile = /^\.env(?:\.(?:local|prod|production|dev|development|staging|secret))?$/;
/** What is public of a certificate. */
const certificate =
  /(?:^|[-_.])(?:ca|cacerts?|certs?|certificates?|chain|fullchain|bundle|root|pub|public)(?:[-_.]|$)/i;
const certificateFolder = /\/(?:ca-certificates|certs|ssl|pki|tls|trust)(?:\/|$)/;

/** The sources of a COPY or ADD that hold secrets by their name. */
export function secretFiles({ sources, destination, from }: CopyInstruction): Span[] {
  if (from !== undefined) return [];
  const target = destination?.value ?? destination?.raw ?? "";
  const becomesKey = sources.length === 1 && keyFile.test(posix.basename(target)) && !target.endsWith("/");
  return sources
    .filter(({ value }) => value !== null && !/\.pub$/.test(value) && (becomesKey || isSecret(value, target)))
    .map(({ span }) => span);
}

function isSecret(source: string, target: string): boolean {
  if (/:\/\//.test(source)) return false;
  const name = posix.basename(source);
  if (keyFile.test(name) && name !== "netrc") return true;
  if (environmentFile.test(name) || /^\.(?:ssh|aws|gnupg)$/.test(name)) return true;
  if (name === "config.json") return /(?:^|\/)\.docker\//.test(source) || /\/\.docker(?:\/|$)/.test(target);
  if (name === "credentials") return /(?:^|\/)\.aws\//.test(source) || /\/\.aws(?:\/|$)/.test(target);
  return name.endsWith(".pem") && !certificate.test(name) && !certificateFolder.test(target);
}
