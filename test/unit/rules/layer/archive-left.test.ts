import { describe, expect, test } from "vitest";
import { archiveLeft } from "../../../../server/rules/layer/archive-left.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(archiveLeft);

const from = "FROM ubuntu:22.04\n";
const at = (body: string): string[] => wordsAtFault(archiveLeft, `${from}${body}\n`);
const repaired = (body: string): string => fixed(archiveLeft, `${from}${body}\n`).slice(from.length, -1);

describe("archives at fault, and the fix", () => {
  test.each([
    [
      "RUN wget -P /tmp http://x.org/a.zip && unzip /tmp/a.zip -d /opt",
      "http://x.org/a.zip",
      "RUN wget -P /tmp http://x.org/a.zip && unzip /tmp/a.zip -d /opt && rm /tmp/a.zip",
    ],
    [
      "RUN curl -Lo a.tgz http://x.org/get?id=3 && tar -C /opt -xzf a.tgz",
      "a.tgz",
      "RUN curl -Lo a.tgz http://x.org/get?id=3 && tar -C /opt -xzf a.tgz && rm a.tgz",
    ],
    [
      "RUN gdown 1xYz -O m.tar.gz && tar xf m.tar.gz",
      "m.tar.gz",
      "RUN gdown 1xYz -O m.tar.gz && tar xf m.tar.gz && rm m.tar.gz",
    ],
    [
      "RUN aria2c -x16 -s 16 -d /data -o c.zip http://x.org/c && unzip /data/c.zip -d /data",
      "c.zip",
      "RUN aria2c -x16 -s 16 -d /data -o c.zip http://x.org/c && unzip /data/c.zip -d /data && rm /data/c.zip",
    ],
    [
      "RUN set -eux; wget http://x.org/a.7z; 7z x a.7z",
      "http://x.org/a.7z",
      "RUN set -eux; wget http://x.org/a.7z; 7z x a.7z; rm a.7z",
    ],
    [
      "RUN curl http://x.org/a > a.tar.xz && tar --extract --file a.tar.xz",
      "a.tar.xz",
      "RUN curl http://x.org/a > a.tar.xz && tar --extract --file a.tar.xz && rm a.tar.xz",
    ],
    [
      "RUN <<EOF\nset -e\ncd /opt\nwget -q http://x.org/a.zip\nunzip a.zip\ncd /\nEOF",
      "http://x.org/a.zip",
      "RUN <<EOF\nset -e\ncd /opt\nwget -q http://x.org/a.zip\nunzip a.zip && rm a.zip\ncd /\nEOF",
    ],
    [
      "RUN sudo wget http://x.org/a.deb && sudo apt-get install -y ./a.deb",
      "http://x.org/a.deb",
      "RUN sudo wget http://x.org/a.deb && sudo apt-get install -y ./a.deb && sudo rm ./a.deb",
    ],
    [
      'RUN bash -c "wget http://x.org/a.zip && unzip a.zip"',
      "http://x.org/a.zip",
      'RUN bash -c "wget http://x.org/a.zip && unzip a.zip && rm a.zip"',
    ],
    [
      'RUN if [ -n "$X" ]; then wget http://x.org/a.zip && unzip a.zip; fi',
      "http://x.org/a.zip",
      'RUN if [ -n "$X" ]; then wget http://x.org/a.zip && unzip a.zip && rm a.zip; fi',
    ],
    [
      "RUN wget http://x.org/a.zip && unzip a.zip # all of it",
      "http://x.org/a.zip",
      "RUN wget http://x.org/a.zip && unzip a.zip && rm a.zip # all of it",
    ],
    // Two at once.
    [
      "RUN wget http://x.org/a.tgz http://x.org/b.tgz && tar xf a.tgz && tar xf b.tgz && rm a.tgz",
      "http://x.org/b.tgz",
      "RUN wget http://x.org/a.tgz http://x.org/b.tgz && tar xf a.tgz && tar xf b.tgz && rm a.tgz && rm b.tgz",
    ],
    // A folder that is deleted in front of it, or is another one.
    [
      "RUN rm -rf /tmp/x && wget -O /tmp/x/a.zip http://x.org && unzip /tmp/x/a.zip",
      "/tmp/x/a.zip",
      undefined,
    ],
    ["RUN wget -O /opt/a.zip http://x.org && unzip /opt/a.zip && rm -rf /tmp/*", "/opt/a.zip", undefined],
  ])("%s", (body, words, expected) => {
    expect(at(body)).toEqual([words]);
    if (expected !== undefined) expect(repaired(body)).toBe(expected);
    expect(at(repaired(body))).toEqual([]);
  });
});

