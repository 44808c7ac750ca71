import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../server/lint/edits.ts";
import { allScriptRules } from "../../../server/script-rules/all-script-rules.ts";
import { failureIgnored } from "../../../server/script-rules/failure-ignored.ts";
import { scriptImageName } from "../../../server/script-rules/image-name.ts";
import { scriptOrder } from "../../../server/script-rules/order.ts";
import { unsetVariable } from "../../../server/script-rules/unset-variable.ts";
import {
  fixedScript,
  lintScriptText,
  scriptFindings,
  scriptWords,
  testScriptRule,
} from "./check-script-rule.ts";

for (const rule of allScriptRules) testScriptRule(rule);

const head = "#!/bin/bash\nset -e\n";

describe("script/unset-variable", () => {
  test.each([
    "REGISTRY=a\nexport TAG\ndocker push $REGISTRY/b:$TAG",
    "read -r NAME\ndocker build -t $NAME .",
    'while read -r name; do docker build -t "$name" .; done < names',
    'if [ -z "$TAG" ]; then exit 1; fi\ndocker push a:$TAG',
    "[[ -n $TAG ]] || exit 1\ndocker push a:$TAG",
    '[[ -n "${a[0]}" && -n "$REG" && -z $TAG ]] || exit 1\ndocker push $REG/a:$TAG',
    "TAG=${1:?}\ndocker push a:${TAG}",
    "docker push $1 $# $? $@ $HOME ${#}",
    "docker push 'a:$TAG'",
    "docker build --build-arg A=$MAJOR -t $CI_REGISTRY_IMAGE:$VERSION .",
    "docker push a:${TAG:?no tag}",
    "docker push a:$(cat $FILE)",
    "docker build --secret id=x,env=TOKEN --build-arg A=$GITHUB_SHA -t $CI_REGISTRY/a .",
    "build() { local name=$1; docker build -t $name .; }\nbuild a",
    "echo 'usage: TAG=v1 ./build'\ndocker push a:$TAG",
    "# Reads REGISTRY from the environment.\ndocker push $REGISTRY/a",
    "docker run -e A=$A image\ndocker pull $B\necho $C",
    "((i=1))\ndocker push a:$i",
    "export $(grep -v '^#' .env | xargs)\ndocker build -t a:$VERSION .",
    'while IFS== read -r k v; do export "$k=$v"; done < .env\ndocker build -t a:$VERSION .',
    "docker build --build-arg A=$VIRTUAL_ENV -t a:$SLURM_JOB_ID .",
  ])("is silent: %s", (body) => {
    expect(scriptWords(unsetVariable, `${head}${body}\n`)).toEqual([]);
  });

  test.each([
    ['BUILD="docker build"\nREG=a\n$BUILD -t $REQ/b .', ["$REQ"]],
    ["IMAGE=a\ndocker push $CI_REGISTRY/$IMGAE", ["$IMGAE"]],
    ['IMAGE=a\nbash -c "docker push $IMGAE"', ["$IMGAE"]],
    ["A=1\ndocker build -t x --build-arg V=${V} \\\n  --build-arg W=$W .", ["${V}", "$W"]],
    ["docker tag a b:$VERSION && docker push b:$VERSION", ["$VERSION", "$VERSION"]],
    ["sudo docker push ${TAG%-*}", ["${TAG%-*}"]],
    ["export DATE=$(date +%F)\ndocker push a:$VERSION", ["$VERSION"]],
  ])("finds %s", (body, at) => {
    expect(scriptWords(unsetVariable, head + body)).toEqual(at);
  });

  test("puts right what is one letter off, and leaves the choice where names are alike", () => {
    expect(fixedScript(unsetVariable, `${head}TAGS=1\nTAGX=2\ndocker push a:$TAG1`)).toContain("$TAG1");
    expect(fixedScript(unsetVariable, `${head}REGISTRY=1\ndocker push \${REGISRTY#x}/a`)).toContain(
      "${REGISTRY#x}/a",
    );
    expect(scriptFindings(unsetVariable, `${head}docker push a:$QUITE_OTHER`)[0]).toMatchObject({
      severity: "warning",
    });
  });

  test.each([
    ["CUDA11=a", "CUDA12"],
    ["CUDA11=a", "CUDA1"],
    ["IMG_A=a", "IMG_B"],
    ["BASE_CPU_IMG=a", "BASE_GPU_IMG"],
    ['TAGS="v1 v2"', "TAG"],
    ["TORCH_TAG=a", "TORCH_X_TAG"],
  ])("leaves it to the author where %s is set and %s may come from outside", (set, used) => {
    const text = `${head}${set}\ndocker build --build-arg BASE_IMG=$${used} -t lab/torch:1 torch\n`;
    expect(fixedScript(unsetVariable, text)).toBe(text);
    expect(scriptFindings(unsetVariable, text)).toMatchObject([
      { severity: "warning", message: expect.stringContaining(`\${${used}:?}`) },
    ]);
  });
});

