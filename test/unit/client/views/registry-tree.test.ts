import { describe, expect, test } from "vitest";
import {
  type AskedContents,
  type PlaceNode,
  RegistryTree,
  type RepositoryNode,
  type TagNode,
} from "../../../../client/views/registry/registry-tree.ts";
import { EngineFailure } from "../../../../engine/failure.ts";
import { NotInRegistry } from "../../../../engine/registry/distribution/answer-failure.ts";

const login = new EngineFailure({ cause: "registry-auth", what: "cannot read the list", next: "Log in" });
const away = new EngineFailure({ cause: "network", what: "cannot read the list", said: "ECONNREFUSED" });
const place = {
  ...{ registry: "lab.example", root: "/lab", host: undefined },
  ...{ prefix: "ada/", known: ["ada/base"] },
};

const image = (tag: string) => ({
  tag,
  digest: `sha256:${"0".repeat(64)}`,
  platforms: ["linux/amd64"],
  size: 1,
  created: undefined,
  cuda: undefined,
  labels: {},
});

/** A registry of 250 tags in `ada/base`, and nothing else; parts of it may be another's. */
function treeOf(parts: Partial<AskedContents> = {}, hasLogin: boolean | Error = true) {
  const asked: string[] = [];
  const changed: (RepositoryNode | undefined)[] = [];
  const opened: string[] = [];
  const contents: AskedContents = {
    repositories: async () => ({
      repositories: [{ path: "ada/base", isThere: true }],
      untold: undefined,
    }),
    tagPage: async (path, page) => {
      if (path !== "ada/base") throw new NotInRegistry({ cause: "registry", what: "no such repository" });
      asked.push(`page ${page}`);
      const names = Array.from({ length: page < 2 ? 100 : 50 }, (_, i) => `v${250 - page * 100 - i}`);
      return { tags: names.map((tag) => ({ tag })), more: page < 2 };
    },
    look: async (_, tags) => {
      asked.push(`look ${tags.length}`);
      return tags.map(image);
    },
    ...parts,
  };
  const tree = new RegistryTree({
    contentsOf: async ({ registry }) => {
      opened.push(registry);
      return contents;
    },
    hasLogin: async () => {
      if (typeof hasLogin !== "boolean") throw hasLogin;
      return hasLogin;
    },
    changed: (node) => changed.push(node),
  });
  return { tree, contents, asked, changed, opened };
}

function repositoriesOf(places: readonly PlaceNode[] = []): readonly RepositoryNode[] {
  const [first] = places;
  return first?.state.kind === "listed" ? first.state.repositories : [];
}

