import * as vscode from "vscode";
import type { WorkspaceLabs } from "../labs/workspace-labs.ts";
import type { RegistryAccounts } from "./registry-accounts.ts";

/** A tag in a registry, as the items of the Registry view have it. */
export interface TagSubject {
  readonly registry: string;
  /** In the registry: `cvlab/ada/base`. */
  readonly path: string;
  readonly tag: string;
}

/** What commands about tags ask with. */
interface TagSources {
  readonly labs: WorkspaceLabs;
  readonly accounts: RegistryAccounts;
}

/** The name of an image by its tag. */
export function referenceOf({ registry, path, tag }: TagSubject): string {
  return `${registry}/${path}:${tag}`;
}

/**
 * The tag that a command is about: that of a view's item, the one that a text names (`registry/path/name:tag`), or one of
 * the labs' repositories that the user picks; undefined when dismissed.
 *
 * @throws {EngineFailure} where the text names none, or the registry cannot be asked
 */
export async function tagOfSubject(
  subject: unknown,
  sources: TagSources,
  placeHolder: string,
): Promise<TagSubject | undefined> {
  if (typeof subject === "string") {
    const { parseReferenceOrFail, pathOf, registryOf } = await import(
      "../../engine/registry/registry-host.ts"
    );
    const reference = parseReferenceOrFail(subject);
    return { registry: registryOf(reference), path: pathOf(reference), tag: reference.tag ?? "latest" };
  }
  return tagInItem(subject) ?? pickTag(sources, placeHolder);
}

/** The tag of a view's item; undefined for anything else. */
export function tagInItem(subject: unknown): TagSubject | undefined {
  const { registry, path, listed } = (subject ?? {}) as {
    registry?: unknown;
    path?: unknown;
    listed?: { tag?: unknown };
  };
  if (typeof registry === "string" && typeof path === "string" && typeof listed?.tag === "string")
    return { registry, path, tag: listed.tag };
  return undefined;
}

async function pickTag({ labs, accounts }: TagSources, placeHolder: string): Promise<TagSubject | undefined> {
  const { labPlaces } = await import("../../engine/registry/lab-places.ts");
  const places = (await labs.all()).flatMap((lab) => labPlaces(lab));
  if (places.length === 0)
    throw new Error(
      vscode.l10n.t(
        'No lab of this workspace says what its registry is: write "registry" into lab-images.json.',
      ),
    );
  const found = await Promise.all(
    places.map(async (place) => {
      const contents = await accounts.contentsOf(place.registry);
      const { repositories } = await contents.repositories(place);
      return repositories
        .filter(({ isThere }) => isThere !== false)
        .map(({ path }) => ({
          label: `${place.registry}/${path}`,
          registry: place.registry,
          path,
          contents,
        }));
    }),
  );
  const repository = await vscode.window.showQuickPick(found.flat(), { placeHolder });
  if (!repository) return undefined;
  const { registry, path, contents } = repository;
  const names = [...(await contents.tagNames(path))].reverse();
  const tag = await vscode.window.showQuickPick(names, { placeHolder });
  return tag === undefined ? undefined : { registry, path, tag };
}
