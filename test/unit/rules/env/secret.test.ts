import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../../server/lint/edits.ts";
import { secret } from "../../../../server/rules/env/secret.ts";
import { findings, testRule, wordsAtFault } from "../check-rule.ts";

testRule(secret);

const from = "FROM python:3.12-slim\n";
// Put together here, so that no scanner takes the test for a leak.
const hugging = `hf_${"aB3dE5gH7jK9mN1pQ3rS5tU7vW9yZ1xA4c"}`;
const github = `ghp_${"aB3dE5gH7jK9mN1pQ3rS5tU7vW9yZ1xA4cE6"}`;
const aws = `AKIA${"Q3EGRZ7VN2XKLM4P"}`;

describe("env/secret", () => {
  test.each([
    ["a token under any name", `ENV MODEL_HUB=${hugging}\n`, [`MODEL_HUB=${hugging}`]],
    ["a default", "ARG NB_PASSWORD=correct-horse\n", ["NB_PASSWORD=correct-horse"]],
    ["a default in front of FROM", "", []],
    [
      "one of several",
      `ENV A=1 \\\n    COMET_API_KEY="k3jd83kd03" \\\n    B=2\n`,
      ['COMET_API_KEY="k3jd83kd03"'],
    ],
    ["the old form", "ENV DB_PASSWORD correct-horse\n", ["DB_PASSWORD correct-horse"]],
    ["on a command line", `RUN git clone https://${github}@github.com/lab/code\n`, [github]],
    ["in a URL", "RUN pip install -i https://reader:s3cr3tpw@pypi.lab.example/simple x\n", ["s3cr3tpw"]],
    ["for one command", "RUN WANDB_API_KEY=0a1b2c3d4e python sync.py\n", ["WANDB_API_KEY=0a1b2c3d4e"]],
    ["exported", `RUN export AWS_ACCESS_KEY_ID=${aws} && aws s3 ls\n`, [aws]],
    ["an option", "RUN docker login --password s3cr3tpw -u me\n", ["s3cr3tpw"]],
    ["an account's password", "RUN echo 'root:correct-horse' | chpasswd\n", ["root:correct-horse"]],
    ["in exec form", `RUN ["hf", "download", "--token", "${hugging}"]\n`, [`"${hugging}"`]],
    ["in a here-document", `RUN <<EOF\nset -e\nhf auth login --token ${hugging}\nEOF\n`, [hugging]],
    ["in an ONBUILD", "ONBUILD ENV HF_TOKEN=q8w7e6r5t4\n", ["HF_TOKEN=q8w7e6r5t4"]],
    ["an argument, twice in a RUN", "ARG HF_TOKEN\nRUN a $HF_TOKEN && b ${HF_TOKEN}\n", ["$HF_TOKEN"]],
    [
      "an argument in quotes",
      'ARG HF_TOKEN=""\nRUN bash -c "hf auth login --token $HF_TOKEN"\n',
      ["$HF_TOKEN"],
    ],
    [
      "an argument for one command",
      "ARG GH_TOKEN\nRUN GH_TOKEN=$GH_TOKEN gh release download\n",
      ["$GH_TOKEN"],
    ],
    ["an argument that programs find by themselves, once", "ARG HF_TOKEN\nRUN a\nRUN b\n", ["HF_TOKEN"]],
    ["a key as argument", 'ARG ssh_prv_key\nRUN echo "$ssh_prv_key" > /root/.ssh/id_rsa\n', ["$ssh_prv_key"]],
    [
      "an argument of another name",
      "ARG WANDB_KEY\nENV WANDB_API_KEY=${WANDB_KEY}\n",
      ["WANDB_API_KEY=${WANDB_KEY}"],
    ],
    ["passwords by their usual names", "ENV DB_PASS=correct-horse\n", ["DB_PASS=correct-horse"]],
    ["a key under another name", "COPY deploy_key /root/.ssh/id_rsa\n", ["deploy_key"]],
    ["a folder of keys", "COPY .ssh /root/.ssh\nCOPY .aws/ /root/.aws/\n", [".ssh", ".aws/"]],
    ["curl's user", "RUN curl -fsSL -u ada:s3cr3tpw https://x.org/a -o a\n", ["ada:s3cr3tpw"]],
    [
      "a header",
      `RUN curl -H "Authorization: token ${"0a1b2c3d".repeat(5)}" https://x.org\n`,
      ["0a1b2c3d".repeat(5)],
    ],
    ["a short option", "RUN docker login -u me -p s3cr3tpw x.org\n", ["s3cr3tpw"]],
    [
      "an account's password, given otherwise",
      "RUN chpasswd <<< 'bob:correct-horse'\n",
      ["bob:correct-horse"],
    ],
    ["netrc", "RUN echo 'machine x.org login ada password s3cr3tpw' > ~/.netrc\n", ["s3cr3tpw"]],
    ["in the command of the image", `CMD ["serve", "--key", "${hugging}"]\n`, [hugging]],
    ["in a label", `LABEL by=${github}\n`, [github]],
    ["registry logins", "COPY .docker/config.json /root/.docker/config.json\n", [".docker/config.json"]],
    ["a key", "ADD keys/server.pem .netrc /root/\n", ["keys/server.pem", ".netrc"]],
  ])("finds %s", (_, text, at) => {
    expect(wordsAtFault(secret, from + text)).toEqual(at);
  });

  test.each([
    ["an argument that no RUN follows", "RUN python download.py\nARG HF_TOKEN\nCMD a\n"],
    [
      "a secret mount",
      "ARG HF_TOKEN\nRUN --mount=type=secret,id=HF_TOKEN HF_TOKEN=$(cat /run/secrets/HF_TOKEN) a $HF_TOKEN\n",
    ],
    ["what the script reads", "ARG HF_TOKEN\nRUN HF_TOKEN=$(cat token) && a $HF_TOKEN\n"],
    [
      "placeholders",
      "ENV HF_TOKEN=changeme API_KEY=<key> WANDB_API_KEY=xxxxxxxx MY_TOKEN=your-token GH_TOKEN=none\n",
    ],
    ["a placeholder of a known shape", `ENV HF_TOKEN=hf_${"x".repeat(34)}\n`],
    [
      "what is no secret by its value",
      "ARG SSH_KEY=/root/.ssh/id_rsa\nARG SINGLE_PASS=0\nARG TWO_PASS=true\nARG OPTIM_PASS=O2\nENV LLVM_PASS=mem2reg DEPLOY_KEY=id_ed25519\nRUN a\n",
    ],
    ["an account that everybody has", "RUN curl -u anonymous:anonymous ftp://x.org/a -u ftp:me@x.org\n"],
    ["paths", "ENV HF_TOKEN=/run/secrets/hf JUPYTER_TOKEN=\n"],
    ["vocabulary", "ENV PAD_TOKEN=[PAD_IS_HERE] MASK_TOKEN=maskmask MAX_TOKEN=4096\n"],
    ["a value that is not known", "ENV HF_TOKEN=${SOMETHING}\n"],
    ["an account's name as password", "RUN echo 'student:student' | chpasswd\n"],
    ["an account's password from an argument", 'RUN echo "me:${WORD}" | chpasswd\n'],
    ["certificates", "COPY cacert.pem fullchain.pem /etc/nginx/\nCOPY lab.pem /etc/ssl/certs/\n"],
    ["settings of a model", "COPY config.json /model/\nCOPY .env.example /app/\n"],
    ["what another stage made", "COPY --from=build /src/.env /app/.env\n"],
    [
      "sed and grep over a name",
      "RUN sed -i 's/PasswordAuthentication yes/PasswordAuthentication no/' /etc/ssh/sshd_config\n",
    ],
    ["no password", "RUN adduser --disabled-password me && jupyter lab --ServerApp.token=''\n"],
    ["a proxy without a password", "ENV http_proxy=http://proxy.example.org:3128\n"],
  ])("leaves alone %s", (_, text) => {
    expect(wordsAtFault(secret, from + text)).toEqual([]);
  });

  test("the argument and the key of a stage that is not shipped stay out of the image", () => {
    const text = `${from}ARG HF_TOKEN\nCOPY id_rsa /root/.ssh/\nRUN a $HF_TOKEN\nFROM python:3.12-slim\nCOPY --from=0 /m /m\n`;
    expect(wordsAtFault(secret, text)).toEqual([]);
  });

  test("an argument of the stage that this one builds on", () => {
    const text = "FROM python:3.12-slim AS base\nARG HF_TOKEN\nFROM base\nRUN a $HF_TOKEN\n";
    expect(wordsAtFault(secret, text)).toEqual(["$HF_TOKEN"]);
  });

  test("no message shows a secret", () => {
    const text = `${from}ENV HF_TOKEN=${hugging}\nRUN docker login --password s3cr3tpw\n`;
    const said = findings(secret, text).map(({ message }) => message);
    expect(said).toHaveLength(2);
    for (const message of said) expect(message).not.toMatch(/hf_|s3cr3tpw/);
  });

  test("the fix mounts the secret in every RUN that uses it, and takes the argument away", () => {
    const text = `${from}ARG HF_TOKEN\nRUN --network=host hf download --token $HF_TOKEN a\nRUN <<EOF\nhf download --token "$HF_TOKEN" b\nEOF\n`;
    const [first, second, ...others] = findings(secret, text);
    expect(others).toEqual([]);
    expect(second?.fixes).toEqual(first?.fixes);
    const [fix] = first!.fixes!;
    expect(fix!.automatic).toBe(false);
    const after = applyEdits(text, fix!.edits);
    expect(after).toBe(
      `${from}RUN --network=host --mount=type=secret,id=HF_TOKEN,env=HF_TOKEN hf download --token $HF_TOKEN a\n` +
        'RUN --mount=type=secret,id=HF_TOKEN,env=HF_TOKEN <<EOF\nhf download --token "$HF_TOKEN" b\nEOF\n',
    );
    expect(findings(secret, after)).toEqual([]);
  });

  // Each once took time by the square of its length: together longer than a test may take.
  test("long values and long commands hold nothing up", () => {
    const value = `ENV API_KEY=${"x".repeat(60_000)}y\n`;
    const command = `RUN echo ${"a+".repeat(30_000)}@\n`;
    expect(wordsAtFault(secret, from + (value + command).repeat(5))).toEqual([]);
    expect(wordsAtFault(secret, `${from}RUN pip install git+https://me:s3cr3tpw@x.org/a/b\n`)).toEqual([
      "s3cr3tpw",
    ]);
  });

  test("there is no fix where something else than a RUN uses the argument", () => {
    const text = `${from}ARG HF_TOKEN\nENV HF_TOKEN=$HF_TOKEN\nLABEL a=$HF_TOKEN\n`;
    expect(findings(secret, text).flatMap(({ fixes }) => fixes ?? [])).toEqual([]);
  });
});
