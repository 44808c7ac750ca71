import { describe, expect, test } from "vitest";
import { updateInSameRun } from "../../../../server/rules/apt/update-in-same-run.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(updateInSameRun);

const from = "FROM ubuntu:22.04\n";
const clean = "apt-get clean && rm -rf /var/lib/apt/lists/*";

describe("installs from an earlier layer's lists", () => {
  test.each([
    ["RUN apt-get install -y git", ["apt-get install"]],
    ["RUN apt-get install -y git && apt-get install -y vim", ["apt-get install"]],
    ["RUN apt-get -y upgrade", ["apt-get -y upgrade"]],
    ["RUN apt-get install -y git && apt-get update", ["apt-get install", "apt-get update"]],
    ["RUN apt-get update && apt-get install -y git\nRUN apt-get install -y vim", ["apt-get install"]],
    ["RUN dpkg -i x.deb || apt-get install -fy", ["apt-get install"]],
    ["RUN apt-get install -y ./x.deb git", ["apt-get install"]],
    ["RUN curl -O https://x.org/x && apt-get install -y git", ["apt-get install"]],
    ["RUN . /etc/os-release && apt-get install -y git", ["apt-get install"]],
    ["RUN add-apt-repository -n ppa:x/y && apt-get install -y git", ["apt-get install"]],
    ["RUN --mount=type=cache,target=/var/cache/apt apt-get install -y git", ["apt-get install"]],
    ["RUN /opt/conda/bin/conda install -y x && apt-get install -y git", ["apt-get install"]],
    ["RUN apt-cache policy git && apt-get install -y git", ["apt-get install"]],
    ["RUN bash -c 'apt-get install -y git'", ["apt-get install"]],
    ["RUN apt-get install -y python${VERSION}-dev", ["apt-get install"]],
    ["RUN cat p.txt | xargs apt-get install -y git", ["apt-get install"]],
    ["ONBUILD RUN apt-get install -y git", ["apt-get install"]],
  ])("%s", (run, words) => {
    expect(wordsAtFault(updateInSameRun, `${from}${run}\n`)).toEqual(words);
  });
});

describe("fetches lists that nothing in the RUN uses", () => {
  test.each([
    ["RUN apt-get update"],
    ["RUN apt-get update -y"],
    ["RUN sudo apt-get update"],
    ["RUN apt-get update && apt-get clean"],
    ["RUN apt-get update && pip install numpy"],
    ["RUN apt-get update || true"],
    ["RUN <<EOF\nset -e\napt-get update\nEOF"],
    ["RUN apt-get update && apt-get install -y gnupg && add-key && apt-get update"],
    ["ONBUILD RUN apt-get update"],
  ])("%s", (run) => {
    expect(wordsAtFault(updateInSameRun, `${from}${run}\n`)).toEqual(["apt-get update"]);
  });
});

describe("is right, or cannot be known", () => {
  test.each([
    "RUN apt-get update && apt-get install -y git",
    "RUN sudo apt update -qq; sudo apt install -y git",
    "RUN apt-get update \\\n  # editors\n  && apt-get install -y vim",
    'RUN if [ -n "$X" ]; then apt-get update; fi && apt-get install -y git',
    "RUN (apt-get update) && apt-get install -y git",
    "RUN bash -c 'apt-get update' && apt-get install -y git",
    "RUN until apt-get update; do sleep 1; done; apt-get install -y git",
    "RUN apt-get install -y git || (apt-get update && apt-get install -y git)",
    'RUN add() { apt-get install -y "$@"; }; apt-get update; add git',
    "RUN add() { apt-get install -y git; }; apt-get update; add",
    "RUN refresh() { apt-get update; }; refresh; apt-get install -y git",
    "RUN apt-get update && apt-get upgrade -y",
    "RUN apt-get update && apt-get install -y ./x.deb",
    "RUN apt-get update && apt-cache policy cuda",
    "RUN apt-get update && rosdep install --from-paths src -y",
    "RUN apt-get update && ./install.sh",
    "RUN apt-get update && npx playwright install --with-deps",
    "RUN apt-get update && make deps",
    "RUN apt-get install -y ./x.deb /tmp/*.deb",
    'RUN apt-get install -y "${DIR}/x.deb"',
    "RUN apt-get install -y $PACKAGES",
    "RUN xargs -a packages.txt apt-get install -y",
    "RUN apt-get install --no-download -y git",
    "RUN apt-get install -s git",
    "RUN apt install -U -y git",
    "RUN bash setup.sh && apt-get install -y git",
    "RUN ./setup.sh && apt-get install -y git",
    "RUN . ./setup.sh && apt-get install -y git",
    "RUN curl -fsSL https://x.org/setup | sudo -E bash - && apt-get install -y nodejs",
    "RUN add-apt-repository -y ppa:x/y && apt-get install -y git",
    "RUN $UPDATE && apt-get install -y git",
    'RUN eval "$UPDATE" && apt-get install -y git',
    "RUN su -c 'apt-get update' && apt-get install -y git",
    "RUN retry 3 apt-get update && apt-get install -y git",
    "RUN --mount=type=cache,target=/var/lib/apt apt-get update\nRUN --mount=type=cache,target=/var/lib/apt apt-get install -y git",
    "RUN --mount=type=bind,from=lists,target=/var/lib/apt/lists apt-get install -y git",
    "RUN apt-get remove -y git && apt-get autoremove -y",
    "RUN echo apt-get install git",
    'SHELL ["pwsh", "-c"]\nRUN apt-get install git',
  ])("%s", (run) => {
    expect(wordsAtFault(updateInSameRun, `${from}${run}\n`)).toEqual([]);
  });
});

