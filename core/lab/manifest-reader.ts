import { nearestWord } from "../nearest-word.ts";
import type { FieldSchemas } from "./field-schema.ts";
import type { LabBuildSettings } from "./lab-build.ts";
import type { LabValues } from "./lab-image.ts";
import { buildFields, endOfCapabilities, patterns } from "./manifest-fields.ts";
import type { ManifestPath, ManifestProblem, ManifestText } from "./manifest-text.ts";
import { variableFaults } from "./manifest-variables.ts";

/** An object of a manifest, its parts not looked at yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Reads the parts of a manifest; one of the wrong kind is left out, and told. */
export class ManifestReader {
  readonly #text: ManifestText;
  readonly #problems: ManifestProblem[];

  /** Problems are added to `problems`. */
  constructor(text: ManifestText, problems: ManifestProblem[]) {
    this.#text = text;
    this.#problems = problems;
  }

  /** Adds a problem of the part at `path`; `what` goes on with the sentence that begins with its name. */
  report(path: ManifestPath, what: string): void {
    this.#problems.push(this.#text.problem(`${path.join(".")} ${what}.`, this.#text.valueSpan(path)));
  }

  /** Adds a problem of the last name of `path`; `what` goes on with the sentence that begins with it. */
  reportName(path: ManifestPath, what: string): void {
    this.#problems.push(this.#text.problem(`${path.join(".")} ${what}.`, this.#text.nameSpan(path)));
  }

  /** Tells the names in the object at `path` that are none of `fields`. */
  onlyFields(object: JsonObject | undefined, path: ManifestPath, fields: FieldSchemas): void {
    const names = Object.keys(fields);
    for (const name of Object.keys(object ?? {})) {
      if (names.includes(name)) continue;
      const free = names.filter((each) => !Object.hasOwn(object ?? {}, each));
      const near = nearestWord(name, free);
      const advice = near === undefined ? `the fields are ${names.join(", ")}` : `write ${near}`;
      const whole = [...path, name];
      const message = `${whole.join(".")} is no field that is read, so it changes nothing: ${advice}.`;
      const problem = this.#text.problem(message, this.#text.nameSpan(whole));
      this.#problems.push(near === undefined ? problem : { ...problem, instead: near });
    }
  }

  /** The lab's values, those that are set and of the right kind. */
  values(object: JsonObject): LabValues {
    const host = this.text(object.aptMirror, ["aptMirror"]);
    const isHost = host === undefined || patterns.host.test(host);
    if (!isHost) this.report(["aptMirror"], 'must be the name of a host, such as "ubuntu.ethz.ch"');
    const driver = this.text(object.gpuDriver, ["gpuDriver"]);
    const isDriver = driver === undefined || patterns.driver.test(driver);
    if (!isDriver) this.report(["gpuDriver"], 'must be the version of a driver, such as "535.104"');
    return withoutUnset({
      aptMirror: isHost ? host : undefined,
      storage: this.template(object.storage, ["storage"]),
      gpuDriver: isDriver ? driver : undefined,
      gpuArch: this.#capabilities(object.gpuArch),
      allowedRegistries: this.texts(object.allowedRegistries, ["allowedRegistries"], '["nvcr.io"]'),
      hosts: this.#hosts(object.hosts),
      registry: this.template(object.registry, ["registry"]),
      timezone: this.text(object.timezone, ["timezone"]),
      build: this.#build(object.build),
    });
  }

  /** A text; undefined where it is not set, or something else. */
  text(value: unknown, where: ManifestPath): string | undefined {
    if (value === undefined || typeof value === "string") return value;
    this.report(where, "must be a text in quotes");
    return undefined;
  }

