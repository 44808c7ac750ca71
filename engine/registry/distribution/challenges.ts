/** What a registry wants to be shown, of `WWW-Authenticate` (RFC 9110, 11.6.1). */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** Names in lower case; values without their quotes. */
  readonly parameters: ReadonlyMap<string, string>;
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const parameter = new RegExp(`^[\\s,]*(${token})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${token}))`);
const scheme = new RegExp(`^[\\s,]*(${token})(?=\\s|,|$)`);

/** The challenges of a header, in order; what is malformed ends the list. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let rest = header;
  while (rest.trim() !== "") {
    const named = parameter.exec(rest);
    if (named) {
      const [all, name = "", quoted, plain = ""] = named;
      challenges.at(-1)?.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? plain);
      rest = rest.slice(all.length);
      continue;
    }
    const begun = scheme.exec(rest);
    if (!begun) break;
    challenges.push({ scheme: begun[1]!.toLowerCase(), parameters: new Map() });
    rest = rest.slice(begun[0].length);
  }
  return challenges;
}
