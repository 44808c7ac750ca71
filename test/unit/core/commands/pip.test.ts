import { describe, expect, test } from "vitest";
import { type PipCall, pipCall, pipOption } from "../../../../core/commands/pip.ts";
import { parseDockerfile } from "../../../../core/dockerfile/dockerfile.ts";

function callsIn(command: string): { readonly text: string; readonly calls: PipCall[] } {
  const text = `FROM x\nENV KNOWN=/opt/venv\nRUN ${command}\n`;
  const run = parseDockerfile(text).instructions[2];
  if (run?.kind !== "RUN") throw new Error(text);
  return { text, calls: run.shell.invocations.flatMap((invocation) => pipCall(invocation) ?? []) };
}

function callIn(command: string): PipCall {
  const [call] = callsIn(command).calls;
  if (!call) throw new Error(`no pip in ${command}`);
  return call;
}

describe("every spelling of pip", () => {
  test.each([
    ["pip install x", "pip install"],
    ["pip3 install x", "pip3 install"],
    ["pip3.11 install x", "pip3.11 install"],
    ["pip-3.9 install x", "pip-3.9 install"],
    ["/opt/venv/bin/pip install x", "/opt/venv/bin/pip install"],
    ["$KNOWN/bin/pip install x", "$KNOWN/bin/pip install"],
    ['"$VENV/bin/pip" install x', '"$VENV/bin/pip" install'],
    ['"${VENV}"/bin/pip3 install x', '"${VENV}"/bin/pip3 install'],
    ["python -m pip install x", "python -m pip install"],
    ["python3.11 -m pip install x", "python3.11 -m pip install"],
    ["python3 -u -m pip install x", "python3 -u -m pip install"],
    ["python3 -W ignore -Im pip install x", "python3 -W ignore -Im pip install"],
    ["python3 -Xdev -mpip install x", "python3 -Xdev -mpip install"],
    ["pypy3 -m pip install x", "pypy3 -m pip install"],
    ["python$V -m pip install x", "python$V -m pip install"],
    ["$PYTHON -m pip install x", "$PYTHON -m pip install"],
    ["/isaac-sim/python.sh -m pip install x", "/isaac-sim/python.sh -m pip install"],
    ["python /opt/venv/bin/pip install x", "python /opt/venv/bin/pip install"],
    ["sudo -H pip install x", "pip install"],
    ["conda run -n e pip install x", "pip install"],
    ["$CONDA/bin/conda run -n e pip install x", "pip install"],
    ["pip -q --log /l install x", "pip -q --log /l install"],
  ])("%s", (command, words) => {
    const { text, calls } = callsIn(command);
    expect(calls.map(({ span }) => text.slice(span.start, span.end))).toEqual([words]);
    expect(calls[0]!.command).toBe("install");
    expect(calls[0]!.targets.map(({ value }) => value)).toEqual(["x"]);
  });

  test.each([
    "pipx install x",
    "pipenv install x",
    "pip-compile x",
    "pip$V install x",
    "$PIP install x",
    "uv pip install x",
    "python -c 'x' -m pip install x",
    "python setup.py -m pip install x",
    "python $FLAGS -m pip install x",
    "python -m pipx install x",
    "python",
    "$SUDO python -m pip install x",
  ])("not %s", (command) => {
    expect(callsIn(command).calls).toEqual([]);
  });
});

describe("options", () => {
  const optionsOf = (command: string) => callIn(command).options.map(({ name, value }) => [name, value]);

  test.each([
    ["pip install -U x", [["upgrade", undefined]]],
    [
      "pip install -r a.txt -cb.txt",
      [
        ["requirement", "a.txt"],
        ["constraint", "b.txt"],
      ],
    ],
    [
      "pip install -qUr a.txt",
      [
        ["quiet", undefined],
        ["upgrade", undefined],
        ["requirement", "a.txt"],
      ],
    ],
    ["pip install --index-url=https://i x", [["index-url", "https://i"]]],
    ["pip install -i https://i x", [["index-url", "https://i"]]],
    ["pip install --index https://i x", [["index-url", "https://i"]]],
    ["pip install --pypi-url https://i x", [["index-url", "https://i"]]],
    ["pip install --no-cache x", [["no-cache-dir", undefined]]],
    ["pip install --no-c x", [["no-c", undefined]]],
    ["pip install --no-dependencies x", [["no-deps", undefined]]],
    ["pip install -r $R", [["requirement", null]]],
    ["pip install --index-url=$I x", [["index-url", null]]],
    ["pip install -- --no-cache-dir", []],
  ])("%s", (command, expected) => {
    expect(optionsOf(command)).toEqual(expected);
  });

  test("the last one counts", () => {
    const call = callIn("pip install --cache-dir /a --cache-dir /b x");
    expect(pipOption(call, "cache-dir")?.value).toBe("/b");
    expect(pipOption(call, "target")).toBeUndefined();
  });
});

describe("words that may hold options", () => {
  test.each([
    ["pip install $FLAGS x", true],
    ["pip install $(cat r.txt)", true],
    ['pip install "$@"', true],
    ["pip install --$X x", true],
    ["cat r | xargs pip install", true],
    ["pip install torch==$V", false],
    ['pip install "torch==$V"', false],
    ["pip install $WHEELS/x.whl", false],
    ["pip install $PACKAGE==1", false],
    ["pip install -r $R", false],
    ["pip install -r$R", false],
    ["pip install --index-url=$I x", false],
    ["pip install *.whl", false],
  ])("%s: %s", (command, open) => {
    expect(callIn(command).open).toBe(open);
  });
});

test("no command", () => {
  expect(callIn("pip --version").command).toBeUndefined();
  expect(callIn("python3 -m pip").span).toEqual({ start: 31, end: 45 });
});
