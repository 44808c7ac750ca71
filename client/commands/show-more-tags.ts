import { refuseUntrusted } from "../registry/ask-registry.ts";
import type { MoreNode, RepositoryNode } from "../views/registry/registry-tree.ts";
import type { Command } from "./command.ts";

/** Shows the next tags of a repository of the view. */
export const showMoreTags: Command = {
  id: "labImages.registry.showMore",
  run: ({ registry }, subject) =>
    askTags((subject as Partial<MoreNode> | undefined)?.repository, (node) => registry.tree.more(node)),
};

/** Asks again for what could not be asked of a repository of the view: its tags, or what is under them. */
export const askTagsAgain: Command = {
  id: "labImages.registry.askAgain",
  run: ({ registry }, subject) =>
    askTags(subject as RepositoryNode | undefined, (node) => registry.tree.again(node)),
};

/** Gives how many are shown then. */
async function askTags(
  repository: RepositoryNode | undefined,
  ask: (repository: RepositoryNode) => Promise<void>,
): Promise<number> {
  refuseUntrusted();
  if (repository?.kind !== "repository") return 0;
  await ask(repository);
  return repository.tags.length;
}