describe("script/order", () => {
  test.each([
    "docker pull a:1\ndocker build --build-arg B=a:1 -t b:1 .\ndocker push a:1\ndocker build -t a:1 .",
    "docker build -t b:1 .\ndocker push b -a",
    "build() { docker build -t b:1 .; }\ndocker push b:1\nbuild",
    "make images\ndocker build -t b:1 .\ndocker push c:1",
    "./other.sh\ndocker build -t b:1 .\ndocker push c:1",
    "docker compose build\ndocker build -t b:1 .\ndocker push c:1",
    "for t in 1 2; do docker build -t b:$t .; done\ndocker push b:1",
    "docker build -t a:1 --push .",
    "docker build --build-arg IMAGE=a:1 -t a:1 .",
    "docker build -t localhost:5000/a .\ndocker push localhost:5000/a:latest",
  ])("is silent: %s", (body) => {
    expect(scriptWords(scriptOrder, `${head}${body}\n`)).toEqual([]);
  });

  test("tells of an image that is built on itself, and of no later line", () => {
    const text = `${head}docker build --build-arg BASE_IMG=lab/x:1 -t lab/x:1 x\n`;
    expect(scriptWords(scriptOrder, text)).toEqual(["lab/x:1"]);
    expect(scriptFindings(scriptOrder, text)[0]?.message).toContain("builds on the image of an earlier day");
  });

  test("sees names put together from variables", () => {
    const body =
      "R=reg.io/lab\ndocker build torch --build-arg BASE=$R/base:1 --tag=$R/torch:1\ndocker build base -t $R/base:1\ndocker push $R/torch\n";
    expect(scriptWords(scriptOrder, head + body)).toEqual(["$R/base:1", "$R/torch"]);
    expect(scriptFindings(scriptOrder, head + body)[1]?.message).toContain(
      "The script builds reg.io/lab/torch:1.",
    );
  });
});

describe("script/failure-ignored", () => {
  test.each([
    "set -o errexit\ndocker build -t a .\ndocker push a",
    "docker build -t a .\nif [ $? -ne 0 ]; then exit 1; fi\ndocker push a",
    "trap 'exit 1' ERR\ndocker build -t a .\ndocker push a",
    "docker build -t a . && docker push a && echo done",
    "docker build -t a:1 .\ndocker push b:1",
    "docker push a\ndocker build -t a .",
    "docker build -t a --push .",
    "set -eo pipefail\ndocker build -t a . | tee log\ndocker push a",
    "set -e\nID=$(docker build -q . | tail -1)\ndocker push $ID",
    "docker build -t a . || { echo failed >&2; exit 1; }\ndocker push a",
    "docker build -t a . || fail\ndocker push a",
    "docker build -t a . || failed=1\n[ $failed ] || docker push a",
    "docker build -t a . || echo a >> failed\n[ -s failed ] || docker push a",
    "docker build -t a . &\nwait $! || exit 1\ndocker push a",
    "(set -e; docker build -t a .; docker push a)",
  ])("is silent: %s", (body) => {
    expect(scriptWords(failureIgnored, `#!/bin/bash\n${body}\n`)).toEqual([]);
  });

  test.each([
    ["cd base && docker build -t a .\ndocker push a", ["docker build"]],
    ["docker build -t a .\nset -e\ndocker push a", ["docker build"]],
    ["for n in a b; do\n  docker build -t $n $n\n  docker push $n\ndone", ["docker build"]],
    ["docker build -t a . ; docker push a", ["docker build"]],
    ["docker build -t a . | tee log\ndocker push a", ["docker build"]],
    ["set -e\ndocker build -t a . 2>&1 | tee log\ndocker push a", ["docker build"]],
    ["if ! docker build -t a . | tee log; then exit 1; fi\ndocker push a", ["docker build"]],
    ["docker build -t a . | tee log || exit 1\ndocker push a", ["docker build"]],
    ["set -e\ndocker build -t a . || true\ndocker push a", ["docker build"]],
    ["set -e\ndocker build -t a . || { echo failed >&2; }\ndocker push a", ["docker build"]],
    ["(set -e; cd x)\ndocker build -t a .\ndocker push a", ["docker build"]],
    ["set -e\ndocker build -t a . &\nwait\ndocker push a", ["docker build"]],
    ["docker buildx build -t a . --load\ndocker tag a b\ndocker push a", ["docker buildx build"]],
  ])("finds %s", (body, at) => {
    expect(scriptWords(failureIgnored, `#!/bin/bash\n${body}\n`)).toEqual(at);
  });

  test("offers no line that does not help", () => {
    const fixes = (text: string) => scriptFindings(failureIgnored, text).map((each) => each.fixes);
    expect(fixes("#!/bin/sh\nset -e\ndocker build -t a . | tee log\ndocker push a\n")).toEqual([undefined]);
    expect(fixes(`${head}docker build -t a . || :\ndocker push a\n`)).toEqual([undefined]);
    expect(fixes(`${head}docker build -t a . &\nwait\ndocker push a\n`)).toEqual([undefined]);
  });

  test("writes no more than the script can bear", () => {
    const fixOf = (text: string) => {
      const fix = scriptFindings(failureIgnored, text)[0]?.fixes?.[0];
      return fix && [fix.automatic, applyEdits(text, fix.edits).split("\n").slice(0, 2).join("|")];
    };
    const push = "docker build -t a .\ndocker push a\n";
    expect(fixOf(`#!/bin/bash\nT=$1\n${push}`)).toEqual([true, "#!/bin/bash|set -eo pipefail"]);
    expect(fixOf(`#!/usr/bin/env bash\ndocker rmi a\n${push}`)).toEqual([
      false,
      "#!/usr/bin/env bash|set -euo pipefail",
    ]);
    expect(fixOf(`#!/bin/bash\ngrep x y\n${push}`)).toEqual([false, "#!/bin/bash|set -euo pipefail"]);
    expect(fixOf(push)).toEqual([true, "set -eu|docker build -t a ."]);
  });
});

