import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../../../core/dockerfile/dockerfile.ts";
import { entriesBelow } from "../../../../engine/layers/entries-below.ts";
import { recordedInstructions } from "../../../../engine/layers/recorded-instructions.ts";

/** What nvidia/cuda and the lab's base on it have recorded; the base's own begin with the third. */
const history = [
  "/bin/sh -c #(nop) ADD file:3077ee44b3c2 in / ",
  "RUN |1 DEBIAN_FRONTEND=noninteractive /bin/sh -c apt-get update && apt-get install -y cuda # buildkit",
  "ARG DEBIAN_FRONTEND=noninteractive",
  "RUN |1 DEBIAN_FRONTEND=noninteractive /bin/sh -c apt-get update && apt-get install -y git vim # buildkit",
  "ENV TZ=Europe/Zurich",
  "RUN |1 DEBIAN_FRONTEND=noninteractive /bin/sh -c pip install --no-cache-dir wheel # buildkit",
  'CMD ["bash"]',
];

const frontend = "ARG DEBIAN_FRONTEND=noninteractive";
const apt = "RUN apt-get update && apt-get install -y git vim";
const rest = ["ENV TZ=Europe/Zurich", "RUN pip install --no-cache-dir wheel", 'CMD ["bash"]'];

function below(lines: readonly string[], recorded: readonly string[] = history): number | undefined {
  const dockerfile = parseDockerfile(`FROM nvidia/cuda\n${lines.join("\n")}\n`);
  const { instructions } = dockerfile;
  const source = { name: "base", path: "/lab/Dockerfile", dockerfile, instructions, base: "nvidia/cuda" };
  return entriesBelow(recordedInstructions(recorded), source);
}

describe("how much of a history is a base's that is not on the host", () => {
  test.each([
    ["as it was built", [frontend, apt, ...rest], 2],
    ["with more at the end", [frontend, apt, ...rest, "RUN make"], 2],
    ["a package more in its first RUN", [frontend, `${apt} tmux`, ...rest], 2],
    ["its first instructions edited both", [`${frontend}2`, `${apt} tmux`, ...rest], 2],
    ["a RUN in between that is new", [frontend, apt, "RUN make", ...rest], 2],
    ["all but the first instructions gone", [frontend, apt], 2],
    ["a new instruction above all others", ["RUN make", frontend, apt, ...rest], undefined],
    ["its first RUN another one", [frontend, "COPY a /b", "RUN make", ...rest], undefined],
    ["all of it another one", ["RUN make", "COPY a /b"], undefined],
    ["only its base", [], 7],
  ])("%s: %j", (_what, lines, expected) => {
    expect(below(lines)).toBe(expected);
  });

  test("an instruction that is new here, and that the base has", () => {
    const recorded = [history[0]!, frontend, history[1]!, ...history.slice(3)];
    expect(below([frontend, apt, ...rest], recorded)).toBeUndefined();
  });
});
