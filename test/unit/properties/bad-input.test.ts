import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeDockerfile } from "../../../cli/read-dockerfile.ts";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { Lab } from "../../../core/lab/lab.ts";
import { noLab } from "../../../core/lab/lab-image.ts";
import { SyntaxCheck } from "../../../server/features/syntax.ts";
import { kindOfFile } from "../../../server/kinds/all-kinds.ts";
import { fixAll } from "../../../server/lint/fix-all.ts";
import { lint } from "../../../server/lint/lint.ts";
import { allRules } from "../../../server/rules/all-rules.ts";
import type { Finding } from "../../../server/rules/rule.ts";
import { memoryFiles } from "../lab/memory-files.ts";
import { mutatedFiles, tokenSoup } from "./mutated-text.ts";
import { numberOfRuns, timeLimit } from "./runs.ts";

/** How many texts each property is tried on; `npm run fuzz` asks for more. */
const numRuns = numberOfRuns(300);
const timeout = timeLimit(numRuns);

const anyBytes = fc.oneof(
  mutatedFiles,
  tokenSoup,
  fc.uint8Array({ maxLength: 200 }).map((each) => Buffer.from(each)),
);

function check(text: string): Finding[] {
  return lint({ dockerfile: parseDockerfile(text), lab: noLab }, allRules);
}

test(
  "any bytes are checked or refused with a reason, and every finding lies in the text",
  () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const content = decodeDockerfile(bytes, "Dockerfile");
        if ("failure" in content) {
          expect(content.failure).toMatch(/^Dockerfile was not checked: .*\.$/);
          return;
        }
        for (const { span, message } of check(content.text)) {
          expect(message).not.toBe("");
          expect(0 <= span.start && span.start <= span.end && span.end <= content.text.length).toBe(true);
        }
      }),
      { numRuns },
    );
  },
  timeout,
);

test(
  "an editor may hold any text, with NULs too: it is checked, and all its fixes are applied without a fault",
  () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = bytes.toString("utf8");
        const syntax = new SyntaxCheck();
        syntax.diagnostics(parseDockerfile(text));
        syntax.diagnostics(parseDockerfile(fixAll(text, check).text));
      }),
      { numRuns: Math.ceil(numRuns / 3) },
    );
  },
  timeout,
);

test(
  "any text may be a lab's manifest, preset, build script and base image",
  () => {
    const json = fc.oneof(
      fc.json(),
      fc.constantFrom(
        '{ "extends": "./lab-images.json" }',
        '{ "extends": "../" }',
        "[".repeat(5_000),
        '{"images":'.repeat(2_000),
      ),
      anyBytes.map((each) => each.toString("utf8")),
    );
    fc.assert(
      fc.property(json, anyBytes, (manifest, bytes) => {
        const text = bytes.toString("utf8");
        const files = memoryFiles({
          "/lab/lab-images.json": manifest,
          "/lab/build": `docker build -t a base\n${text}`,
          "/lab/base/Dockerfile": text,
          "/lab/torch/Dockerfile": `FROM a\n${text}`,
        });
        const lab = new Lab("/lab", files);
        const image = lab.image("/lab/torch/Dockerfile");
        lint({ dockerfile: parseDockerfile(`FROM a\n${text}`, image), lab: image }, allRules);
        const severities = new Map();
        for (const [name, content] of [
          ["build.sh", `docker build -t a base\n${text}`],
          ["lab-images.json", manifest],
        ] as const)
          kindOfFile(name, content).linterAt({ path: `/lab/${name}`, lab, severities })(content);
      }),
      { numRuns: Math.ceil(numRuns / 3) },
    );
  },
  timeout,
);
