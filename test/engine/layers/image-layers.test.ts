import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { inspectImage } from "../../../engine/images/inspect-image.ts";
import { removeImage } from "../../../engine/images/remove-image.ts";
import { type ImageLayers, imageLayers } from "../../../engine/layers/image-layers.ts";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { makeTar } from "../../bed/docker-tar.mjs";
import { daemonSocket, socketConnection } from "../daemon.ts";
import { LabOnBed } from "../lab/lab-on-bed.ts";

const fill = (megabytes: number, path: string) => `head -c ${megabytes}000000 /dev/zero > ${path}`;

/** Each image of the chain with its layers: `12 RUN make: 3 MB`, a dash for no line; those of less than that left out. */
function told({ parts }: ImageLayers): Record<string, string[]> {
  return Object.fromEntries(
    parts.map(({ image, layers }) => [
      image,
      layers.flatMap(({ lines, instruction, size }) => {
        // Containerd counts blocks and folders too.
        const megabytes = Math.round(size / 1_000_000);
        return megabytes > 0 ? `${lines?.start ?? "-"} ${instruction?.slice(0, 12)}: ${megabytes} MB` : [];
      }),
    ]),
  );
}

describe.skipIf(!daemonSocket)("what made an image's bytes", () => {
  const connection = socketConnection(daemonSocket ?? "");
  const labs: LabOnBed[] = [];
  afterEach(async () => {
    for (const lab of labs.splice(0)) await lab.remove();
  });

  const trigger = `ONBUILD RUN ${fill(5, "/triggered")}\n`;
  const torch = `FROM ${BUSYBOX_BASE} AS builder
RUN ${fill(9, "/built")}
FROM REGISTRY/base
ENV A=1
COPY --from=builder /built /opt/
RUN ${fill(7, "/seven")}
`;

  function chain(): LabOnBed {
    const lab = new LabOnBed(connection, {
      "lab-images.json":
        '{ "registry": "REGISTRY", "images": { "base": { "args": { "WHO": "two words" } } } }',
      "base/Dockerfile": `FROM ${BUSYBOX_BASE}
ARG WHO
RUN ${fill(3, "/three")} \\
    # by whom
    && echo $WHO
COPY a.txt sub/
${trigger}`,
      "base/a.txt": "a".repeat(2_000_000),
      "torch/Dockerfile": torch,
    });
    labs.push(lab);
    return lab;
  }

  const layersOf = (lab: LabOnBed, name: string) => {
    const dockerfile = lab.lab.dockerfileOfImage(name);
    return imageLayers(connection, lab.reference(name), { lab: lab.lab, dockerfile });
  };

  /** What there is to tell of torch. */
  const whole = (lab: LabOnBed) => ({
    [BUSYBOX_BASE]: ["- Imported fro: 2 MB"],
    [lab.reference("base")]: ["3 RUN head -c : 3 MB", "6 COPY a.txt s: 2 MB"],
    [lab.reference("torch")]: ["3 RUN head -c : 5 MB", "5 COPY --from=: 9 MB", "6 RUN head -c : 7 MB"],
  });

  test("a lab's image on another: each with its Dockerfile's lines, and all of the daemon's bytes", async () => {
    const lab = chain();
    await lab.build("all");
    const layers = await layersOf(lab, "torch");
    expect(told(layers)).toEqual(whole(lab));
    const details = await inspectImage(connection, lab.reference("torch"));
    expect(await imageLayers(connection, details.id, { lab: lab.lab })).toEqual({
      ...layers,
      image: `${lab.reference("torch")}:latest`,
      parts: [
        ...layers.parts.slice(0, -1),
        { ...layers.parts.at(-1), image: `${lab.reference("torch")}:latest` },
      ],
    });
    expect(layers).toMatchObject({ id: details.id, count: 6, missingBase: undefined });
    expect(layers.parts.reduce((sum, { size }) => sum + size, 0)).toBe(layers.size);
    // Containerd's image store tells an image's own size compressed.
    if (details.digests.length === 0) expect(layers.size).toBe(details.size);
    expect(layers.parts[1]?.layers[0]?.lines).toEqual({ start: 3, end: 5 });
    expect(layers.parts[1]?.dockerfile).toBe(lab.lab.dockerfileOfImage("base"));
  });

  test("after a change the lines are those of now, and a base that was built anew is still told apart", async () => {
    const lab = chain();
    await lab.build("all");
    lab.write(
      "base/Dockerfile",
      `FROM ${BUSYBOX_BASE}\nRUN ${fill(4, "/four")}\nCOPY a.txt sub/\n${trigger}`,
    );
    await lab.build(["base"]);
    lab.write("torch/Dockerfile", `# New\n\n${torch}`);
    expect(told(await layersOf(lab, "torch"))).toEqual({
      [BUSYBOX_BASE]: ["- Imported fro: 2 MB"],
      [lab.reference("base")]: ["- RUN head -c : 3 MB", "3 COPY a.txt s: 2 MB"],
      [lab.reference("torch")]: ["5 RUN head -c : 5 MB", "7 COPY --from=: 9 MB", "8 RUN head -c : 7 MB"],
    });
  });

  test("a base that is not on the host any more is told by the Dockerfile, if that is as it was", async () => {
    const lab = chain();
    await lab.build("all");
    const reference = lab.reference("base");
    await removeImage(connection, reference, { force: true });
    expect(told(await layersOf(lab, "torch"))).toEqual(whole(lab));
    lab.write("torch/Dockerfile", `FROM REGISTRY/base\nRUN ${fill(8, "/eight")}\n`);
    const changed = await layersOf(lab, "torch");
    expect(changed.missingBase).toBe(reference);
    expect(Object.keys(told(changed))).toEqual([lab.reference("torch")]);
  });

  test("by the classic builder, on a base that has a name", async () => {
    const text = `FROM ${BUSYBOX_BASE}\nARG A="b c"\nARG N=1\nRUN ${fill(3, "/x")}\nRUN ["sh", "-c", "echo > /y"]\n`;
    const context = Readable.from([makeTar({ Dockerfile: text })]);
    const building = await connection.docker.buildImage(context, {
      t: "lab/classic:v1",
      networkmode: "none",
    });
    await finished(building.resume());
    onTestFinished(() => removeImage(connection, "lab/classic:v1").then(() => {}));
    const layers = await imageLayers(connection, "lab/classic:v1");
    expect(layers.parts.map(({ image }) => image)).toEqual([BUSYBOX_BASE, "lab/classic:v1"]);
    expect(layers.parts[1]?.layers).toMatchObject([
      { instruction: `RUN ${fill(3, "/x")}`, lines: undefined },
      { instruction: "RUN sh -c echo > /y" },
    ]);
  });

  /** Loads an image of one layer of 5 MB, as other builders make them. */
  async function load(name: string, history?: readonly object[]): Promise<ImageLayers> {
    const layer = makeTar({ data: "x".repeat(5_000_000) });
    const digest = createHash("sha256").update(layer).digest("hex");
    const rootfs = { type: "layers", diff_ids: [`sha256:${digest}`] };
    const image = makeTar({
      "manifest.json": JSON.stringify([{ Config: "config.json", RepoTags: [name], Layers: ["layer.tar"] }]),
      "config.json": JSON.stringify({ architecture: "amd64", os: "linux", config: {}, rootfs, history }),
      "layer.tar": layer,
    });
    await finished((await connection.docker.loadImage(Readable.from([image]))).resume());
    onTestFinished(() => removeImage(connection, name).then(() => {}));
    return imageLayers(connection, name);
  }

  test("an image whose builder wrote no history: how much, and that nothing is known of it", async () => {
    const layers = await load("lab/mute:v1");
    expect(layers).toMatchObject({ count: 1, parts: [{ image: "lab/mute:v1", size: 0, layers: [] }] });
    expect(layers.size).toBeGreaterThan(5_000);
  });

  test("a label that names no image is no base", async () => {
    const lab = new LabOnBed(connection, {
      "one/Dockerfile": `FROM ${BUSYBOX_BASE}\nLABEL org.opencontainers.image.base.name="Ubuntu 22.04 LTS"\nRUN ${fill(3, "/x")}\n`,
    });
    labs.push(lab);
    await lab.build("all");
    const { parts } = await imageLayers(connection, lab.reference("one"));
    expect(parts.at(-1)?.layers).toContainEqual(
      expect.objectContaining({ instruction: `RUN ${fill(3, "/x")}` }),
    );
  });

  test("one layer of all instructions, as buildah makes it: the last of them alone has not made it", async () => {
    const { parts } = await load("lab/one:v1", [
      { created_by: "/bin/sh -c make", empty_layer: true },
      { created_by: '/bin/sh -c #(nop) ENTRYPOINT ["sh"]', comment: "FROM lab/gone:v1" },
    ]);
    expect(parts.at(-1)).toMatchObject({
      image: "lab/one:v1",
      layers: [{ instruction: 'ENTRYPOINT ["sh"]', isSquashed: true }],
    });
  });
});
