import { describe, expect, test } from "vitest";
import { Lab } from "../../../core/lab/lab.ts";
import { labGraph } from "../../../core/lab/lab-graph.ts";
import { problemText } from "../../../core/lab/manifest-text.ts";
import { labRequest, labTags } from "../../../engine/build/lab-request.ts";
import { memoryFiles } from "./memory-files.ts";

const plain = "FROM ubuntu:22.04\n";
const path = "/lab/x/Dockerfile";
const labOf = (texts: Readonly<Record<string, string>>, options = {}) =>
  new Lab("/lab", memoryFiles(texts), options);
const scripted = (script: string, options = {}) => labOf({ [path]: plain, "/lab/build": script }, options);
const baked = (target: object) =>
  labOf({ [path]: plain, "/lab/docker-bake.json": JSON.stringify({ target }) });
const told = (lab: Lab) => lab.lost.map(problemText);

describe("a Dockerfile that a script builds twice", () => {
  const twice = scripted(`docker build --build-arg CUDA=11.8.0 -t reg.org/lab/x:cu11 x
docker build --build-arg CUDA=12.2.2 -t reg.org/lab/x:cu12 x
`);

  test("has name and arguments of the same build", () => {
    expect(labRequest(path, twice.buildOf(path), {})).toMatchObject({
      tags: ["reg.org/lab/x:cu11"],
      args: new Map([["CUDA", "11.8.0"]]),
    });
    expect(twice.image(path).buildArguments.get("CUDA")).toBe("11.8.0");
  });

  test("is told, with the line of the build that is left out", () => {
    const [only, ...others] = told(twice);
    expect(others).toEqual([]);
    expect(only).toMatch(
      /^build, line 2: .*x\/Dockerfile.*the build of line 1, which alone is taken\. .*lab-images build/,
    );
  });

  test("takes all its names where both builds are alike, and tells nothing", () => {
    const alike = scripted(
      "docker build -t reg.org/x:1 x\ndocker build --no-cache -t reg.org/x:latest ./x/\n",
    );
    expect(labRequest(path, alike.buildOf(path), {}).tags).toEqual(["reg.org/x:1", "reg.org/x:latest"]);
    expect(told(alike)).toEqual([]);
  });

  test.each([
    [
      "another base",
      "--build-context base=docker-image://ubuntu:22.04",
      "--build-context base=docker-image://u:1",
    ],
    ["other labels", "--label v=1", "--label v=2"],
    ["an option more", "", "--add-host a:10.0.0.1"],
    ["a network that is not known", "--network $(cat one)", "--network $(cat two)"],
    ["arguments that are not known", "--build-arg PY=$(cat one)", "--build-arg PY=$(cat two)"],
    ["options that are not known", "$GPU", "$CPU"],
    ["the script's own options", '"$@"', '"$@"'],
  ])("has the name of one of two images: %s", (_, one, other) => {
    const lab = scripted(`docker build ${one} -t r.org/x:1 x\ndocker build ${other} -t r.org/x:2 x\n`);
    expect(labTags(lab.buildOf(path)).tags).toEqual(["r.org/x:1"]);
    expect(told(lab)).toContainEqual(
      expect.stringMatching(
        /^build, line 2: .* built here from x\/Dockerfile .*line 1, which alone is taken\./,
      ),
    );
  });

  test("has both names where an argument comes of one environment, but not where the script sets it", () => {
    const tagsOf = (own: string) => {
      const build = (tag: string) => `${own} docker build --build-arg PY -t r.org/x:${tag} x\n`;
      return labTags(scripted(build("1") + build("2")).buildOf(path)).tags;
    };
    expect(tagsOf("")).toEqual(["r.org/x:1", "r.org/x:2"]);
    expect(tagsOf("PY=$(cat next)")).toEqual(["r.org/x:1"]);
    expect(tagsOf(". ./next.env;")).toEqual(["r.org/x:1"]);
  });

  test("loses nothing in silence of a second build that is alike", () => {
    const twice = "docker build -t r.org/x:1 x\ndocker build -t r.org/x:2 -t r.org/x:$(date +%F) x\n";
    expect(told(scripted(twice))).toEqual([
      expect.stringMatching(/^build, line 2: A name that r\.org\/x:2 gets is known only when this runs/),
    ]);
  });

  test("is told at the first build where the second alone has a name, and is not called a second one", () => {
    const script = 'docker build -t "$1" x\ndocker build --build-arg V=cpu -t r.org/x:cpu x\n';
    expect(told(scripted(script))).toEqual([
      expect.stringMatching(/^build, line 1: The image is built here .* line 2, which alone is taken\./),
    ]);
  });

  test("has the arguments of the build that gives it a name", () => {
    const named = scripted("docker build --build-arg A=1 x\ndocker build --build-arg A=2 -t n:1 x\n");
    expect(named.buildOf(path)).toMatchObject({ tag: "n:1", args: new Map([["A", "2"]]) });
  });

  test("is nobody's matter where the manifest lists it", () => {
    const script = "docker build -t a:1 x\ndocker build --target dev -t a:2 x\n";
    const listed = labOf({
      [path]: plain,
      "/lab/build": script,
      "/lab/lab-images.json": '{ "images": { "x": { "tag": "3" } } }',
    });
    expect(listed.buildOf(path)).toMatchObject({ tag: "x:3", settings: {}, lost: [] });
    expect(told(listed)).toEqual([]);
  });
});

