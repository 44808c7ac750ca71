import { type PackageCommand, packageCommand } from "../commands/installed-packages.ts";
import type { CopyInstruction, EnvInstruction, Instruction } from "../dockerfile/instruction.ts";
import type { Invocation } from "../dockerfile/shell/invocation.ts";
import type { BaseFacts } from "./base-facts.ts";
import { systemPythonOf } from "./os-releases.ts";

/** Facts that grow along a stage: what its instructions install for certain, and what they make uncertain. */
export class GrowingFacts {
  readonly #start: BaseFacts;
  readonly #provides: Set<string>;
  #cuda: BaseFacts["cuda"];
  #python: BaseFacts["python"];
  /** Whether another Python than the known one may be what `python3` starts. */
  #otherPython = false;

  constructor(start: BaseFacts) {
    this.#start = start;
    this.#provides = new Set(start.provides);
    this.#cuda = start.cuda;
    this.#python = start.python;
    this.#otherPython = start.otherPython ?? false;
  }

  /** The Python that `python3` starts here; undefined where it is not known for certain. */
  get python(): BaseFacts["python"] {
    return this.#python;
  }

  /** Whether a package is installed by that name here. */
  has(name: string): boolean {
    return this.#provides.has(name);
  }

  /** The facts behind the instructions followed so far, with `environment` in force. */
  facts(environment: ReadonlyMap<string, string>): BaseFacts {
    const { cuda: _, python: __, ...rest } = this.#start;
    return {
      ...rest,
      ...(this.#cuda ? { cuda: this.#cuda } : {}),
      ...(this.#python ? { python: this.#python } : {}),
      ...(this.#otherPython ? { otherPython: true } : {}),
      environment,
      provides: new Set(this.#provides),
    };
  }

  /** Takes note of what `instruction` does; to be called in order. The body of an ONBUILD does nothing here. */
  follow(instruction: Instruction): void {
    if (instruction.onbuild) return;
    if (instruction.kind === "RUN")
      for (const each of instruction.shell.invocations) this.followCommand(each);
    else if (instruction.kind === "ENV") this.#followEnvironment(instruction);
    else if (instruction.kind === "COPY" || instruction.kind === "ADD") this.#followCopy(instruction);
  }

  /** Takes note of what one command of a RUN does; to be called in order. */
  followCommand(invocation: Invocation): void {
    if (bringsPython(invocation)) this.#loseSightOfPython();
    if (invocation.context.conditional || invocation.context.inFunction) return;
    const installer = installerOf(invocation);
    if (installer) this.#provides.add(installer);
    const command = packageCommand(invocation);
    if (!command) return;
    for (const name of command.names) {
      if (command.does === "remove") this.#provides.delete(name);
      else this.#install(name, command);
    }
  }

  #install(name: string, { where }: PackageCommand): void {
    this.#provides.add(name);
    if (name === "build-essential") for (const part of ["gcc", "g++", "make"]) this.#provides.add(part);
    if (where !== "apt") return;
    const toolkit = /^cuda(?:-toolkit)?-(\d+)-(\d+)$/.exec(name);
    if (toolkit) this.#cuda = { ...this.#cuda, version: `${toolkit[1]}.${toolkit[2]}`, flavour: "devel" };
    const cudnn = /^(?:lib)?cudnn(\d+)(?:-|$)/.exec(name)?.[1];
    if (cudnn && this.#cuda) this.#cuda = { ...this.#cuda, cudnn: Number(cudnn) };
    const version = this.#start.os && systemPythonOf(this.#start.os);
    if (version && !this.#python && !this.#otherPython && /^python3(?:-|$)|^python-is-python3$/.test(name))
      this.#python = { version, owner: "os" };
  }

  #followEnvironment({ assignments }: EnvInstruction): void {
    for (const { name, raw, value } of assignments)
      if (name === "PATH" && mayLeadToPython(value ?? raw ?? "")) this.#loseSightOfPython();
  }

  #followCopy({ from, sources, destination }: CopyInstruction): void {
    if (from === undefined) return;
    const path = destination?.value ?? null;
    if (/(^|\/)astral(-sh)?\/uv(?=$|[:@])/.test(from)) this.#provides.add("uv");
    else if (path === null || /^\/(?:usr(?:\/local)?(?:\/(?:bin|lib).*)?\/?)?$/.test(path)) {
      const isFile = sources.every(({ value }) => value !== null && /\/[\w.-]*\.[a-z]+$/.test(value));
      if (!isFile) this.#loseSightOfPython();
    }
  }

  #loseSightOfPython(): void {
    this.#otherPython = true;
    this.#python = undefined;
  }
}

/** Folders of PATH in which no other Python lies. */
const folderWithoutPython = /^(?:\/usr)?\/s?bin$|^\/usr\/local\/s?bin$|^\/usr\/games$|^\$\{?PATH\}?$/;

/** The folder that a program without a Python keeps its `bin` in, or a folder above that. */
const folderOfProgram =
  /^(?:cuda[\w.-]*|nvidia|nvm|go|cargo|\.cargo|node[\w.-]*|cmake[\w.-]*|ffmpeg|texlive[\w.-]*)$/;

function hasNoPython(folder: string): boolean {
  const [, ...below] = folder.split("/");
  const inProgram = below.pop() === "bin" && below.some((name) => folderOfProgram.test(name));
  return inProgram || folderWithoutPython.test(folder);
}

/** Whether a PATH may have a folder in front in which another Python lies. */
export function mayLeadToPython(path: string): boolean {
  return path
    .replace(/^(["'])(.*)\1$/s, "$2")
    .split(":")
    .some((folder) => folder !== "" && !hasNoPython(folder.replace(/\/$/, "")));
}

/** Whether a command may make `python3` or `pip` start another Python than before. */
function bringsPython({ name, args }: Invocation): boolean {
  const has = (pattern: RegExp) => args.some(({ value, prefix }) => pattern.test(value ?? prefix));
  if (name === "update-alternatives" || name === "ln" || name === "cp" || name === "mv")
    return has(/python|pip/);
  if (name === "uv" || name === "pyenv" || name === "asdf" || name === "mise")
    return has(/^(?:install|python)$/);
  if (name === "make") return has(/^(?:alt)?install$/);
  return /^(?:mini(?:conda|forge)|mambaforge|anaconda)/i.test(fileName(args)) || condaInstaller.test(name);
}

const condaInstaller = /^(?:miniconda|miniforge|mambaforge|anaconda)[\w.-]*\.sh$/i;

/** The file that `bash FILE -b` runs. */
function fileName(args: Invocation["args"]): string {
  const file = args.find(({ value }) => value !== null && !value.startsWith("-"))?.value ?? "";
  return condaInstaller.test(file.slice(file.lastIndexOf("/") + 1))
    ? file.slice(file.lastIndexOf("/") + 1)
    : "";
}

/** What an installer that is no package manager brings: conda, uv; an apt repository as `ppa:…`. */
function installerOf({ name, args }: Invocation): string | undefined {
  const file =
    args.map(({ value }) => value ?? "").find((value) => /(?:^|\/)[\w.-]+\.sh$/.test(value)) ?? name;
  const script = file.slice(file.lastIndexOf("/") + 1);
  if (condaInstaller.test(script) && (name === script || /^(?:ba|z|da)?sh$/.test(name))) return "conda";
  if (
    (name === "curl" || name === "wget") &&
    args.some(({ value }) => /astral\.sh\/uv(?:\/[\d.]+)?\/install\.sh/.test(value ?? ""))
  )
    return "uv";
  if (name === "add-apt-repository" || name === "apt-add-repository")
    return args.find(({ value }) => value?.startsWith("ppa:"))?.value ?? undefined;
  return undefined;
}
