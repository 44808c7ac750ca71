import { describe, expect, test } from "vitest";
import { instructionText, recordedInstructions } from "../../../../engine/layers/recorded-instructions.ts";

/** What is read of a history, the oldest entry first. */
function read(...history: string[]): (string | undefined)[] {
  return recordedInstructions(history).map((each) => each && instructionText(each));
}

/** The digest of what was copied, as the classic builder and buildah write it. */
const digest = "44fdb488ba091c424bb85514ad4f8505736c7296d8346737a050670e007dbccb";

describe("what builders write into an image's history", () => {
  test("BuildKit, as Docker 28.5 has it", () => {
    expect(
      read(
        "",
        "ARG MSG=hello world",
        'RUN |2 MSG=hello world N=1 /bin/sh -c echo "$MSG" > /m # buildkit',
        "RUN |2 MSG=hello world N=1 sh -c echo exec > /e # buildkit",
        "RUN |2 MSG=hello world N=1 /bin/sh -c set -e\necho one > /h1\necho two > /h2\n # buildkit",
        "RUN |2 MSG=hello world N=1 /bin/sh -c cat <<EOT > /h3\nhello\nEOT # buildkit",
        "RUN /bin/sh -c cat << 'EOF' > /h4\nhello\nEOF # buildkit",
        "COPY --chmod=644 a /x/ # buildkit",
        "COPY <<EOT /here.txt # buildkit",
        "WORKDIR /sub",
        'ENTRYPOINT ["sh"]',
        "RUN /bin/sh -c apt-get update &&     apt-get install -y curl # buildkit",
      ),
    ).toEqual([
      undefined,
      "ARG MSG=hello world",
      'RUN echo "$MSG" > /m',
      "RUN sh -c echo exec > /e",
      "RUN <<EOF\nset -e\necho one > /h1\necho two > /h2\nEOF",
      "RUN cat <<EOT > /h3\nhello\nEOT",
      "RUN cat << 'EOF' > /h4\nhello\nEOF",
      "COPY --chmod=644 a /x/",
      "COPY <<EOT /here.txt",
      "WORKDIR /sub",
      'ENTRYPOINT ["sh"]',
      "RUN apt-get update &&     apt-get install -y curl",
    ]);
  });

  test("the classic builder, as Docker 20.10 has it", () => {
    expect(
      read(
        "/bin/sh -c #(nop)  ARG MSG=hello world",
        '|2 MSG=hello world N=1 /bin/sh -c echo "$MSG" > /m',
        "|2 MSG=hello world N=1 sh -c echo exec > /e",
        `/bin/sh -c #(nop) COPY file:${digest} in /x/ `,
        "/bin/sh -c apt-get update",
        "/bin/sh -c #(nop)  ONBUILD RUN make",
        `/bin/sh -c #(nop) ADD file:${digest} in / `,
      ),
    ).toEqual([
      "ARG MSG=hello world",
      'RUN echo "$MSG" > /m',
      "RUN sh -c echo exec > /e",
      "COPY file:44fdb488ba09 in /x/",
      "RUN apt-get update",
      "ONBUILD RUN make",
      "ADD file:44fdb488ba09 in /",
    ]);
  });

  test("buildah 1.28", () => {
    expect(
      read(
        "/bin/sh -c #(nop) ARG MSG N",
        '|3 MSG=hello world N=1 /bin/sh -c echo "$MSG" > /m',
        '|3 MSG=hello world N=1 /bin/sh -c ["sh", "-c", "echo exec > /e"]',
        '/bin/sh -c #(nop) SHELL ["/bin/sh", "-eu", "-c"]',
        `/bin/sh -c #(nop) COPY multi:${digest} in ./ `,
      ),
    ).toEqual([
      "ARG MSG N",
      'RUN echo "$MSG" > /m',
      'RUN ["sh", "-c", "echo exec > /e"]',
      'SHELL ["/bin/sh", "-eu", "-c"]',
      "COPY multi:44fdb488ba09 in ./",
    ]);
  });

  test("kaniko, apko, debuerreotype, jib, docker commit", () => {
    const others = [
      "apko",
      "# debian.sh --arch 'amd64' out/ 'bookworm' '@1731283200'",
      "jib-maven-plugin:3.4.0",
      "bash",
    ];
    expect(read("COPY manager .", "RUN addgroup -S nonroot && adduser -S nonroot", ...others)).toEqual([
      "COPY manager .",
      "RUN addgroup -S nonroot && adduser -S nonroot",
      ...others,
    ]);
  });

  test.each([
    ["SHELL [/bin/bash -o pipefail -c]", "/bin/bash -o pipefail -c"],
    ["SHELL [conda run -n torch /bin/bash -c]", "conda run -n torch /bin/bash -c"],
    ["/bin/sh -c #(nop)  SHELL [/bin/bash -euxo pipefail -c]", "/bin/bash -euxo pipefail -c"],
    ['SHELL ["/bin/bash", "-lc"]', "/bin/bash -lc"],
  ])("after %s a RUN is its command", (shell, words) => {
    expect(
      read(shell, `RUN ${words} make # buildkit`, `RUN |1 A=/bin/sh x ${words} make # buildkit`).slice(1),
    ).toEqual(["RUN make", "RUN make"]);
  });

  test("a shell that the history does not name, as of a base whose history is lost", () => {
    expect(read("RUN /bin/bash -o pipefail -c make # buildkit", "/usr/bin/bash -lc make")).toEqual([
      "RUN make",
      "RUN make",
    ]);
  });
});