describe("a script's build", () => {
  test("is given its network, platform and stage, and all its names", () => {
    const lab = scripted(
      "docker build --network=host --platform linux/amd64 --target dev -t x:1 -t r.org/x:1 -t r.org/x:latest x\n",
    );
    expect(labRequest(path, lab.buildOf(path), {})).toMatchObject({
      network: "host",
      platform: "linux/amd64",
      target: "dev",
      // A name without a registry is not pushed.
      tags: ["r.org/x:1", "r.org/x:latest"],
      localTags: ["x:1"],
    });
    expect(told(lab)).toEqual([]);
  });

  test("has the names that docker tag gives", () => {
    const lab = scripted("docker build -t x x\ndocker tag x r.org/x:2\ndocker push r.org/x:2\n");
    expect(labTags(lab.buildOf(path))).toEqual({ tags: ["r.org/x:2"], localTags: ["x"] });
  });

  test("tells a name that docker tag gives and only the run knows", () => {
    const lab = scripted("docker build -t x:dev x\ndocker tag x:dev r.org/x:$(date +%F)\n");
    expect(told(lab)).toEqual([
      expect.stringMatching(/^build, line 2: A name that x:dev gets is known only when this runs/),
    ]);
  });

  test("is refused where an argument's value is not known, but not its name", () => {
    const lab = scripted('docker build --build-arg BASE_IMG="nvidia/cuda:$(cat cuda)" -t r.org/x:1 x\n');
    const build = lab.buildOf(path);
    expect(() => labRequest(path, build, {})).toThrow(/BASE_IMG of x is known to the build script alone/);
    const args = new Map([["BASE_IMG", "ubuntu:22.04"]]);
    expect(labRequest(path, build, { args }).args).toEqual(args);
    expect(labTags(build).tags).toEqual(["r.org/x:1"]);
  });

  test("takes an argument without a value from the environment, and gives none that is not set", () => {
    const script = "docker build --build-arg PROXY --build-arg GONE -t x:1 x\n";
    const built = scripted(script, { environment: { PROXY: "http://p" } });
    expect(labRequest(path, built.buildOf(path), {}).args).toEqual(new Map([["PROXY", "http://p"]]));
    expect(scripted(script).image(path).buildArguments.get("GONE")).toBeNull();
  });

  test.each([
    ['docker build -t "r.org/$WHO/x" x', /A name that this image gets is known only when this runs/],
    [
      "docker build --secret id=t,src=t -t n:1 x",
      /What --secret gives n:1 is not taken over\. Give it to lab-images build/,
    ],
    ["docker build --network $NET -t n:1 x", /--network/],
    ["docker build --platform linux/amd64,linux/arm64 -t n:1 x", /n:1 is built for one platform/],
    ['docker build "${OPTIONS[@]}" -t n:1 x', /OPTIONS/],
    [
      "docker build -f x/Dockerfile.gpu -t n:gpu x",
      /x\/Dockerfile\.gpu is built here, .* Build it by its path/,
    ],
  ])("tells what of it is not done: %s", (script, message) => {
    const lab = labOf({ [path]: plain, "/lab/x/Dockerfile.gpu": plain, "/lab/build": script });
    expect(told(lab)).toEqual([expect.stringMatching(message)]);
    expect(told(lab)[0]).toMatch(/^build, line 1: /);
  });

  test.each([
    'docker build "$@" -t n:1 x',
    "docker build --no-cache --pull --progress=plain --shm-size 1g -t n:1 x",
    "docker build -f gone/Dockerfile -t n:1 .",
  ])("tells nothing that is a matter of the run: %s", (script) => {
    expect(told(scripted(script))).toEqual([]);
  });

  test.each([
    "docker --context gpu build -t n:1 x",
    "docker -H ssh://gpu build -t n:1 x",
    "docker --debug --config=/c buildx --builder b build -t n:1 x",
    "docker builder build -tn:1 x",
    "docker build -t=n:1 -fx/Dockerfile x",
    "docker build -t n:1 /lab/x",
  ])("is read however docker is called: %s", (script) => {
    expect(scripted(script).buildOf(path)).toMatchObject({ tag: "n:1", context: "/lab/x" });
  });

  test("of a Dockerfile that is not known is none of its folder's", () => {
    const lab = scripted('docker build -f "$DOCKERFILE" --build-arg A=1 -t n:1 x\n');
    expect(lab.buildOf(path)).toMatchObject({ tag: "x", args: new Map() });
  });

  test("sends the same context as is linted, whoever names it", () => {
    const contexts: (string | undefined)[] = [];
    const of = (_: string, named: string | undefined): never => {
      contexts.push(named);
      return undefined as never;
    };
    const script = "docker build -f x/Dockerfile -t n:1 .\n";
    const check = (texts: Readonly<Record<string, string>>) => {
      const lab = labOf({ [path]: plain, "/lab/build": script, ...texts }, { contexts: { of } });
      lab.image(path);
      return [lab.buildOf(path).context, contexts.pop()];
    };
    expect(check({})).toEqual(["/lab", "/lab"]);
    expect(check({ "/lab/lab-images.json": '{ "images": { "x": {} } }' })).toEqual(["/lab/x", "/lab/x"]);
  });
});

