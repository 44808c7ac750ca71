import * as vscode from "vscode";
import { detailsOf } from "../../engine/failure.ts";
import type { RegistryContents } from "../../engine/registry/contents/registry-contents.ts";
import { activeFolder } from "../hosts/active-folder.ts";
import type { WorkspaceLabs } from "../labs/workspace-labs.ts";
import type { RegistryAccounts } from "./registry-accounts.ts";
import type { WorkspacePlace } from "./workspace-places.ts";

/** A tag in a registry, as the items of the Registry view have it. */
export interface TagSubject {
  readonly registry: string;
  /** In the registry: `cvlab/ada/base`. */
  readonly path: string;
  readonly tag: string;
  /** The folder whose host means it. */
  readonly scope: vscode.Uri | undefined;
}

/** What commands about tags ask with. */
interface TagSources {
  readonly labs: WorkspaceLabs;
  readonly accounts: RegistryAccounts;
}

/** The name of an image by its tag. */
export function referenceOf({ registry, path, tag }: Omit<TagSubject, "scope">): string {
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
    const [{ parseReferenceOrFail, pathOf, registryOf }, { scopeOfRegistry }] = await Promise.all([
      import("../../engine/registry/registry-host.ts"),
      import("./registry-scope.ts"),
    ]);
    const reference = parseReferenceOrFail(subject);
    const registry = registryOf(reference);
    const scope = await scopeOfRegistry(registry, sources.labs);
    return { registry, path: pathOf(reference), tag: reference.tag ?? "latest", scope };
  }
  return tagInItem(subject) ?? pickTag(sources, placeHolder);
}

/** The tag of a view's item; undefined for anything else. */
export function tagInItem(subject: unknown): TagSubject | undefined {
  const { registry, path, root, listed } = (subject ?? {}) as {
    registry?: unknown;
    path?: unknown;
    root?: unknown;
    listed?: { tag?: unknown };
  };
  if (typeof registry !== "string" || typeof path !== "string" || typeof listed?.tag !== "string")
    return undefined;
  const scope = typeof root === "string" ? vscode.Uri.file(root) : activeFolder();
  return { registry, path, tag: listed.tag, scope };
}

interface RepositoryItem extends vscode.QuickPickItem {
  readonly of?: {
    readonly place: WorkspacePlace;
    readonly path: string;
    readonly contents: RegistryContents;
  };
}

async function pickTag(sources: TagSources, placeHolder: string): Promise<TagSubject | undefined> {
  const chosen = await vscode.window.showQuickPick(repositoryItems(sources), { placeHolder });
  if (!chosen?.of) return undefined;
  const { place, path, contents } = chosen.of;
  const names = contents.tagNames(path).then((each) => [...each].reverse());
  const tag = await vscode.window.showQuickPick(names, { placeHolder });
  if (tag === undefined) return undefined;
  return { registry: place.registry, path, tag, scope: vscode.Uri.file(place.root) };
}

/** The labs' repositories, and behind them what could not be asked; throws where that is all. */
async function repositoryItems({ labs, accounts }: TagSources): Promise<RepositoryItem[]> {
  const { workspacePlaces } = await import("./workspace-places.ts");
  const { places, failures } = await workspacePlaces(await labs.all(), (root) => accounts.hostOf(root));
  if (places.length === 0 && failures.length === 0)
    throw new Error(
      vscode.l10n.t(
        'No lab of this workspace says what its registry is: write "registry" into lab-images.json.',
      ),
    );
  const asked = await Promise.allSettled(places.map((place) => itemsOf(place, accounts)));
  const items = asked.flatMap((each) => (each.status === "fulfilled" ? each.value : []));
  const reasons = [
    ...failures,
    ...asked.flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : [])),
  ];
  if (items.length === 0 && reasons.length > 0) throw reasons[0];
  const kind = vscode.QuickPickItemKind.Separator;
  const texts = new Set(reasons.map((reason) => detailsOf(reason).what));
  return [...items, ...[...texts].map((label) => ({ label, kind }))];
}

async function itemsOf(place: WorkspacePlace, accounts: RegistryAccounts): Promise<RepositoryItem[]> {
  const { registry, root, host } = place;
  const contents = await accounts.contentsOf(registry, vscode.Uri.file(root));
  const { repositories } = await contents.repositories(place);
  return repositories
    .filter(({ isThere }) => isThere !== false)
    .map(({ path }) => ({
      label: `${registry}/${path}`,
      ...(host ? { description: vscode.l10n.t("on {0}", host.name) } : {}),
      of: { place, path, contents },
    }));
}