describe("image/name in scripts", () => {
  const lab = { registry: "ic-registry.epfl.ch/cvlab/gaspar", user: "gaspar" };

  test("writes the user's name where the placeholder is written", () => {
    const text = `${head}# for your_gaspar\nR=ic-registry.epfl.ch/cvlab/your_gaspar\ndocker build -t $R/a:1 .\ndocker push $R/a:1\n`;
    expect(scriptWords(scriptImageName, text, lab)).toEqual(["your_gaspar"]);
    expect(fixedScript(scriptImageName, text, lab)).toBe(text.replace("cvlab/your_gaspar", "cvlab/gaspar"));
  });

  test("knows where the lab pushes", () => {
    const push = (name: string) => scriptFindings(scriptImageName, `${head}docker push ${name}\n`, lab);
    expect(push("ic-registry.epfl.ch/cvlab/gaspar/a:1")).toEqual([]);
    expect(push("ic-registry.epfl.ch/cvlab/a:1")[0]?.message).toContain(
      "is not under ic-registry.epfl.ch/cvlab/gaspar",
    );
    expect(push("ghcr.io/lab/a:1")).toEqual([]);
    expect(push("lab/a:1")).toEqual([]);
    expect(push("a:1")[0]?.message).toContain("write ic-registry.epfl.ch/cvlab/gaspar/a:1");
  });

  test("puts upper case right everywhere the name is written", () => {
    const text = `${head}docker build -t lab/A:X .\ndocker tag lab/A:X lab/b:1\ndocker push lab/A:X\n`;
    expect(fixedScript(scriptImageName, text)).toBe(text.replaceAll("lab/A:X", "lab/a:X"));
    expect(scriptFindings(scriptImageName, `${head}N=lab/A\ndocker build -t $N:1 .\n`)).toMatchObject([
      { severity: "error" },
    ]);
  });

  test.each([
    ["docker build -t lab/a: .", "no tag"],
    ["docker build -t lab/a:b:c .", "b:c is no tag"],
    ["docker build -t lab//a .", "no name"],
    ["docker build -t lab/a:-x .", "is no tag"],
  ])("says what is wrong with %s", (body, part) => {
    expect(scriptFindings(scriptImageName, head + body)[0]?.message).toContain(part);
  });
});

describe("any script", () => {
  test("that builds and pushes nothing is silent", () => {
    expect(lintScriptText("#!/bin/bash\ndocker run $X\n")).toEqual([]);
    expect(lintScriptText("")).toEqual([]);
  });

  test("the example lab's script has the guide's placeholder and nothing else", () => {
    const text = readFileSync("examples/lab/build", "utf8");
    expect(lintScriptText(text).map(({ code }) => code)).toEqual(["image/name"]);
  });

  test("may suppress a finding above a line", () => {
    const text = `${head}# lab-images ignore=script/order: made elsewhere\ndocker push x/b:1\ndocker build -t x/a:1 .\n`;
    expect(lintScriptText(text)).toEqual([]);
    expect(lintScriptText(text.replace("order", "odd")).map(({ code }) => code)).toEqual([
      "suppression/unused",
      "script/order",
    ]);
  });

  test("of any kind is read to its end", () => {
    for (const text of [
      "docker build",
      "docker push",
      "docker build -t",
      "docker tag a",
      "docker build -t $(",
      "docker build <<",
      "if docker build",
      "#!docker build -t a .\n\\",
      "#!/bin/bash docker",
    ])
      expect(() => lintScriptText(text)).not.toThrow();
  });
});
