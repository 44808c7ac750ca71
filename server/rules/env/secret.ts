import { variableReferences } from "../../../core/dockerfile/docker-word.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type {
  ArgInstruction,
  Assignment,
  EnvInstruction,
  RunInstruction,
  Stage,
} from "../../../core/dockerfile/instruction.ts";
import type { ShellScript } from "../../../core/dockerfile/shell/shell-script.ts";
import { shippedStages } from "../../../core/dockerfile/shipped-stages.ts";
import type { Span } from "../../../core/dockerfile/span.ts";
import type { Edit, ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { commandSecrets } from "./secret-commands.ts";
import { secretFiles } from "./secret-files.ts";
import { mountInstead } from "./secret-mount.ts";
import { isLiteralSecret, knownSecrets, namesSecret } from "./secret-words.ts";

/** A token, password or key that ends up in the image. */
export const secret: Rule = {
  code: "env/secret",
  severity: "error",
  summary: "A token, password or key in ENV or ARG, on a RUN's command line, or copied in.",
  why: `Whoever can pull an image can read it: \`ENV\` with \`docker inspect\`, \`ARG\` and the command lines of \`RUN\` with
\`docker history\`, a copied key in its layer, even when a later \`RUN\` deletes it. A lab's registry has many readers, and
a paper's image becomes public. With \`RUN --mount=type=secret,id=HF_TOKEN,env=HF_TOKEN\` and
\`docker build --secret id=HF_TOKEN\` the secret is there for one command and nowhere afterwards. What the job needs, the
job is given when it starts. A token that was in a Dockerfile has to be revoked.`,
  examples: [
    {
      title: "a token in the environment",
      bad: `FROM python:3.12-slim
ENV WANDB_API_KEY=4c1f9a7be03d52864c1f9a7be03d52864c1f9a7b
`,
      at: ["WANDB_API_KEY=4c1f9a7be03d52864c1f9a7be03d52864c1f9a7b"],
    },
    {
      title: "a build argument on a command line",
      bad: `FROM python:3.12-slim
ARG HF_TOKEN
RUN hf download --token \${HF_TOKEN} meta-llama/Llama-3.1-8B
`,
      at: ["${HF_TOKEN}"],
    },
    {
      title: "a build argument that programs find by themselves",
      bad: `FROM python:3.12-slim
ARG HF_TOKEN
RUN python -c "import transformers; transformers.AutoModel.from_pretrained('meta-llama/Llama-3.1-8B')"
`,
      at: ["HF_TOKEN"],
    },
    {
      title: "a build argument that becomes part of the environment",
      bad: `FROM python:3.12-slim
ARG GITHUB_TOKEN
ENV GITHUB_TOKEN=$GITHUB_TOKEN
`,
      at: ["GITHUB_TOKEN=$GITHUB_TOKEN"],
    },
    {
      title: "keys copied into the image",
      bad: `FROM python:3.12-slim
COPY id_ed25519 /root/.ssh/id_ed25519
COPY pyproject.toml .env /app/
`,
      at: ["id_ed25519", ".env"],
    },
  ],
  fine: [
    `FROM python:3.12-slim
RUN --mount=type=secret,id=HF_TOKEN,env=HF_TOKEN hf download --token $HF_TOKEN meta-llama/Llama-3.1-8B
`,
    `FROM python:3.12-slim
ENV HF_TOKEN="" WANDB_API_KEY=your_key_here EOS_TOKEN=</s> TOKENIZERS_PARALLELISM=false
`,
    `FROM python:3.12-slim
COPY id_ed25519.pub /root/.ssh/authorized_keys
COPY lab-ca.pem /usr/local/share/ca-certificates/
COPY .env.example config.json /app/
`,
    `# Given when the job starts.
FROM python:3.12-slim
ENV HF_TOKEN_PATH=/run/secrets/hf-token
CMD ["sh", "-c", "wandb login $WANDB_API_KEY && python train.py"]
`,
  ],
  *check({ dockerfile }: ImageUnderCheck): Iterable<RuleReport> {
    const shipped = shippedStages(dockerfile);
    const given = new GivenSecrets(dockerfile);
    for (const each of dockerfile.instructions) {
      given.enter(each.stage);
      const ships = each.stage !== undefined && shipped.has(each.stage);
      switch (each.kind) {
        case "ARG":
        case "ENV":
          yield* checkAssignments(dockerfile, each, given);
          break;
        case "COPY":
        case "ADD":
          if (ships) for (const span of secretFiles(each)) yield { span, message: copied };
          break;
        case "RUN":
          yield* checkRun(each, given, ships);
          break;
        default:
          for (const { start, end } of knownSecrets(each.rest.text))
            yield { span: each.rest.spanOf(start, end), message: spelledOut };
      }
    }
    yield* given.carried();
  },
};

const spelledOut =
  "A secret in the image's configuration and in this file: everybody who has either can use it. Revoke it, and give it to " +
  "the job when that starts.";

/** The build arguments in force that the one who builds gives a secret to. */
class GivenSecrets {
  arguments = new Map<string, ArgInstruction>();
  readonly #dockerfile: Dockerfile;
  #stage: Stage | undefined;
  readonly #atEnd = new Map<Stage, ReadonlyMap<string, ArgInstruction>>();
  readonly #fixes = new Map<string, readonly Edit[] | undefined>();
  readonly #carried = new Set<ArgInstruction>();
  readonly #told = new Set<ArgInstruction>();

  constructor(dockerfile: Dockerfile) {
    this.#dockerfile = dockerfile;
  }

  /** Goes on to a stage, which has the arguments of the one that it builds on. */
  enter(stage: Stage | undefined): void {
    if (stage === this.#stage) return;
    if (this.#stage) this.#atEnd.set(this.#stage, this.arguments);
    this.#stage = stage;
    this.arguments = new Map(stage?.parent && this.#atEnd.get(stage.parent));
  }

  /** A RUN of the image follows: it carries all of them, but what it reads from elsewhere. */
  carry(run: RunInstruction, told: ReadonlyMap<string, unknown>): void {
    const text = run.shell.main?.source.text ?? "";
    for (const [name, argument] of this.arguments) {
      if (told.has(name)) this.tell(name);
      const own = run.mounts.some(
        ({ type, options }) =>
          type === "secret" &&
          [...options.values()].some((value) => value.toLowerCase() === name.toLowerCase()),
      );
      if (!own && !setsItself(text, name)) this.#carried.add(argument);
    }
  }

  /** It is told of where it is used. */
  tell(name: string): void {
    const argument = this.arguments.get(name);
    if (argument) this.#told.add(argument);
  }

  /** Those that no command names: programs find them in their environment, and readers in the image's history. */
  *carried(): Iterable<RuleReport> {
    for (const argument of this.#carried) {
      if (this.#told.has(argument)) continue;
      for (const { name, span } of argument.assignments) {
        if (!namesSecret(name)) continue;
        yield {
          span,
          message:
            `The build argument ${name} stays in the image's history, in front of each RUN behind it: everybody who pulls the ` +
            `image reads it with docker history. Write RUN --mount=type=secret,id=${name},env=${name} where it is needed, and ` +
            `build with --secret id=${name}.`,
        };
      }
    }
  }

  /** The edits that mount the secret instead. */
  fix(name: string): readonly Edit[] | undefined {
    const argument = this.arguments.get(name);
    // With two ARGs of a name there is no fix, so one of them stands for both.
    if (argument && !this.#fixes.has(name))
      this.#fixes.set(name, mountInstead(this.#dockerfile, argument, name));
    return this.#fixes.get(name);
  }
}

const copied =
  "Copies a file that by its name holds a secret: it stays in this layer for whoever pulls the image, even when a later " +
  "RUN deletes it. Mount it for the one command that needs it: RUN --mount=type=secret,id=… .";
const advice = "Revoke it, and take it from RUN --mount=type=secret, or give it to the job when that starts.";

function* checkAssignments(
  dockerfile: Dockerfile,
  instruction: ArgInstruction | EnvInstruction,
  given: GivenSecrets,
): Iterable<RuleReport> {
  for (const assignment of instruction.assignments) {
    const { name, span } = assignment;
    const literal = holdsLiteral(assignment);
    if (instruction.kind === "ARG") {
      if (namesSecret(name) && !literal && !tellsWhere(assignment)) given.arguments.set(name, instruction);
    } else {
      const baked = variableReferences(assignment.raw ?? "", dockerfile.escape).find((each) =>
        given.arguments.has(each.name),
      );
      if (baked) given.tell(baked.name);
      given.arguments.delete(name);
      if (baked) {
        yield {
          span,
          message:
            `Writes the build argument ${baked.name} into the image's environment, where everybody who pulls the image ` +
            "reads it. Take it from RUN --mount=type=secret where the build needs it, and give it to the job when that starts.",
        };
        continue;
      }
    }
    if (!literal) continue;
    const where = instruction.kind === "ENV" ? "the image's environment" : "the image's history";
    yield {
      span,
      message: `Puts a secret into ${where} and into this file: everybody who has either can use it. ${advice}`,
    };
  }
}

/** A default that no secret has: a path to where it lies, a number, a switch. */
function tellsWhere({ value }: Assignment): boolean {
  return /^(?:\.{0,2}\/|~|file:|https?:)|^(?:\d{1,6}|true|false|yes|no|on|off)$/i.test(value ?? "");
}

function holdsLiteral({ name, raw, value }: Assignment): boolean {
  if (raw === undefined || value === undefined || value === null) return false;
  if (knownSecrets(raw).length > 0) return true;
  return namesSecret(name) && !raw.includes("$") && isLiteralSecret(value);
}

function checkRun(run: RunInstruction, given: GivenSecrets, shipped: boolean): RuleReport[] {
  const found: RuleReport[] = [];
  for (const span of commandSecrets(run))
    found.push({
      span,
      message: `A secret on the command line of a RUN is in the image's history and in this file: everybody who has either can use it. ${advice}`,
    });
  if (!shipped || given.arguments.size === 0) return found;
  const mounted = run.mounts.some(({ type }) => type === "secret");
  const used = mounted || !run.shell.main ? new Map<string, Span>() : uses(run.shell.main, given.arguments);
  given.carry(run, used);
  for (const [name, span] of used) {
    const edits = given.fix(name);
    found.push({
      span,
      message:
        `The build argument ${name} stays in the image's history: everybody who pulls the image reads it with docker ` +
        `history. Write RUN --mount=type=secret,id=${name},env=${name} and build with --secret id=${name}.`,
      ...(edits && { fixes: [{ title: `Take ${name} from a secret mount`, automatic: false, edits }] }),
    });
  }
  return found.sort((a, b) => a.span.start - b.span.start);
}

/** Whether a script gives the variable another value than the argument's. */
function setsItself(text: string, name: string): boolean {
  return new RegExp(`(?:^|[\\s;&|(])${name}=(?!["']?\\$\\{?${name}\\b)`).test(text);
}

/** The given arguments that a script refers to, each where it first does; one that the script sets itself left out. */
function uses({ source }: ShellScript, given: ReadonlyMap<string, ArgInstruction>): Map<string, Span> {
  const found = new Map<string, Span>();
  for (const match of source.text.matchAll(/\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)[^{}]*\})/g)) {
    const name = (match[1] ?? match[2])!;
    if (!given.has(name) || found.has(name)) continue;
    if (!setsItself(source.text, name))
      found.set(name, source.spanOf(match.index, match.index + match[0].length));
  }
  return found;
}
