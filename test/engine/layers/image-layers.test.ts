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

const fill = (bytes: number, path: string) => `head -c ${bytes} /dev/zero > ${path}`;

/** Each image of the chain with its layers: `12 RUN make: 300 bytes`, a dash for no line. */
function told({ parts }: ImageLayers): Record<string, string[]> {
  return Object.fromEntries(
    parts.map(({ image, layers }) => [
      image,
      layers.map(
        ({ lines, instruction, size }) =>
          `${lines?.start ?? "-"} ${instruction?.slice(0, 12)}: ${size} bytes`,
      ),
    ]),
  );
}

describe.skipIf(!daemonSocket)("what made an image's bytes", () => {
  const connection = socketConnection(daemonSocket ?? "");
  const labs: LabOnBed[] = [];
  afterEach(async () => {
    for (const lab of labs.splice(0)) await lab.remove();
  });

  function chain(): LabOnBed {
    const lab = new LabOnBed(connection, {
      "lab-images.json":
        '{ "registry": "REGISTRY", "images": { "base": { "args": { "WHO": "two words" } } } }',
      "base/Dockerfile": `FROM ${BUSYBOX_BASE}
ARG WHO
RUN ${fill(3000, "/three")} \\
    # by whom
    && echo $WHO
COPY a.txt sub/
ONBUILD RUN ${fill(500, "/triggered")}
`,
      "base/a.txt": "a".repeat(200),
      "torch/Dockerfile": `FROM ${BUSYBOX_BASE} AS builder
RUN ${fill(900, "/built")}
FROM REGISTRY/base
ENV A=1
COPY --from=builder /built /opt/
RUN ${fill(7000, "/seven")}
`,
    });
    labs.push(lab);
    return lab;
  }

  const layersOf = (lab: LabOnBed, name: string) => {
    const dockerfile = lab.lab.dockerfileOfImage(name);
    return imageLayers(connection, lab.reference(name), { lab: lab.lab, dockerfile });
  };

  test("a lab's image on another: each with its Dockerfile's lines, and all of the daemon's bytes", async () => {
    const lab = chain();
    await lab.build("all");
    const layers = await layersOf(lab, "torch");
    const busybox = await inspectImage(connection, BUSYBOX_BASE);
    expect(told(layers)).toEqual({
      [BUSYBOX_BASE]: [`- Imported fro: ${busybox.size} bytes`],
      [lab.reference("base")]: ["3 RUN head -c : 3000 bytes", "6 COPY a.txt s: 200 bytes"],
      [lab.reference("torch")]: [
        "3 RUN head -c : 500 bytes",
        "5 COPY --from=: 900 bytes",
        "6 RUN head -c : 7000 bytes",
      ],
    });
    const details = await inspectImage(connection, lab.reference("torch"));
    expect(layers).toMatchObject({ id: details.id, size: details.size, count: 6, missingBase: undefined });
    expect(layers.parts.reduce((sum, { size }) => sum + size, 0)).toBe(details.size);
    expect(layers.parts[1]?.layers[0]?.lines).toEqual({ start: 3, end: 5 });
    expect(layers.parts[1]?.dockerfile).toBe(lab.lab.dockerfileOfImage("base"));
  });

  test("after a change the lines are those of now, a base that was built anew is still told apart", async () => {
    const lab = chain();
    await lab.build("all");
    lab.write("base/Dockerfile", `FROM ${BUSYBOX_BASE}\nRUN ${fill(4000, "/four")}\nCOPY a.txt sub/\n`);
    await lab.build(["base"]);
    lab.write("torch/Dockerfile", `# New\n\nFROM REGISTRY/base\nRUN true\nRUN ${fill(7000, "/seven")}\n`);
    const { [lab.reference("base")]: base, [lab.reference("torch")]: torch } = told(
      await layersOf(lab, "torch"),
    );
    expect(base).toEqual(["- RUN head -c : 3000 bytes", "3 COPY a.txt s: 200 bytes"]);
    expect(torch).toEqual([
      expect.stringMatching(/^\d RUN head -c : 500 bytes$/),
      "- COPY /built : 900 bytes",
      "5 RUN head -c : 7000 bytes",
    ]);
  });

  test("a base that is not on the host any more is told by the Dockerfile, if that is as it was", async () => {
    const lab = chain();
    lab.write("base/Dockerfile", `FROM ${BUSYBOX_BASE}\nRUN ${fill(3000, "/three")}\n`);
    await lab.build("all");
    const reference = lab.reference("base");
    await removeImage(connection, reference, { force: true });
    const layers = await layersOf(lab, "torch");
    expect(Object.keys(told(layers))).toEqual([reference, lab.reference("torch")]);
    expect(told(layers)[reference]?.at(-1)).toBe("2 RUN head -c : 3000 bytes");
    lab.write("torch/Dockerfile", `FROM REGISTRY/base\nRUN ${fill(8000, "/eight")}\n`);
    const changed = await layersOf(lab, "torch");
    expect(changed.missingBase).toBe(reference);
    expect(Object.keys(told(changed))).toEqual([lab.reference("torch")]);
    lab.write("base/Dockerfile", `FROM ${BUSYBOX_BASE}\nRUN ${fill(3000, "/three")}\n`);
  });

  test("by the classic builder, on a base that has a name", async () => {
    const text = `FROM ${BUSYBOX_BASE}\nARG A="b c"\nARG N=1\nRUN ${fill(300, "/x")}\nRUN ["sh", "-c", "echo > /y"]\n`;
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
      { size: 300, instruction: `RUN ${fill(300, "/x")}`, lines: undefined },
      { size: 1, instruction: "RUN sh -c echo > /y" },
    ]);
  });

  test("an image whose builder wrote no history: how much, and that nothing is known of it", async () => {
    const layer = makeTar({ data: "x".repeat(5000) });
    const digest = createHash("sha256").update(layer).digest("hex");
    const config = {
      architecture: "amd64",
      os: "linux",
      config: {},
      rootfs: { type: "layers", diff_ids: [`sha256:${digest}`] },
    };
    const manifest = [{ Config: "config.json", RepoTags: ["lab/mute:v1"], Layers: ["layer.tar"] }];
    const image = makeTar({
      "manifest.json": JSON.stringify(manifest),
      "config.json": JSON.stringify(config),
      "layer.tar": layer,
    });
    await finished((await connection.docker.loadImage(Readable.from([image]))).resume());
    onTestFinished(() => removeImage(connection, "lab/mute:v1").then(() => {}));
    expect(await imageLayers(connection, "lab/mute:v1")).toMatchObject({
      size: 5000,
      count: 1,
      parts: [{ image: "lab/mute:v1", size: 0, layers: [] }],
    });
  });
});