describe("an argument that a script gives to one image", () => {
  const isGiven = (pytorch: string) => {
    const script = `docker build --build-arg BASE=ubuntu -t n:1 x\n${pytorch}\n`;
    const lab = labOf({
      [path]: plain,
      "/lab/pytorch/Dockerfile": "ARG BASE\nFROM $BASE\n",
      "/lab/build": script,
    });
    return lab.image("/lab/pytorch/Dockerfile").isGivenElsewhere?.("BASE");
  };

  test("is not given to another one, which the script builds without it", () => {
    expect(isGiven("docker build -t n:2 pytorch")).toBe(false);
    expect(isGiven("# docker build -t n:2 pytorch")).toBe(false);
  });

  test.each([
    'docker build "${OPTIONS[@]}" -t n:2 pytorch',
    "docker build --build-arg $ARGUMENT -t n:2 pytorch",
    "for each in *; do docker build -t $each $each; done",
    'eval "$BUILD pytorch"',
    "docker compose build --build-arg BASE=b pytorch",
  ])("may be, where not all that the script builds is known: %s", (pytorch) => {
    expect(isGiven(pytorch)).toBe(true);
  });
});

describe("a docker-bake.json", () => {
  test("tells the target that is built from another one's Dockerfile", () => {
    const lab = baked({
      "app-dev": { context: "x", target: "dev", tags: ["r.org/app:dev"] },
      "app-prod": { context: "x", target: "prod", tags: ["r.org/app:prod"] },
    });
    expect(lab.imageNames).toEqual(["app-dev"]);
    expect(told(lab)).toEqual([
      expect.stringMatching(
        /^docker-bake\.json, line 1: app-prod is built .* than by app-dev, which alone is taken\./,
      ),
    ]);
  });

  test.each([
    ["base", { contexts: { base: "target:a" } }, { contexts: { base: "target:b" } }],
    ["context", { contexts: { base: "docker-image://u:1" } }, { contexts: { base: "docker-image://u:2" } }],
    ["labels", { labels: { v: "1" } }, { labels: { v: "2" } }],
    ["argument that is not known", { args: { A: "${timestamp()}" } }, { args: { A: "${timestamp()}" } }],
  ])("tells the target that has another %s, and takes none of its names", (_, one, other) => {
    const lab = baked({
      a: { context: "a" },
      b: { context: "b" },
      "app-a": { context: "x", tags: ["r.org/app:a"], ...one },
      "app-b": { context: "x", tags: ["r.org/app:b"], ...other },
    });
    expect(labTags(lab.buildOf(path)).tags).toEqual(["r.org/app:a"]);
    expect(told(lab)).toContainEqual(expect.stringMatching(/: app-b is built .* than by app-a, which alone/));
  });

  test("takes the names of targets that differ in nothing but how they are run", () => {
    const same = { context: "x", contexts: { base: "target:a" }, labels: { v: "1" } };
    const lab = baked({
      a: { context: "a" },
      "app-a": { ...same, tags: ["r.org/app:a"] },
      "app-b": { ...same, tags: ["r.org/app:b"], "no-cache": true },
    });
    expect(labTags(lab.buildOf(path)).tags).toEqual(["r.org/app:a", "r.org/app:b"]);
    expect(told(lab)).not.toContainEqual(expect.stringMatching(/which alone is taken/));
  });

  test("tells what of a target is not done, gives all names, and no argument that is null", () => {
    const lab = baked({
      x: {
        context: "/lab/x",
        secret: ["id=t"],
        platforms: ["linux/amd64", "linux/arm64"],
        args: { A: null, B: "1" },
        tags: ["r.org/x:1", "r.org/x:latest"],
      },
    });
    expect(told(lab)).toEqual([
      expect.stringMatching(/What --secret gives x is not taken over/),
      expect.stringMatching(/x is built for one platform/),
    ]);
    expect(labRequest(path, lab.buildOf(path), {})).toMatchObject({
      tags: ["r.org/x:1", "r.org/x:latest"],
      args: new Map([["B", "1"]]),
    });
  });

  test("cannot be built without an argument that its functions make", () => {
    const lab = baked({ x: { context: "x", args: { WHEN: "${timestamp()}" } } });
    expect(() => labRequest(path, lab.buildOf(path), {})).toThrow(
      /WHEN of x is known to the build script alone/,
    );
  });
});

