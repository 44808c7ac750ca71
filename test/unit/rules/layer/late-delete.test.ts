import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../../server/lint/edits.ts";
import { lateDelete } from "../../../../server/rules/layer/late-delete.ts";
import { findings, testRule, wordsAtFault } from "../check-rule.ts";

testRule(lateDelete);

const from = "FROM ubuntu:22.04\n";
const at = (body: string): string[] => wordsAtFault(lateDelete, `${from}${body}\n`);
/** The text after the first fix that is offered. */
function chosen(body: string): string | undefined {
  const text = `${from}${body}\n`;
  const fix = findings(lateDelete, text)[0]?.fixes?.[0];
  return fix && applyEdits(text, fix.edits).slice(from.length, -1);
}

test.each([
  ["RUN curl -o /a.bin http://x.org\nRUN rm -f /a.bin", ["/a.bin"]],
  ["RUN curl -O http://x.org/a.bin\nRUN rm a.bin", ["a.bin"]],
  ["WORKDIR /w\nRUN curl -O http://x.org/a.bin\nWORKDIR /\nRUN rm -rf /w/*", ["/w/*"]],
  ["RUN cd /tmp && wget http://x.org/a.zip\nRUN unzip /tmp/a.zip; rm -rf /tmp/{a.zip,b}", ["/tmp/{a.zip,b}"]],
  ["RUN git clone http://x.org/t.git\nRUN make -C t && rm -rf t", ["t"]],
  ["RUN git clone http://x.org/t.git /t\nRUN rm -rf /t/.git", ["/t/.git"]],
  ["COPY wheels /wheels\nRUN pip install /wheels/*\nRUN rm -r /wheels", ["/wheels"]],
  ["ADD http://x.org/a.tgz /tmp/\nRUN tar xf /tmp/a.tgz && rm /tmp/a.tgz", ["/tmp/a.tgz"]],
  ["COPY *.whl /tmp/\nRUN pip install /tmp/*.whl && rm /tmp/*.whl", ["/tmp/*.whl"]],
  ["COPY a.bin b.bin /tmp/\nRUN rm /tmp/a.bin /tmp/b.bin /tmp/c.bin", ["/tmp/a.bin", "/tmp/b.bin"]],
  ["RUN wget -O ~/mc.sh http://x.org/mc.sh\nRUN bash $HOME/mc.sh && rm ~/mc.sh", ["~/mc.sh"]],
  ["ONBUILD COPY a.bin /a.bin\nONBUILD RUN rm /a.bin", ["/a.bin"]],
])("finds %s", (body, words) => {
  expect(at(body)).toEqual(words);
});

test("through a parent stage", () => {
  const text = "FROM ubuntu AS a\nCOPY a.bin /a.bin\nFROM a\nRUN rm /a.bin\n";
  expect(wordsAtFault(lateDelete, text)).toEqual(["/a.bin"]);
});

test.each([
  "RUN wget -O /a http://x.org && rm /a",
  "RUN wget -O /a http://x.org\nRUN if true; then rm /a; fi",
  "RUN wget -O /a http://x.org\nRUN rm /b && rm -f /ab",
  "RUN wget -O /a/b http://x.org\nRUN rm -f /a",
  "RUN wget -O /a http://x.org\nRUN mv /a /b\nRUN rm /a",
  "RUN wget -O /tmp/.hidden http://x.org\nRUN rm -rf /tmp/*",
  "COPY . /app\nRUN rm -rf /app/build",
  "COPY src/ /tmp/\nRUN rm -f /tmp/*.log",
  "RUN wget http://x.org/a\nWORKDIR /w\nRUN rm a",
  "RUN cd $X && wget http://x.org/a\nRUN rm a",
  "RUN (cd /x && wget http://x.org/a)\nRUN rm /a",
  "RUN --mount=type=cache,target=/dl wget -O /dl/a http://x.org\nRUN rm /dl/a",
  "RUN --mount=type=bind,source=a,target=/a cat /a\nRUN rm -f /a",
  "COPY $X /a/\nRUN rm -rf /b",
  'RUN wget -O /tmp/a http://x.org\nRUN ["rm", "/tmp/*"]',
  "RUN wget -qO- http://x.org/a | sh\nRUN rm -f a",
  "RUN git clone http://x.org/t.git /t\nRUN rm -rf /t/build",
])("is silent on %s", (body) => {
  expect(at(body)).toEqual([]);
});

describe("the fixes that are asked for", () => {
  test.each([
    ["RUN wget -O /a http://x.org\nRUN sh /a\nRUN rm /a", "RUN wget -O /a http://x.org && sh /a && rm /a"],
    [
      "COPY r.txt /tmp/\nRUN pip install -r /tmp/r.txt \\\n    && rm /tmp/r.txt",
      "RUN --mount=type=bind,source=r.txt,target=/tmp/r.txt pip install -r /tmp/r.txt",
    ],
    [
      "COPY --from=build /wheels /wheels\nRUN pip install /wheels/*.whl && rm -rf /wheels",
      "RUN --mount=type=bind,from=build,source=/wheels,target=/wheels,rw pip install /wheels/*.whl",
    ],
    ["COPY --chown=me r.txt /tmp/\nRUN pip install -r /tmp/r.txt && rm /tmp/r.txt", undefined],
    ["COPY r.txt /tmp/\nRUN cat /tmp/r.txt\nRUN pip install -r /tmp/r.txt && rm /tmp/r.txt", undefined],
    ["COPY r.txt /tmp/\nRUN pip install -r /tmp/r.txt && rm -rf /tmp/*", undefined],
    ["RUN cd /x && wget -O /a http://x.org\nRUN rm /a", undefined],
  ])("%s", (body, expected) => {
    expect(chosen(body)).toBe(expected);
    if (expected !== undefined) expect(at(expected)).toEqual([]);
  });

  test("a small file that was copied is worth a word, an installer a warning", () => {
    const severity = (body: string) => findings(lateDelete, from + body)[0]?.severity;
    expect(severity("COPY r.txt /tmp/\nRUN rm /tmp/r.txt\n")).toBe("info");
    expect(severity("RUN wget -O /mc.sh http://x.org\nRUN rm /mc.sh\n")).toBe("warning");
  });
});

test("a repository's key is worth a word, no warning", () => {
  const text = `${from}ADD http://x.org/cuda-keyring_1.1-1_all.deb /tmp/\nRUN dpkg -i /tmp/cuda-keyring_1.1-1_all.deb && rm /tmp/cuda-keyring_1.1-1_all.deb\n`;
  expect(findings(lateDelete, text)).toMatchObject([{ severity: "info" }]);
});
