import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../../../core/dockerfile/dockerfile.ts";
import { linesOf } from "../../../../engine/build/step-lines.ts";
import type { LayerSource } from "../../../../engine/layers/layer-source.ts";
import { madeBy } from "../../../../engine/layers/made-by.ts";
import { recordedInstructions } from "../../../../engine/layers/recorded-instructions.ts";

function source(text: string): LayerSource {
  const dockerfile = parseDockerfile(text);
  const { instructions } = dockerfile;
  return { name: "x", path: "/lab/Dockerfile", dockerfile, instructions, base: "busybox" };
}

/** The first line of what made each entry of a history; a dash for none. */
function lines(text: string, ...history: string[]): (number | "-")[] {
  const { dockerfile } = source(text);
  return madeBy(recordedInstructions(history), source(text)).map((each) =>
    each ? linesOf(dockerfile, each.span).start : "-",
  );
}

describe("the instruction that made a layer", () => {
  test("continued lines, comments between them, flags, variables, here-documents and exec form", () => {
    const text = `FROM busybox
ARG SRC=a
RUN --mount=type=cache,target=/c make \\
    # with all
    -j4
COPY --from=0 --chown=1:1 \${SRC} /x/$SRC/y
RUN ["sh", "-c", "echo exec"]
RUN <<EOT
echo one
echo two
EOT
RUN <<EOT cat > /h
hello
EOT
RUN <<EOT
#!/bin/sh
EOT
ADD ["a", "b c"]
WORKDIR sub
`;
    expect(
      lines(
        text,
        "",
        "ARG SRC=a",
        "RUN |1 SRC=a /bin/sh -c make     -j4 # buildkit",
        "COPY --chown=1:1 a /x/a/y # buildkit",
        "RUN |1 SRC=a sh -c echo exec # buildkit",
        "RUN |1 SRC=a /bin/sh -c echo one\necho two\n # buildkit",
        "RUN |1 SRC=a /bin/sh -c <<EOT cat > /h\nhello\nEOT # buildkit",
        "RUN |1 SRC=a /bin/sh -c /dev/pipes/EOT # buildkit",
        "ADD a b c # buildkit",
        "WORKDIR /work/sub",
      ),
    ).toEqual(["-", 2, 3, 6, 7, 8, 12, 15, 18, 19]);
  });

  test("what only changes the configuration, as builders write it", () => {
    const text = `FROM busybox
ENV A 1
ENV B=2 C=/c:$PATH
SHELL ["/bin/bash", "-c"]
LABEL a="b c"
VOLUME ["/data"]
USER 7
ONBUILD RUN make
CMD ["sh", "-c", "x"]
`;
    expect(
      lines(
        text,
        "ENV A=1",
        "ENV B=2 C=/c:/usr/bin:/bin",
        "SHELL [/bin/bash -c]",
        "LABEL a=b c",
        "VOLUME [/data]",
        "/bin/sh -c #(nop)  USER 7",
        "ONBUILD RUN make",
        'CMD ["sh" "-c" "x"]',
        "CMD [sh -c y]",
      ),
    ).toEqual([2, 3, 4, 5, 6, 7, 8, 9, "-"]);
  });

  test("of the classic builder and buildah, whose COPY tells only where to", () => {
    const text = 'FROM busybox\nRUN ["sh", "-c", "x"]\nCOPY a b ./\nCOPY c /d\nRUN ["sh", "-c", "y"]\n';
    const digest = "b18646661530708417671dc293f62f27bdbb7216f29e6c516e0ef337f9c2dcc2";
    expect(
      lines(
        text,
        "|1 A=b c sh -c x",
        `/bin/sh -c #(nop) COPY multi:${digest} in ./ `,
        `/bin/sh -c #(nop) COPY file:${digest} in /d `,
        '/bin/sh -c ["sh", "-c", "y"]',
      ),
    ).toEqual([2, 3, 4, 5]);
  });

  test("one that was changed since has none, the others keep theirs", () => {
    const text = "FROM busybox\nRUN one\nRUN new\nRUN two --more\nRUN three\n";
    expect(
      lines(text, "RUN /bin/sh -c one # buildkit", "RUN /bin/sh -c two # buildkit", "/bin/sh -c three"),
    ).toEqual([2, "-", 5]);
  });

  test("words that stand twice are not mixed up, nor with the base's", () => {
    const text = "FROM busybox\nRUN ldconfig\nRUN make\nRUN ldconfig\n";
    const run = (command: string) => `RUN /bin/sh -c ${command} # buildkit`;
    expect(lines(text, run("ldconfig"), run("ldconfig"), run("make"), run("ldconfig"))).toEqual([
      "-",
      2,
      3,
      4,
    ]);
  });

  test("more or less of the words is another instruction", () => {
    expect(
      lines(
        "FROM busybox\nRUN apt-get update\nCOPY a$X /b\n",
        "RUN /bin/sh -c apt-get update && rm -rf /var # buildkit",
        "COPY ab /b/c # buildkit",
      ),
    ).toEqual(["-", "-"]);
  });
});