describe("a folder without a file called Dockerfile", () => {
  test("is the image of the only one that it has", () => {
    const { images } = labGraph(labOf({ "/lab/x/gpu.Dockerfile": plain }));
    expect(images).toMatchObject([{ name: "x", dockerfile: "/lab/x/gpu.Dockerfile" }]);
  });

  test("is none where it has several, but for the manifest, which then lacks it", () => {
    const several = { "/lab/x/Dockerfile.cpu": plain, "/lab/x/Dockerfile.gpu": plain };
    expect(labOf(several).imageNames).toEqual([]);
    // They are known as variants of it all the same.
    expect(labOf(several).image("/lab/x/Dockerfile.gpu").name).toBe("x");
    const listed = labOf({ ...several, "/lab/lab-images.json": '{ "images": { "x": {} } }' });
    expect(labGraph(listed)).toMatchObject({ images: [{ name: "x", dockerfile: undefined }], order: [] });
  });

  test("is the image of a Containerfile that a script builds by its folder", () => {
    const lab = labOf({
      "/lab/x/Containerfile": plain,
      "/lab/build": "podman build -t n:1 --build-arg A=1 x",
    });
    expect(lab.buildOf("/lab/x/Containerfile")).toMatchObject({ tag: "n:1", args: new Map([["A", "1"]]) });
  });
});