describe("joins the two", () => {
  test.each([
    [
      "RUN apt-get update -qq\nRUN apt-get install -y git",
      `RUN apt-get update -qq && apt-get install -y git && ${clean}`,
    ],
    [
      "# system\nRUN apt-get update\n\n# editors\nRUN apt-get install -y vim",
      `# system\n\n# editors\nRUN apt-get update && apt-get install -y vim && ${clean}`,
    ],
    [
      "RUN apt-get update\nENV A=b\nCOPY a /a\nRUN true\nRUN apt-get install -y git",
      `ENV A=b\nCOPY a /a\nRUN true\nRUN apt-get update && apt-get install -y git && ${clean}`,
    ],
    [
      "RUN apt-get update\nRUN apt-get install -y a\nRUN true\nRUN apt-get install -y b",
      `RUN apt-get update && apt-get install -y a && ${clean}\nRUN true\nRUN apt-get update && apt-get install -y b && ${clean}`,
    ],
    [
      "RUN apt-get update && apt-get clean\nRUN apt-get install -y a",
      `RUN apt-get update && apt-get install -y a && ${clean}`,
    ],
    [
      "RUN set -ex; apt-get update\nRUN apt-get install -y a",
      `RUN apt-get update && apt-get install -y a && ${clean}`,
    ],
    [
      "RUN set -ex; curl -o k x; apt-get update\nRUN set -ex; apt-get install -y a; ldconfig",
      "RUN set -ex; curl -o k x\nRUN set -ex; apt-get update; apt-get install -y a; ldconfig; apt-get clean; rm -rf /var/lib/apt/lists/*",
    ],
    [
      "RUN apt-get update\nRUN <<EOF\nset -e\napt-get install -y a\nEOF",
      "RUN <<EOF\nset -e\napt-get update\napt-get install -y a\napt-get clean\nrm -rf /var/lib/apt/lists/*\nEOF",
    ],
    [
      "RUN <<EOF\napt-get update\nEOF\nRUN apt-get install -y a \\\n    b \\\n    && rm -rf /var/lib/apt/lists/*",
      "RUN apt-get update && apt-get install -y a \\\n    b \\\n    && rm -rf /var/lib/apt/lists/*",
    ],
    [
      "RUN apt-get update\nUSER lab\nRUN sudo apt-get install -y a",
      "USER lab\nRUN sudo apt-get update && sudo apt-get install -y a && sudo apt-get clean && sudo rm -rf /var/lib/apt/lists/*",
    ],
    [
      "RUN apt-get \\\n    update\nRUN cd /tmp && \\\n    apt-get install -y a && \\\n    rm -rf /var/lib/apt/lists/*",
      "RUN cd /tmp && \\\n    apt-get update && \\\n    apt-get install -y a && \\\n    rm -rf /var/lib/apt/lists/*",
    ],
    [
      "ONBUILD RUN apt-get update\nONBUILD RUN apt-get install -y a",
      `ONBUILD RUN apt-get update && apt-get install -y a && ${clean}`,
    ],
  ])("%s", (run, expected) => {
    const after = fixed(updateInSameRun, `${from}${run}\n`);
    expect(after).toBe(`${from}${expected}\n`);
    expect(findings(updateInSameRun, after)).toEqual([]);
  });

  test("in one fix with both edits, from either finding", () => {
    const found = findings(updateInSameRun, `${from}RUN apt-get update\nRUN apt-get install -y git\n`);
    expect(found).toHaveLength(2);
    expect(found[0]!.fixes).toEqual(found[1]!.fixes);
    expect(found[0]!.fixes![0]!.title).toBe("Move the update into the RUN that installs");
  });

  test("into a stage that builds on the one that fetched", () => {
    const text = "FROM ubuntu AS a\nRUN apt-get update -q\nFROM a\nRUN apt-get install -y git\n";
    expect(fixed(updateInSameRun, text)).toBe(
      `FROM ubuntu AS a\nFROM a\nRUN apt-get update && apt-get install -y git && ${clean}\n`,
    );
  });

  test("without a clean-up in a stage that is only copied from", () => {
    const text =
      "FROM ubuntu AS a\nRUN apt-get update\nRUN apt-get install -y gcc\nFROM ubuntu\nCOPY --from=a /x /x\n";
    expect(fixed(updateInSameRun, text)).toBe(
      "FROM ubuntu AS a\nRUN apt-get update && apt-get install -y gcc\nFROM ubuntu\nCOPY --from=a /x /x\n",
    );
  });
});

