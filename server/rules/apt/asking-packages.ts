import type { BaseFacts } from "../../../core/image/base-facts.ts";

/** What a package's set-up asks, and where. */
interface Question {
  readonly about: string;
  /** The systems on whose base images it asks; undefined for all. */
  readonly on?: "ubuntu";
}

// debconf templates of priority high and critical in the packages' own sources. Debian's base images have tzdata,
// Ubuntu's have not since 18.04.
const timeZone: Question = { about: "the time zone", on: "ubuntu" };
const keyboard: Question = { about: "the keyboard" };

const questions: ReadonlyMap<string, Question> = new Map([
  ["tzdata", timeZone],
  ["keyboard-configuration", keyboard],
  ["console-setup", keyboard],
  // They depend on keyboard-configuration.
  ["xserver-xorg", keyboard],
  ["xserver-xorg-core", keyboard],
  ["xorg", keyboard],
  ["krb5-config", { about: "the Kerberos realm" }],
  ["krb5-user", { about: "the Kerberos realm" }],
  ["postfix", { about: "the mail configuration" }],
  ["ttf-mscorefonts-installer", { about: "a licence" }],
  ["wireshark-common", { about: "who may capture packets" }],
  ["tshark", { about: "who may capture packets" }],
  ["wireshark", { about: "who may capture packets" }],
  ["jackd2", { about: "realtime priority" }],
  ["iptables-persistent", { about: "the current rules" }],
  ["nslcd", { about: "the LDAP server" }],
]);

/** Packages that depend on tzdata, by themselves or through libtcl8.6 (Debian 12, `apt-cache depends --recurse`). */
const needTimeZone =
  /^(?:(?:lib)?t(?:cl|k)(?:8\.6)?(?:-dev)?|python3-tk|expect|tcl-expect|r-base(?:-core|-dev)?|environment-modules|postgresql(?:-\d+)?)$/;

/** Whether a package brings tzdata, whose set-up asks. */
export function bringsTimeZone(name: string): boolean {
  return needTimeZone.test(name);
}

/** What the set-up of a package asks on this base; undefined where it asks nothing, or that is not known. */
export function questionOf(name: string, { os, provides }: BaseFacts): string | undefined {
  const brings = bringsTimeZone(name);
  const question = brings ? timeZone : questions.get(name);
  if (!question || !os || !/^(ubuntu|debian)$/.test(os.id) || provides.has(name)) return undefined;
  if (question.on !== undefined && question.on !== os.id) return undefined;
  // Images of whole frameworks may have it, as what they install may need it too.
  if (brings && ["tzdata", "conda", "torch", "tensorflow"].some((each) => provides.has(each)))
    return undefined;
  // Ubuntu 16.04 still came with it.
  if (question === timeZone && (Number.parseFloat(os.version) < 18 || provides.has("ros"))) return undefined;
  return question.about;
}

/** Whether a package is one whose set-up may ask. */
export function mayAsk(name: string): boolean {
  return questions.has(name) || bringsTimeZone(name);
}
