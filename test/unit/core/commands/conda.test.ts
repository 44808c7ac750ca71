import { expect, test } from "vitest";
import { condaCall, hasCondaOption } from "../../../../core/commands/conda.ts";
import { parseDockerfile } from "../../../../core/dockerfile/dockerfile.ts";

function read(command: string) {
  const text = `FROM x\nRUN ${command}\n`;
  const run = parseDockerfile(text).instructions[1];
  if (run?.kind !== "RUN") throw new Error(text);
  const calls = run.shell.invocations.flatMap((invocation) => condaCall(invocation) ?? []);
  return { text, calls };
}

test.each([
  ["conda install -y a", "conda", "install", "conda install"],
  ["mamba env create -f e.yml", "mamba", "env create", "mamba env create"],
  ["conda env", "conda", "env", "conda env"],
  ["conda create -n env a", "conda", "create", "conda create"],
  ["micromamba -y -r /m install a", "micromamba", "install", "micromamba -y -r /m install"],
  ["/opt/conda/bin/conda clean -afy", "conda", "clean", "/opt/conda/bin/conda clean"],
  ["${CONDA_DIR}/bin/mamba update a", "mamba", "update", "${CONDA_DIR}/bin/mamba update"],
  ["conda run -n e mamba install a", "mamba", "install", "mamba install"],
  ["sudo conda install a", "conda", "install", "conda install"],
  ["conda $COMMAND a", "conda", undefined, "conda $COMMAND"],
  ["conda --version", "conda", undefined, "conda"],
])("%s", (command, tool, name, words) => {
  const { text, calls } = read(command);
  expect(calls.map((call) => [call.tool, call.command])).toEqual([[tool, name]]);
  const { span } = calls[0]!;
  expect(text.slice(span.start, span.end)).toBe(words);
});

test.each(["conda-lock install", "$CONDA install a", "conda run -n e python x", "echo conda install"])(
  "not %s",
  (command) => {
    expect(read(command).calls).toEqual([]);
  },
);

test("options", () => {
  const call = read("conda install --dry-run -n e --file=r.txt a").calls[0]!;
  expect(hasCondaOption(call, "--dry-run")).toBe(true);
  expect(hasCondaOption(call, "-d", "--file")).toBe(true);
  expect(hasCondaOption(call, "--clone")).toBe(false);
});