test.each([
  ["another layer needs it", "RUN wget http://x.org/a.zip && unzip a.zip\nRUN cp a.zip /data"],
  ["unpacked in another layer", "RUN wget http://x.org/a.zip\nRUN unzip a.zip"],
  ["a failure is passed over", "RUN wget http://x.org/a.zip && unzip a.zip || true"],
  ["the RUN ends before", "RUN wget http://x.org/a.zip && unzip a.zip && exit 0"],
  ["nobody knows where", "RUN cd $X && wget http://x.org/a.zip && cd $Y && unzip a.zip"],
])("no fix: %s", (_, body) => {
  expect(at(body)).toEqual(["http://x.org/a.zip"]);
  expect(repaired(body)).toBe(body);
});

test("no fix where an earlier layer has an archive at the same place: it would be deleted too late", () => {
  const body = "RUN wget -q http://x.org/a.tgz || true\nRUN wget -q http://x.org/a.tgz && tar xzf a.tgz";
  expect(at(body)).toHaveLength(2);
  expect(repaired(body)).toBe(body);
});

test.each([
  "RUN wget -qO- http://x.org/a.tgz | tar xz",
  "RUN wget http://x.org/a.zip && unzip a.zip && rm -f a.zip",
  "RUN wget http://x.org/a.zip && unzip a.zip && rm ./*.zip",
  "RUN wget http://x.org/a.zip && unzip a.zip && rm $_",
  "RUN wget http://x.org/a.zip && unzip a.zip && find . -name '*.zip' -delete",
  "RUN cd /tmp && wget http://x.org/a.zip && unzip a.zip -d b && cd b && make && rm -rf /tmp/*",
  "RUN mkdir b && cd b && wget http://x.org/a.zip && unzip a.zip && cd .. && rm -rf b",
  "WORKDIR /src\nRUN wget http://x.org/a.zip && unzip a.zip && rm -rf /src",
  'RUN d="$(mktemp -d)" && cd "$d" && wget http://x.org/a.zip && unzip a.zip && rm -rf "$d"',
  "RUN for f in a b; do wget http://x.org/$f.zip && unzip $f.zip && rm $f.zip; done",
  "RUN trap 'rm -f a.zip' EXIT; wget http://x.org/a.zip; unzip a.zip",
  "RUN clean() { rm -f a.zip; }; wget http://x.org/a.zip && unzip a.zip && clean",
  "RUN wget http://x.org/a.zip && unzip a.zip && mv a.zip /data/",
  "RUN --mount=type=cache,target=/dl wget -P /dl http://x.org/a.zip && unzip /dl/a.zip",
  "RUN --mount=type=tmpfs,target=/tmp cd /tmp && wget http://x.org/a.zip && unzip a.zip -d /opt",
  "RUN wget http://x.org/model.tar -O /m/model.tar && tar tf /m/model.tar",
  "RUN wget http://x.org/a.whl && pip install a.whl",
  "RUN wget https://repo.anaconda.com/miniconda/Miniconda3-latest-Linux-x86_64.sh && bash Miniconda3-latest-Linux-x86_64.sh -b",
  "RUN wget https://developer.download.nvidia.com/cuda-keyring_1.0-1_all.deb && dpkg -i cuda-keyring_1.0-1_all.deb",
  "ADD a.tar.gz /opt/\nRUN tar xf /opt/b.tar.gz",
  "RUN wget http://x.org/a.zip && unzip a.zip\nRUN rm a.zip",
  'SHELL ["pwsh", "-c"]\nRUN wget http://x.org/a.zip && unzip a.zip',
])("is silent on %s", (body) => {
  expect(at(body)).toEqual([]);
});

