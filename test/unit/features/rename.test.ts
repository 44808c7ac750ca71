import { describe, expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { nameAt, renameAt } from "../../../server/features/rename.ts";
import { withCursor } from "./complete-at.ts";

/** The text after the name at `|` became `to`. */
function renamed(marked: string, to = "new"): string {
  const { text, offset } = withCursor(marked);
  const edits = renameAt(parseDockerfile(text), offset, to);
  if (!edits) throw new Error("nothing to rename");
  return TextDocument.applyEdits(TextDocument.create("file:///Dockerfile", "dockerfile", 0, text), edits);
}

function refused(marked: string): () => unknown {
  const { text, offset } = withCursor(marked);
  return () => nameAt(parseDockerfile(text), offset);
}

describe("a stage", () => {
  test.each(["AS bu|ild", "--from=bu|ild", "FROM Bu|ild"])("from %s, in FROM, COPY and mounts", (at) => {
    const text =
      "FROM x AS build\n# build\nFROM Build\nCOPY --from=build /build /b\n" +
      "RUN --mount=type=bind,from=build,target=/build make build\n";
    expect(renamed(text.replace(at.replace("|", ""), at))).toBe(
      "FROM x AS new\n# build\nFROM new\nCOPY --from=new /build /b\n" +
        "RUN --mount=type=bind,from=new,target=/build make build\n",
    );
  });

  test("an image of that name is none", () => {
    expect(renamed("FROM python\nFROM x AS py|thon\nFROM y\nCOPY --from=python:3 a b\n")).toBe(
      "FROM python\nFROM x AS new\nFROM y\nCOPY --from=python:3 a b\n",
    );
  });
});

describe("a variable", () => {
  test.each(["ARG CU|DA=", "{CU|DA", "\nARG CU|DA\n", "$CU|DA\n"])(
    "from %s, above FROM and in stages",
    (at) => {
      const text = "ARG CUDA=12.4.1\nFROM nvidia/cuda:${CUDA}-base\nARG CUDA\nRUN echo $CUDA\n";
      expect(renamed(text.replace(at.replace("|", ""), at))).toBe(
        "ARG new=12.4.1\nFROM nvidia/cuda:${new}-base\nARG new\nRUN echo $new\n",
      );
    },
  );

  test("what a stage has from the one below it; comments, longer names and other stages' shells are left", () => {
    expect(
      renamed(
        'FROM x AS a\nENV D|IR=/d\nENV DIRS=$DIR\nFROM a\n# $DIR\nCOPY a ${DIR:-/x}/\nRUN ls \\\n  # $DIR\n  "$DIR" $DIRS\n' +
          "FROM y\nRUN DIR=/z && ls $DIR\n",
      ),
    ).toBe(
      'FROM x AS a\nENV new=/d\nENV DIRS=$new\nFROM a\n# $DIR\nCOPY a ${new:-/x}/\nRUN ls \\\n  # $DIR\n  "$new" $DIRS\n' +
        "FROM y\nRUN DIR=/z && ls $DIR\n",
    );
  });

  test("its length, and what it names", () => {
    expect(renamed('FROM x\nARG N|=1\nRUN echo ${#N} "${!N}"\nRUN N=2 true\n')).toBe(
      'FROM x\nARG new=1\nRUN echo ${#new} "${!new}"\nRUN N=2 true\n',
    );
  });

  test("what is read before it is set is another", () => {
    expect(renamed("FROM x\nENV P|ATH=/a:$PATH B=$PATH\nENV PATH=/b:$PATH\n")).toBe(
      "FROM x\nENV new=/a:$PATH B=$PATH\nENV new=/b:$new\n",
    );
    expect(renamed("FROM x\nRUN N=1; echo $N\nARG N|\nRUN echo $N\n")).toBe(
      "FROM x\nRUN N=1; echo $N\nARG new\nRUN echo $new\n",
    );
  });

  test.each([
    ["FROM x\nARG N=1\nRUN N=2 && echo $|N\n", /line 3 sets N itself/],
    ["FROM x\nARG |N=1\nRUN echo $((N + 1))\n", /line 3 asks for N by its bare name/],
    ["FROM x\nARG |N=1\nRUN [ -v N ] && echo $N\n", /line 3 asks for N by its bare name/],
    ["FROM x\nENV |N=1\nRUN python -c 'import os; os.environ[\"N\"]'\n", /bare name/],
    ["FROM x\nENV PATH2=$PA|TH\n", /No ARG or ENV of this file sets PATH/],
    ["FROM x\nARG TARGET|ARCH\n", /The builder sets TARGETARCH/],
  ])("is refused with a reason: %s", (marked, reason) => {
    expect(refused(marked)).toThrow(reason);
  });

  test("a name that cannot be, or is there already, is refused", () => {
    expect(() => renamed("FROM x\nARG N|=1\n", "a-b")).toThrow('"a-b" cannot be the name of a variable');
    expect(() => renamed("FROM x\nARG N|=1 M=2\n", "M")).toThrow("a variable M in this file already");
  });
});

test("any other word is not ours to rename", () => {
  expect(refused("FROM x\nRUN ec|ho $A\n")()).toBeUndefined();
});