async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe("the registry's tree", () => {
  test("asks for tags when a repository is opened, a page at a time, and looks into the first", async () => {
    const { tree, asked, changed } = treeOf();
    const [repository] = repositoriesOf(await tree.load([place]));
    expect(tree.overview).toBe("some");
    expect(asked).toEqual([]);
    const first = await tree.tagsOf(repository!);
    expect(first).toHaveLength(101);
    expect(first.at(-1)).toEqual({ kind: "more", repository });
    await settled();
    expect(asked).toEqual(["page 0", "look 12", "look 12", "look 12", "look 12"]);
    expect(changed.every((node) => node === repository)).toBe(true);
    const tags = (await tree.tagsOf(repository!)) as TagNode[];
    expect(tags.slice(0, 100).filter(({ listed }) => "digest" in listed)).toHaveLength(48);
    await tree.lookInto(tags[60]!);
    expect(tags[60]?.listed).toMatchObject({ digest: expect.any(String) });
    // Twice at once is one question.
    await Promise.all([tree.more(repository!), tree.more(repository!)]);
    await tree.more(repository!);
    const all = await tree.tagsOf(repository!);
    expect(all).toHaveLength(250);
    expect(asked.filter((each) => each.startsWith("page"))).toEqual(["page 0", "page 1", "page 2"]);
  });

  test("Docker Hub, which counts, is not asked for what is under each tag", async () => {
    const { tree, asked } = treeOf();
    const [repository] = repositoriesOf(await tree.load([{ ...place, registry: "docker.io" }]));
    await tree.tagsOf(repository!);
    await settled();
    expect(asked).toEqual(["page 0"]);
  });

  test("what has not been pushed has no tags and is no fault", async () => {
    const { tree } = treeOf({
      repositories: async () => ({
        repositories: [{ path: "ada/later", isThere: undefined }],
        untold: undefined,
      }),
    });
    const [repository] = repositoriesOf(await tree.load([place]));
    expect(await tree.tagsOf(repository!)).toEqual([]);
    expect(repository).toMatchObject({ isThere: false, failure: undefined });
  });

  test("not logged in: at a closed registry that is all; at one that hides its list the lab's own are shown", async () => {
    const untold = async () => ({
      repositories: [{ path: "ada/base", isThere: undefined }],
      untold: login.details,
    });
    const refuse = async () => Promise.reject(login);
    const closed = treeOf({ repositories: untold, tagPage: refuse }, false).tree;
    await closed.load([place]);
    expect(closed.overview).toBe("login");
    expect(closed.places).toMatchObject([{ state: { failure: login.details } }]);
    const hiding = treeOf({ repositories: untold }, false).tree;
    expect(repositoriesOf(await hiding.load([place]))).toMatchObject([{ name: "base" }]);
    // Who is logged in and may not see it is told so where it is asked for.
    const refused = treeOf({ repositories: refuse }, true).tree;
    await refused.load([place]);
    expect(refused.overview).toBe("some");
    expect(refused.failure).toEqual(login.details);
    const nobody = treeOf({ repositories: refuse }, false).tree;
    await nobody.load([place]);
    expect(nobody.overview).toBe("login");
  });

  test("a docker config that is broken hides nothing that is public, and is said where a login is wanted", async () => {
    const broken = new EngineFailure({
      cause: "registry-auth",
      what: "docker's config, line 3, is not valid JSON",
    });
    const open = treeOf({}, broken).tree;
    expect(repositoriesOf(await open.load([place]))).toHaveLength(1);
    const closed = treeOf({ repositories: async () => Promise.reject(broken) }, broken).tree;
    await closed.load([place]);
    expect(closed.overview).toBe("some");
    expect(closed.failure?.what).toContain("line 3");
  });

  test("one place that cannot be read leaves the others", async () => {
    let calls = 0;
    const { tree } = treeOf({
      repositories: async () => {
        if (calls++ === 0) throw away;
        return { repositories: [], untold: undefined };
      },
    });
    const places = await tree.load([place, { ...place, registry: "other.example" }]);
    expect(places?.map(({ state }) => state.kind)).toEqual(["failed", "listed"]);
    expect(tree.overview).toBe("some");
    expect(tree.failure).toBeUndefined();
  });

  test("one place that takes its time leaves the others: what came of it follows", async () => {
    let answer: ((failure: EngineFailure) => void) | undefined;
    const slow = new Promise<never>((_, reject) => {
      answer = reject;
    });
    const empty = async () => ({ repositories: [], untold: undefined });
    const seen: string[][] = [];
    const tree = new RegistryTree(
      {
        contentsOf: async ({ registry }) => ({
          repositories: () => (registry === "lab.example" ? slow : empty()),
          tagPage: () => slow,
          look: () => slow,
        }),
        hasLogin: async () => false,
        changed: () => seen.push(tree.places.map(({ state }) => state.kind)),
      },
      10,
    );
    const places = await tree.load([place, { ...place, registry: "other.example" }]);
    expect(places?.map(({ state }) => state.kind)).toEqual(["asking", "listed"]);
    expect(tree.overview).toBe("some");
    answer?.(away);
    await settled();
    expect(seen).toEqual([["failed", "listed"]]);
  });

  test("a registry of the host's own that does not run is to be started; any other is away", async () => {
    const none = new EngineFailure({ ...away.details, registry: "localhost:5000" });
    const tree = new RegistryTree({
      contentsOf: async ({ registry }) => {
        throw registry === "localhost:5000" ? none : away;
      },
      hasLogin: async () => false,
      changed: () => {},
    });
    const local = { ...place, registry: "localhost:5000" };
    await tree.load([local]);
    expect(tree.overview).toBe("not-started");
    const places = await tree.load([local, place]);
    expect(places?.map(({ state }) => state.kind)).toEqual(["not-started", "failed"]);
    expect(tree.overview).toBe("some");
    expect(tree.failure).toEqual(away.details);
  });

  test("where labs name no place there is none", async () => {
    const { tree } = treeOf();
    expect(await tree.load([])).toEqual([]);
    expect(tree.overview).toBe("none");
  });

  test("localhost:5000 of two hosts are two registries, each asked by its own lab", async () => {
    const asked: string[] = [];
    const tree = new RegistryTree({
      contentsOf: async ({ registry, root }) => {
        asked.push(root);
        const path = `ada/of${root.replace("/", "-")}`;
        return {
          repositories: async () => ({ repositories: [{ path, isThere: true }], untold: undefined }),
          tagPage: async () => ({ tags: [{ tag: registry }], more: false }),
          look: async () => [],
        };
      },
      hasLogin: async () => false,
      changed: () => {},
    });
    const on = (name: string) => ({
      ...place,
      registry: "localhost:5000",
      root: `/${name}`,
      host: { url: `ssh://${name}`, name },
    });
    const places = await tree.load([on("a"), on("b")]);
    expect(asked).toEqual(["/a", "/b"]);
    const [ofA, ofB] = (places ?? []).map((each) => repositoriesOf([each])[0]);
    expect([ofA?.name, ofB?.name]).toEqual(["of-a", "of-b"]);
    await tree.tagsOf(ofB!);
    expect(asked).toEqual(["/a", "/b"]);
    expect(ofB?.tags).toMatchObject([{ root: "/b", host: { name: "b" } }]);
  });

  test("a look that another one overtook has nothing to say", async () => {
    const answers: (() => void)[] = [];
    const { tree } = treeOf({
      repositories: () =>
        new Promise((resolve) => {
          answers.push(() => resolve({ repositories: [], untold: undefined }));
        }),
    });
    const first = tree.load([place]);
    const second = tree.load([place]);
    await expect.poll(() => answers.length).toBe(2);
    answers[0]?.();
    expect(await first).toBeUndefined();
    answers[1]?.();
    expect(await second).toMatchObject([{ state: { kind: "listed" } }]);
    expect(tree.overview).toBe("some");
  });

  test("a registry whose host was left is opened again for what is asked next", async () => {
    const { tree, opened } = treeOf();
    const [repository] = repositoriesOf(await tree.load([place]));
    tree.reopen();
    expect(await tree.tagsOf(repository!)).toHaveLength(101);
    expect(opened).toEqual(["lab.example", "lab.example"]);
  });

  test("a failure under the tags is kept with the repository, and a later page mends it", async () => {
    let fails = true;
    const { tree } = treeOf({
      look: async () => Promise.reject(away),
      tagPage: async () => {
        if (fails) throw away;
        return { tags: [image("v1")], more: false };
      },
    });
    const [repository] = repositoriesOf(await tree.load([place]));
    expect(await tree.tagsOf(repository!)).toEqual([]);
    expect(repository?.failure).toEqual(away.details);
    fails = false;
    await tree.more(repository!);
    expect(repository?.failure).toBeUndefined();
  });

  test("where looking into tags failed, trying again looks into those, and asks for no other page", async () => {
    let fails = true;
    const { tree, asked } = treeOf({
      look: async (_, tags) => {
        if (fails && tags.includes("v238")) throw away;
        asked.push(`look ${tags[0]}`);
        return tags.map(image);
      },
    });
    const [repository] = repositoriesOf(await tree.load([place]));
    await tree.tagsOf(repository!);
    await settled();
    expect(repository?.failure).toEqual(away.details);
    fails = false;
    await tree.again(repository!);
    expect(repository?.failure).toBeUndefined();
    expect(asked).toEqual(["page 0", "look v250", "look v238", "look v226", "look v214"]);
    expect(repository?.tags.filter(({ listed }) => "digest" in listed)).toHaveLength(48);
  });

  test("a registry that could not be opened is opened again when somebody tries again", async () => {
    let isAway = false;
    const { contents } = treeOf();
    const tree = new RegistryTree({
      contentsOf: async () => {
        if (isAway) throw away;
        return contents;
      },
      hasLogin: async () => true,
      changed: () => {},
    });
    const [repository] = repositoriesOf(await tree.load([place]));
    tree.reopen();
    isAway = true;
    expect(await tree.tagsOf(repository!)).toEqual([]);
    expect(repository?.failure).toEqual(away.details);
    isAway = false;
    await tree.again(repository!);
    expect(repository?.failure).toBeUndefined();
    expect(repository?.tags).toHaveLength(100);
  });

  test("what is forgotten is not told any more", async () => {
    let answer = (): void => {};
    const { tree, changed } = treeOf({
      look: (_, tags) =>
        new Promise((resolve) => {
          answer = () => resolve(tags.map(image));
        }),
    });
    const [repository] = repositoriesOf(await tree.load([place]));
    await tree.tagsOf(repository!);
    const told = changed.length;
    tree.forget();
    answer();
    await settled();
    expect(changed).toHaveLength(told);
    expect(tree.places).toEqual([]);
  });
});