  /** A text that may hold variables; `${image:NAME}` is one in arguments of builds and in variables of jobs. */
  template(value: unknown, where: ManifestPath, isArgument: boolean = false): string | undefined {
    const text = this.text(value, where);
    for (const { written, index, instead } of variableFaults(text ?? "", isArgument)) {
      const variables = `\${user}, \${env:NAME}${isArgument ? ", ${image:NAME}" : ""}`;
      const advice = instead === undefined ? `the variables are ${variables}` : `write ${instead}`;
      const message = `${written} is no variable, so it stays as it is: ${advice}.`;
      const problem = this.#text.problem(message, this.#text.partSpan(where, index, written.length));
      this.#problems.push(instead === undefined ? problem : { ...problem, instead });
    }
    return text;
  }

  /** Build arguments: names, and texts that may hold variables. */
  arguments(value: unknown, where: ManifestPath): Map<string, string> {
    const found = this.strings(value, where);
    for (const [name, text] of found) this.template(text, [...where, name], true);
    return found;
  }

  /** True or false; undefined where it is not set, or something else. */
  flag(value: unknown, where: ManifestPath): boolean | undefined {
    if (value === undefined || typeof value === "boolean") return value;
    this.report(where, "must be true or false");
    return undefined;
  }

  /** An object of names and texts; empty where it is not set. */
  strings(value: unknown, where: ManifestPath): Map<string, string> {
    const found = new Map<string, string>();
    if (value === undefined) return found;
    const object = this.asObject(value);
    if (!object) this.report(where, "must be an object of names and texts");
    for (const [name, text] of Object.entries(object ?? {})) {
      if (typeof text === "string") found.set(name, text);
      else if (typeof text === "number" || typeof text === "boolean") found.set(name, String(text));
      else this.report([...where, name], "must be a text in quotes");
    }
    return found;
  }

  /** An object; undefined where it is not set, or something else. */
  object(value: unknown, where: ManifestPath): JsonObject | undefined {
    const object = this.asObject(value);
    if (!object && value !== undefined) this.report(where, "must be an object");
    return object;
  }

  /** The value if it is an object; nothing is told. */
  asObject(value: unknown): JsonObject | undefined {
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  }

  /** A list of texts; undefined where it is not set, or something else. */
  texts(value: unknown, where: ManifestPath, example: string): readonly string[] | undefined {
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
    this.report(where, `must be a list of texts, such as ${example}`);
    return undefined;
  }

  #hosts(value: unknown): readonly string[] | undefined {
    const hosts = this.texts(value, ["hosts"], '["ssh://node"]');
    const wrong = hosts?.find((host) => !patterns.buildHost.test(host));
    if (wrong === undefined) return hosts;
    this.report(
      ["hosts"],
      `has "${wrong}", which is no host: write it as "ssh://user@node" or "tcp://node:2376"`,
    );
    return hosts?.filter((host) => patterns.buildHost.test(host));
  }

  #build(value: unknown): LabBuildSettings | undefined {
    const build = this.object(value, ["build"]);
    this.onlyFields(build, ["build"], buildFields);
    return (
      build &&
      withoutUnset({
        network: this.text(build.network, ["build", "network"]),
        platform: this.text(build.platform, ["build", "platform"]),
        labels: this.flag(build.labels, ["build", "labels"]),
      })
    );
  }

  /** `"8.0"`, or the number 8.0, which JSON does not tell from 8. */
  #capabilities(value: unknown): readonly string[] | undefined {
    // 8.65 is none, nor is 86.
    const isCapability = (each: unknown) =>
      typeof each === "number"
        ? each > 0 && each < endOfCapabilities && Number(each.toFixed(1)) === each
        : typeof each === "string" && patterns.capability.test(each);
    if (value === undefined) return undefined;
    if (!Array.isArray(value) || !value.every(isCapability)) {
      this.report(["gpuArch"], 'must be a list of compute capabilities, such as ["7.0", "8.0"]');
      return undefined;
    }
    return value.map((each: string | number) => (typeof each === "number" ? each.toFixed(1) : each));
  }
}

type Unset<T> = { readonly [Key in keyof T]?: T[Key] | undefined };

/** The values that are set, of any that may not be. */
export function withoutUnset<T extends object>(values: Unset<T>): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
