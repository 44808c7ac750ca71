import { expect, test } from "vitest";
import type { ImageLayers } from "../../../../engine/layers/image-layers.ts";
import type { Layer } from "../../../../engine/layers/layer-part.ts";
import { whatMadeShort } from "../../../../engine/layers/layer-text.ts";
import { layersText } from "../../../../engine/layers/layers-text.ts";

const layer = (size: number, instruction: string | undefined, line?: number): Layer => ({
  ...{ size, instruction, created: 0, isSquashed: false },
  lines: line === undefined ? undefined : { start: line, end: line },
});

test("each layer's instruction is whole, with what it costs above it", () => {
  const script = layer(3_000_000, "RUN <<EOF\nset -e\n  make   all\nEOF", 4);
  const image: ImageLayers = {
    ...{ image: "lab/torch:v1", id: "sha256:0", size: 10_000_000, count: 4, missingBase: undefined },
    parts: [
      { image: "busybox", dockerfile: undefined, size: 6_950_000, layers: [layer(6_950_000, undefined)] },
      {
        image: "lab/torch:v1",
        dockerfile: "/lab/torch/Dockerfile",
        size: 3_050_000,
        layers: [script, layer(50_000, "COPY a /b")],
      },
    ],
  };
  const { text, lines } = layersText(image, "torch on here", (path) => path.slice("/lab/".length));
  expect(text).toBe(`# torch on here: 10.0MB in 4 layers, 6.95MB (70%) from its base.

# busybox: 6.95MB, 70%

# 6.95MB, 70%
(nothing was written down of it)

# lab/torch:v1: 3.05MB, 31%

# 3.00MB, 30%, torch/Dockerfile:4
RUN <<EOF
set -e
  make   all
EOF

# 50.0kB, <1%
COPY a /b
`);
  expect(text.split("\n")[lines.get(script) ?? -1]).toBe("RUN <<EOF");
  expect(whatMadeShort(script)).toBe("RUN <<EOF ↵ set -e ↵ make all ↵ EOF");
});

test("a layer that a builder made of several instructions is not told by the last of them", () => {
  expect(whatMadeShort({ ...layer(5, 'ENTRYPOINT ["sh"]'), isSquashed: true })).toBe(
    "(several instructions, in one layer)",
  );
});
