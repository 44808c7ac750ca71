import { refuseUntrusted } from "../registry/ask-registry.ts";
import type { MoreNode, RepositoryNode } from "../views/registry/registry-tree.ts";
import type { RegistryView } from "../views/registry/registry-view.ts";
import type { Command } from "./command.ts";

/** Shows the next tags of a repository of the view. */
export const showMoreTags: Command = {
  id: "labImages.registry.showMore",
  run: ({ registry }, subject) => moreTags(registry, (subject as Partial<MoreNode> | undefined)?.repository),
};

/** Asks again for the tags of a repository of the view, where the last question failed. */
export const askTagsAgain: Command = {
  id: "labImages.registry.askAgain",
  run: ({ registry }, subject) => moreTags(registry, subject as RepositoryNode | undefined),
};

/** Gives how many are shown then. */
async function moreTags({ tree }: RegistryView, repository: RepositoryNode | undefined): Promise<number> {
  refuseUntrusted();
  if (repository?.kind !== "repository") return 0;
  await tree.more(repository);
  return repository.tags.length;
}
