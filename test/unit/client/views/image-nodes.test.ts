import { describe, expect, test } from "vitest";
import type { BuildRecord } from "../../../../client/builds/build-results.ts";
import {
  imageNodes,
  type KeptRecord,
  type LatestRun,
  labTitle,
  type Node,
  pathOfNode,
} from "../../../../client/views/images/image-nodes.ts";
import type { LabOnHost } from "../../../../client/views/images/labs-on-hosts.ts";
import { Lab } from "../../../../core/lab/lab.ts";
import { labGraph } from "../../../../core/lab/lab-graph.ts";
import type { ImageState } from "../../../../engine/lab/image-states.ts";
import { memoryFiles } from "../../lab/memory-files.ts";
import { imageState } from "./image-states.ts";

const onArgument = "ARG BASE_IMG\nFROM ${BASE_IMG}\n";
const noRun: LatestRun = () => undefined;

const files = memoryFiles({
  "/work/lab/lab-images.json": JSON.stringify({
    registry: "r.io/lab",
    images: {
      base: { args: { BASE_IMG: "ubuntu:22.04" } },
      torch: { args: { BASE_IMG: "${image:base}" } },
    },
  }),
  "/work/lab/base/Dockerfile": onArgument,
  "/work/lab/torch/Dockerfile": onArgument,
  "/work/app/Dockerfile": "FROM ubuntu:22.04\n",
  "/work/app/worker/Dockerfile": "FROM ubuntu:22.04\n",
});

function labAt(root: string, states: readonly ImageState[] = []): LabOnHost {
  const lab = new Lab(root, files);
  return {
    lab,
    graph: labGraph(lab),
    host: { url: "ssh://node", name: "node", source: "setting" },
    look: { kind: "seen" },
    states: new Map(states.map((state) => [state.name, state])),
  };
}

type Drawn = readonly (string | Drawn)[];
function drawn(nodes: readonly Node[]): Drawn {
  return nodes.flatMap((node) => [
    node.kind === "lab" ? node.lab.root : `${node.image.name} ${node.shown.kind}`,
    ...(node.children.length > 0 ? [drawn(node.children)] : []),
  ]);
}

const ids = (nodes: readonly Node[]): string[] => nodes.flatMap((node) => [node.id, ...ids(node.children)]);

describe("the tree of images", () => {
  test("of one lab: each image beneath its base, with its state", () => {
    const states = [
      imageState("base", { state: "stale", reasons: ["dockerfile"] }),
      imageState("torch", { pushed: "sha256:1" }),
    ];
    expect(drawn(imageNodes([labAt("/work/lab", states)], noRun))).toEqual(["base stale", ["torch pushed"]]);
  });

  test("what was pushed is known by its record, where the host has no digest but the image's id", () => {
    const pushed = imageState("base", { reference: "r.io/lab/base" });
    const record: BuildRecord = {
      ...{ dockerfile: "/work/lab/base/Dockerfile", host: "ssh://node", reference: "r.io/lab/base" },
      ...{ end: "built", at: 1, digest: pushed.image!.id },
    };
    const kept: KeptRecord = (path) => (path === record.dockerfile ? record : undefined);
    const drawnWith = (state: ImageState, found = kept) =>
      drawn(imageNodes([labAt("/work/lab", [state])], noRun, found));
    expect(drawnWith(pushed)).toEqual(["base pushed", ["torch unknown"]]);
    const rebuilt = { ...pushed, image: { ...pushed.image!, id: "sha256:other" } };
    expect(drawnWith(rebuilt)).toEqual(["base current", ["torch unknown"]]);
    const elsewhere = { ...pushed, reference: "other.io/base" };
    expect(drawnWith(elsewhere)).toEqual(["base current", ["torch unknown"]]);
  });

  test("of several labs: a root each; one without images is none", () => {
    const labs = [labAt("/work/app"), labAt("/work/lab"), labAt("/nowhere")];
    expect(drawn(imageNodes(labs, noRun))).toEqual([
      "/work/app",
      ["app unknown", "worker unknown"],
      "/work/lab",
      ["base unknown", ["torch unknown"]],
    ]);
  });

  test("a Dockerfile that two labs hold is shown once: in the one with a manifest, else in the upper one", () => {
    expect(drawn(imageNodes([labAt("/work"), labAt("/work/app"), labAt("/work/lab")], noRun))).toEqual([
      "/work",
      ["app unknown"],
      "/work/app",
      ["worker unknown"],
      "/work/lab",
      ["base unknown", ["torch unknown"]],
    ]);
  });

  test("ids are each image's own and stay the same", () => {
    const labs = () => [labAt("/work/app"), labAt("/work/lab")];
    const first = ids(imageNodes(labs(), noRun));
    expect(new Set(first).size).toBe(first.length);
    expect(ids(imageNodes(labs(), noRun))).toEqual(first);
  });

  test("an image whose folder holds no Dockerfile is meant by the one that it would have", () => {
    const left = memoryFiles({
      "/work/left/lab-images.json": JSON.stringify({ images: { base: {}, torch: {} } }),
      "/work/left/torch/Dockerfile": "FROM ubuntu:22.04\n",
    });
    const lab = new Lab("/work/left", left);
    const [base] = imageNodes([{ ...labAt("/work/lab"), lab, graph: labGraph(lab) }], noRun);
    expect(base).toMatchObject({ image: { name: "base", dockerfile: undefined } });
    const path = pathOfNode(base);
    expect(path).toBe("/work/left/base/Dockerfile");
    expect(new Lab("/work/left", left).buildOf(path ?? "").name).toBe("base");
  });

  test("a command about a lab takes that of the image", () => {
    const [base] = imageNodes([labAt("/work/lab")], noRun);
    expect(pathOfNode(base, true)).toBe("/work/lab");
  });

  test("what a menu hands over is the Dockerfile or the lab's folder", () => {
    const [app] = imageNodes([labAt("/work/app"), labAt("/work/lab")], noRun);
    expect(pathOfNode(app)).toBe("/work/app");
    expect(pathOfNode(app?.children[1])).toBe("/work/app/worker/Dockerfile");
    for (const other of [undefined, null, "x", 7, { kind: "image" }, { kind: "host" }])
      expect(pathOfNode(other)).toBeUndefined();
  });

  test("labs of the same name are told apart", () => {
    const labs = ["/a/docker", "/b/docker", "/lab"].map((root) => new Lab(root, files));
    expect(labs.map((lab) => labTitle(lab, labs))).toEqual(["a/docker", "b/docker", "lab"]);
  });
});
