import type { Lab } from "../../core/lab/lab.ts";
import { asksEnvironment } from "../../core/lab/manifest-variables.ts";
import { EngineFailure } from "../../engine/failure.ts";
import { labRegistries } from "../../engine/registry/lab-places.ts";
import { dockerHub, parseReferenceOrFail, registryOfKey } from "../../engine/registry/registry-host.ts";
import { type FoundLab, labHere } from "../lab-here.ts";

/**
 * The registry that a word of the command line names, `docker login`'s spellings with a scheme or a path included; without
 * a word that of the lab in the current folder, or Docker Hub where there is none. `command` is what is called.
 *
 * @throws {EngineFailure} `request` for what is no host, and where a lab does not say for certain which one is meant: a
 * password must not go to another one
 */
export function loginRegistry(word: string | undefined, command: "login" | "logout"): string {
  if (word === undefined) return registryOfLab(labHere(), command);
  const host = registryOfKey(word);
  parseReferenceOrFail(`${host}/x`);
  return host;
}

function registryOfLab({ lab, problems }: FoundLab, command: string): string {
  const [registry] = labRegistries(lab);
  const [problem] = problems;
  if (problem !== undefined && !saysRegistry(lab))
    throw unclear(
      `the registry of the lab here is not certain: ${problem.replace(/\.$/, "")}`,
      command,
      registry,
    );
  if (registry !== undefined) return registry;
  if (isAtDockerHub(lab)) return dockerHub;
  throw unclear("the lab here does not say what its registry is", command, undefined);
}

/** Whether the manifest itself names a registry, and what is wrong in it is elsewhere. */
function saysRegistry({ manifest, problems }: Lab): boolean {
  const { registry } = (manifest?.text.value ?? {}) as { readonly registry?: unknown };
  const isAbout = (message: string) => message.startsWith("registry");
  return typeof registry === "string" && !problems.some(({ syntax, message }) => syntax || isAbout(message));
}

/** Whether there is no lab but folders at most, or its images' names have a path and no host. */
function isAtDockerHub(lab: Lab): boolean {
  if (lab.manifest === undefined && !lab.hasScript) return true;
  const names = lab.imageNames.map((name) => lab.referenceOf(name));
  return names.some((name) => name.includes("/")) && !names.some(asksEnvironment);
}

function unclear(what: string, command: string, guess: string | undefined): EngineFailure {
  const next = `Name the registry: lab-images ${command} ${guess ?? `ghcr.io, or ${dockerHub}`}`;
  return new EngineFailure({ cause: "request", what, next });
}