describe("puts an update before the install", () => {
  const cleaned = "rm -rf /var/lib/apt/lists/*";
  test.each([
    [`RUN apt-get install -y a && ${cleaned}`, `RUN apt-get update && apt-get install -y a && ${cleaned}`],
    [
      `RUN A=b apt-get install -y a && ${cleaned}`,
      `RUN apt-get update && A=b apt-get install -y a && ${cleaned}`,
    ],
    [
      `RUN cat p.txt | xargs apt-get install -y a && ${cleaned}`,
      `RUN apt-get update && cat p.txt | xargs apt-get install -y a && ${cleaned}`,
    ],
    [
      `RUN for p in a b; do apt-get install -y x$p; done && ${cleaned}`,
      `RUN apt-get update && for p in a b; do apt-get install -y x$p; done && ${cleaned}`,
    ],
    [
      `RUN if true; then apt-get install -y a; fi && ${cleaned}`,
      `RUN if true; then apt-get update && apt-get install -y a; fi && ${cleaned}`,
    ],
    [
      `RUN if true; then apt-get install -y a; fi && apt-get install -y b && ${cleaned}`,
      `RUN apt-get update && if true; then apt-get install -y a; fi && apt-get install -y b && ${cleaned}`,
    ],
    [
      `RUN mkdir /x \\\n\t&& apt-get install -y a \\\n\t&& ${cleaned}`,
      `RUN mkdir /x \\\n\t&& apt-get update \\\n\t&& apt-get install -y a \\\n\t&& ${cleaned}`,
    ],
    [
      `RUN set -e; \\\n\tmkdir /x; \\\n\tapt-get install -y a; \\\n\t${cleaned}`,
      `RUN set -e; \\\n\tmkdir /x; \\\n\tapt-get update; \\\n\tapt-get install -y a; \\\n\t${cleaned}`,
    ],
    [
      `SHELL ["/bin/bash", "-euo", "pipefail", "-c"]\nRUN apt-get install -y a; ${cleaned}`,
      `SHELL ["/bin/bash", "-euo", "pipefail", "-c"]\nRUN apt-get update; apt-get install -y a; ${cleaned}`,
    ],
    [
      `RUN bash -c "apt-get install -y a && ${cleaned}"`,
      `RUN bash -c "apt-get update && apt-get install -y a && ${cleaned}"`,
    ],
    [
      `RUN ["sh", "-c", "apt-get install -y a && ${cleaned}"]`,
      `RUN ["sh", "-c", "apt-get update && apt-get install -y a && ${cleaned}"]`,
    ],
    ["RUN dpkg -i x.deb || apt-get install -fy", undefined],
    ["RUN apt-get install -y a &", undefined],
    ['RUN ["apt-get", "update"]\nRUN apt-get install -y a', undefined],
    ['RUN bash -c \'apt-get update\'\nRUN ["apt-get", "install", "-y", "a"]', undefined],
  ])("%s", (run, expected) => {
    expect(fixed(updateInSameRun, `${from}${run}\n`)).toBe(`${from}${expected ?? run}\n`);
  });

  test("and leaves the other one where a script may use it", () => {
    const text = `${from}RUN apt-get update\nRUN bash deps.sh\nRUN apt-get install -y git && ${cleaned}\n`;
    expect(fixed(updateInSameRun, text)).toBe(
      `${from}RUN apt-get update\nRUN bash deps.sh\nRUN apt-get update && apt-get install -y git && ${cleaned}\n`,
    );
  });

  test("not where the lists it would delete are all that a RUN behind it has", () => {
    const text = `${from}RUN apt-get install -y a\nRUN ["apt-get", "install", "-y", "b"]\n`;
    expect(fixed(updateInSameRun, text)).toBe(text);
  });

  test("not over a comment that suppresses the finding", () => {
    const text = `${from}# lab-images ignore=apt/update-in-same-run: a test\nRUN apt-get update\nRUN apt-get install -y a\n`;
    expect(fixed(updateInSameRun, text)).toBe(text);
  });
});

test("an update that nothing uses can be deleted by who asks", () => {
  const [found] = findings(updateInSameRun, `${from}RUN apt-get update\nRUN true\n`);
  expect(found!.fixes).toMatchObject([{ automatic: false }]);
});

test("an update is not moved out of a RUN that deletes other things too, which would go with it", () => {
  const text =
    "FROM ubuntu:22.04\nRUN rm -rf /tmp/x /var/lib/apt/lists/* && apt-get update\nRUN apt-get install -y git\n";
  expect(fixed(updateInSameRun, text)).toContain("rm -rf /tmp/x");
});