test("the package of a repository's key and address is a few kilobytes, and silent; a whole repository is not", () => {
  expect(
    at(
      "RUN wget http://x.org/cuda-repo-ubuntu2204_1-1_amd64.deb && dpkg -i cuda-repo-ubuntu2204_1-1_amd64.deb",
    ),
  ).toEqual([]);
  expect(at("RUN wget http://x.org/ml-repo_4.0_amd64.deb && dpkg -i ml-repo_4.0_amd64.deb")).toEqual([]);
  expect(
    at("RUN wget http://x.org/Tool-Release-external.tar.gz && tar xf Tool-Release-external.tar.gz"),
  ).toHaveLength(1);
  const local = "cuda-repo-ubuntu2204-12-2-local_12.2.0_amd64.deb";
  expect(at(`RUN wget http://x.org/${local} && dpkg -i ${local}`)).toEqual([`http://x.org/${local}`]);
});

test.each([
  ["a.tar", "curl … | tar -x."],
  ["a.tar.gz", "curl … | tar -xz."],
  ["a.tgz", "curl … | tar -xz."],
  ["a.tar.xz", "curl … | tar -xJ."],
  ["a.tbz2", "curl … | tar -xj."],
  ["a.tar.zst", "curl … | tar --zstd -x."],
])("%s may be piped, with what tar has to be told", (name, advice) => {
  const text = `${from}RUN curl -o ${name} http://x.org/a && tar -xf ${name}\n`;
  expect(findings(archiveLeft, text)[0]?.message.endsWith(advice)).toBe(true);
});

describe("an archive that COPY brings and a RUN unpacks", () => {
  test.each([
    [
      "COPY data.tar.gz /tmp/\nRUN tar -C /opt -xzf /tmp/data.tar.gz",
      "Write ADD, which unpacks it by itself.",
    ],
    ["COPY data.zip /tmp/\nRUN unzip /tmp/data.zip -d /opt", "RUN --mount=type=bind,source=…,target=…."],
    ["COPY --from=x /a.tar /a.tar\nRUN tar -xf /a.tar", "RUN --mount=type=bind,source=…,target=…."],
    ["COPY tool.deb /tmp/tool.deb\nRUN dpkg -i /tmp/tool.deb", "RUN --mount=type=bind,source=…,target=…."],
  ])("%s", (body, advice) => {
    const [finding] = findings(archiveLeft, `${from}${body}\n`);
    expect(finding?.message).toContain(`stays in the layer of this COPY after it is`);
    expect(finding?.message).toContain(advice);
    expect(finding?.fixes).toBeUndefined();
  });

  test.each([
    "ADD data.tar.gz /opt/",
    "COPY data.tar.gz /opt/",
    "COPY data.tar.gz /tmp/\nRUN tar -xf /tmp/data.tar.gz && rm /tmp/data.tar.gz",
    "COPY data.tar.gz /tmp/\nRUN tar -tf /tmp/data.tar.gz",
  ])("is silent: %s", (body) => {
    expect(at(body)).toEqual([]);
  });
});

test("gdown's archive is not piped from curl", () => {
  const [finding] = findings(archiveLeft, `${from}RUN gdown 1xYz -O m.tgz && tar xf m.tgz\n`);
  expect(finding?.message).toContain("Delete it in the same RUN.");
});

test.each([
  "RUN gdown 1xYz && unzip m.zip",
  "RUN gdown --folder 1xYz -O m.zip && unzip m.zip",
  "RUN gdown 1xYz -O - | tar xz",
  "RUN gdown 1xYz -O m.zip && unzip m.zip && rm m.zip",
  "RUN aria2c -i links.txt -o c.zip && unzip c.zip",
  "RUN aria2c -d $DIR -o c.zip http://x.org/c && unzip d.zip",
])("is silent: %s", (body) => {
  expect(at(body)).toEqual([]);
});
