import { describe, expect, test } from "vitest";
import { runFile, useFolders, useProgram } from "./program.ts";

const program = useProgram("fixture");
const folder = useFolders();

async function text(dockerfile: string, env: Record<string, string> = {}): Promise<string> {
  const { stdout, stderr } = await program.run(folder({ Dockerfile: dockerfile }).path, ["lint"], env);
  expect(stderr).toBe("");
  return stdout;
}

/** The source line and the marks below it, without the margin; of the first finding. */
async function excerpt(
  line: string,
  env: Record<string, string> = {},
): Promise<[source: string, marks: string]> {
  const [, source = "", marks = ""] = (await text(`${line}\n`, env)).split("\n");
  expect(source.slice(0, 6)).toBe("  1 | ");
  expect(marks.slice(0, 6)).toBe("    | ");
  return [source.slice(6), marks.slice(6)];
}

test("a whole report", async () => {
  const lab = folder({
    "base/Dockerfile": "FROM scratch\nRUN apt install x\n",
    "pytorch/Dockerfile": "FROM base\nRUN sudo apt install y\n# TODO perhaps\n",
    "quiet/Dockerfile": "FROM base\n",
  });
  const { code, stdout, stderr } = await program.run(lab.path, ["lint"]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(stdout).toBe(`\
base/Dockerfile:2:5: warning: Calls apt; call apt-get. [demo/warning]
  2 | RUN apt install x
    |     ^^^

pytorch/Dockerfile:2:5: error: Runs sudo, which a build never needs; leave it out. [demo/error]
  2 | RUN sudo apt install y
    |     ^^^^

pytorch/Dockerfile:2:10: warning: Calls apt; call apt-get. [demo/warning]
  2 | RUN sudo apt install y
    |          ^^^

pytorch/Dockerfile:3:3: info: Is not done; do it. [demo/info]
  3 | # TODO perhaps
    |   ^^^^

pytorch/Dockerfile:3:8: hint: Is not sure. [demo/hint]
  3 | # TODO perhaps
    |        ^^^^^^^

5 problems (1 error, 2 warnings, 1 info, 1 hint) in 2 files; 2 can be fixed with --fix
`);
});

test.each([
  ["FROM scratch\n", "No problems in 1 file\n"],
  ["# perhaps\n", "1 problem (1 hint) in 1 file\n"],
  ["# TODO\n# TODO\n", "2 problems (2 info) in 1 file\n"],
  ["RUN apt install x\n", "1 problem (1 warning) in 1 file; 1 can be fixed with --fix\n"],
])("the summary of %j", async (dockerfile, summary) => {
  expect((await text(dockerfile)).split("\n").slice(-2).join("\n")).toBe(summary);
});

describe("the words at fault are underlined", () => {
  test.each([
    ["behind tabs", "RUN\tsudo\tx", "RUN sudo    x", "    ^^^^"],
    ["at a tab stop", "\t\tsudo", "        sudo", "        ^^^^"],
    ["behind wide characters", "RUN echo 漢字 sudo", "RUN echo 漢字 sudo", "              ^^^^"],
    ["behind an emoji", "# 😀👩‍🚀 sudo", "# 😀👩‍🚀 sudo", "       ^^^^"],
    ["behind a combining accent", "# e\u0301 sudo", "# e\u0301 sudo", "    ^^^^"],
    ["behind narrow letters that are no ASCII", "# é→sudo", "# é→sudo", "    ^^^^"],
    ["at the end of a CRLF line", "RUN sudo\r", "RUN sudo", "    ^^^^"],
  ])("%s", async (_, line, source, marks) => {
    expect(await excerpt(line)).toEqual([source, marks]);
  });

  test("on the first line of several", async () => {
    expect(await text("FROM x\nRUN BEGIN \\\n  a \\\n  END\n")).toContain(
      "\n  2 | RUN BEGIN \\\n    |     ^^^^^^^ … to line 4\n",
    );
  });

  test("below a line number of any length", async () => {
    const output = await text(`${"#\n".repeat(1233)}RUN sudo\n`);
    expect(output).toContain("Dockerfile:1234:5: error");
    expect(output).toContain("\n  1234 | RUN sudo\n       |     ^^^^\n");
  });
});

describe("a long line is cut around the words to the terminal's width", () => {
  const dots = (count: number) => ".".repeat(count);
  test.each([
    ["in the middle", `${dots(300)} sudo ${dots(300)}`, /^…\.+ sudo \.+…$/],
    ["at the beginning", `sudo ${dots(300)}`, /^sudo \.+…$/],
    ["at the end", `${dots(300)} sudo`, /^…\.+ sudo$/],
    ["between wide characters", `${"漢".repeat(100)} sudo ${"漢".repeat(100)}`, /^…漢+ sudo 漢+…$/],
    ["as long as Docker takes a line", `${dots(30_000)} sudo ${dots(30_000)}`, /^…\.+ sudo \.+…$/],
  ])("%s", async (_, line, expected) => {
    const [source, marks] = await excerpt(line, { COLUMNS: "60" });
    expect(source).toMatch(expected);
    const cells = [...source].reduce((sum, character) => sum + (character === "漢" ? 2 : 1), 0);
    expect(cells).toBeLessThanOrEqual(54);
    expect(cells).toBeGreaterThan(50);
    const before = source.slice(0, source.indexOf("sudo"));
    expect(marks).toBe(
      `${" ".repeat([...before].reduce((sum, character) => sum + (character === "漢" ? 2 : 1), 0))}^^^^`,
    );
  });

  test("and of words that are too long themselves the beginning is shown", async () => {
    const [source, marks] = await excerpt(`RUN BEGIN${dots(300)}END`, { COLUMNS: "60" });
    expect(source).toMatch(/^…BEGIN\.+…$/);
    expect(marks).toMatch(/^ \^{52,53}$/);
  });
});

describe("colour", () => {
  const escape = "\u001b";
  test("is left out of a pipe", async () => {
    expect(await text("RUN sudo\n", { TERM: "xterm-256color" })).not.toContain(escape);
  });

  test("is there when it is forced, and means nothing that words do not say", async () => {
    const plain = await text("RUN sudo\n");
    const coloured = await text("RUN sudo\n", { FORCE_COLOR: "1" });
    expect(coloured).toContain(`${escape}[31merror:`);
    expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(plain);
  });

  test.each([
    [{ FORCE_COLOR: "0" }, false],
    [{ FORCE_COLOR: "1", NO_COLOR: "1" }, true],
    [{ NO_COLOR: "1" }, false],
  ])("with %j: %s", async (env, expected) => {
    expect((await text("RUN sudo\n", env)).includes(escape)).toBe(expected);
  });

  const onTerminal = (env: Record<string, string>) =>
    runFile(
      "script",
      ["-qec", `"${process.execPath}" "${program.path}" lint`, "/dev/null"],
      folder({ Dockerfile: "RUN sudo\n" }).path,
      { TERM: "xterm", ...env },
    );

  test.skipIf(process.platform !== "linux").each([
    [{}, true],
    [{ NO_COLOR: "1" }, false],
    [{ NO_COLOR: "" }, true],
    [{ FORCE_COLOR: "0" }, false],
    [{ TERM: "dumb" }, false],
  ])("on a terminal with %j: %s", async (env, expected) => {
    const { stdout } = await onTerminal(env);
    expect(stdout).toContain("1 problem (1 error) in 1 file");
    expect(stdout.includes(escape)).toBe(expected);
  });
});

test("nothing in a Dockerfile or its name reaches the terminal as a command", async () => {
  const lab = folder({ "a\u001b[31m/Dockerfile": "# \u001b[2J\u0007\u202e\u009b sudo\n" });
  const { stdout } = await program.run(lab.path, ["lint"]);
  expect(stdout).toContain("  1 | # ␛[2J␇�� sudo\n    |           ^^^^\n");
  expect(stdout).toContain("a␛[31m/Dockerfile:1:");
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u0080-\u009f\u202e]/);
});
