import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import {
  isShell,
  readsScriptFromInput,
  scriptArgument,
} from "../../../core/dockerfile/shell/nested-script.ts";
import type { OsRelease } from "../../../core/image/base-facts.ts";

/** Programs that only name apt in their words. */
const quoting = new Set([
  ..."echo printf command which type hash grep egrep sed awk cat tee ls rm mkdir touch test [ [[".split(" "),
  ..."alias chmod chown cp mv ln find dpkg dpkg-query apt-mark pip pip3 conda tail head".split(" "),
]);

/** Files to source that set variables and nothing else. */
const settings =
  /(^|\/)(activate|os-release|lsb-release|\.?bashrc|\.?bash\.bashrc|\.?profile|\.bash_profile)$/;
const moreSettings = /(^|\/)(conda|mamba|micromamba|nvm|local_setup|env|environment)(\.(sh|bash))?$|\.env$/;
const rosSettings = /^\/opt\/ros\/.*\/setup\.(sh|bash)$/;

/** Programs that run what a project tells them. */
const runners = new Set([
  ..."make gmake just task bazel tox nox ansible ansible-playbook ansible-pull chroot su runuser parallel".split(
    " ",
  ),
  ..."script watch nala apt-fast playwright apt-spy2".split(" "),
]);

/** Whether a program other than apt reads the package lists for certain. */
export function readsLists({ name, args }: Invocation): boolean {
  switch (name) {
    case "rosdep":
      return args[0]?.value === "install";
    case "apt-cache":
    case "apt-rdepends":
    case "gdebi":
    case "mk-build-deps":
    case "unattended-upgrade":
    case "unattended-upgrades":
      return true;
    case "tasksel":
      return args.some(({ value }) => value === "install");
    default:
      return false;
  }
}

/** Whether it fetches the lists itself, where {@link repositoryFetchesLists}. */
export function updatesItself({ name, args }: Invocation): boolean {
  if (name !== "add-apt-repository" && name !== "apt-add-repository") return false;
  return !args.some(({ value }) => value && /^--(?:no-update|list|help)$|^-[a-z]*[nlLh]/.test(value));
}

/** Whether `add-apt-repository` fetches the lists in an image of this system: from Ubuntu 18.04 on. */
export function repositoryFetchesLists(os: OsRelease | undefined): boolean {
  return os?.id === "ubuntu" && Number.parseFloat(os.version) >= 18.04;
}

/** Whether it may call apt where that cannot be seen: a script, `curl … | bash`, a command that is not known here. */
export function mayRunApt(invocation: Invocation): boolean {
  const { name, args, script, node, word } = invocation;
  if (quoting.has(name) && !word.value?.includes("/")) return false;
  if (name === "") {
    const written = node ? script.source.text.slice(word.written.pos, word.written.end) : (word.value ?? "");
    const known = /\/(?:s?bin)\/[\w.+-]+["']?$/.exec(written);
    return !known || /\.(sh|bash)["']?$/.test(written);
  }
  if (isShell(name)) return runsUnseenScript(invocation);
  if (name === "source" || name === ".") {
    const text = args[0]?.value ?? (args[0] ? tailOf(args[0].written, script.source.text) : "");
    return ![settings, moreSettings, rosSettings].some((known) => known.test(text));
  }
  if (name === "eval")
    return !/conda|mamba|ssh-agent|brew|pyenv|opam|dircolors/.test(
      script.source.text.slice(node?.pos, node?.end),
    );
  if (/\.(sh|bash|run)$/.test(name) || runners.has(name)) return true;
  const folder = /^(.*)\/[^/]*$/.exec(word.value ?? "")?.[1];
  if (folder !== undefined && !/bin$/.test(folder) && !/^(configure|python[\d.]*|pip[\d.]*)$/.test(name))
    return true;
  if (/^(python|perl|ruby|node)[\d.]*$/.test(name))
    return /(install|deps|bootstrap|prepare|provision)[^/]*\.(py|pl|rb|js)$/i.test(args[0]?.value ?? "");
  if (quoting.has(name)) return false;
  return args.some(
    ({ value }) =>
      value !== null && /(^|[\s"'/])(apt-get|apt|aptitude)($|\s)|^(--with-deps|install-deps)$/.test(value),
  );
}

/** Build tools that a project could make call apt, and hardly one does. */
const builders = new Set(["make", "gmake", "just", "task", "bazel", "tox", "nox"]);

/** Installers that bring no packages of the distribution, and what only sets variables. */
const ownInstallers =
  /conda|mamba|miniforge|rustup|cmake|nvm|homebrew|pyenv|poetry|get-pip|python\d*\.sh|rc["']?$|profile|activate/i;

/** Whether what {@link mayRunApt} means is a script that packages of the distribution are installed with, by its look. */
export function mayBeInstallScript({ name, args, word }: Invocation): boolean {
  if (builders.has(name)) return false;
  return ![word, ...args].some((each) => ownInstallers.test(each.value ?? each.prefix));
}

/** A shell whose script is not in the Dockerfile: `bash x.sh`, `… | sh`. */
function runsUnseenScript({ args, node }: Invocation): boolean {
  if (scriptArgument(args) !== undefined) return false;
  return !readsScriptFromInput(args) || !node?.redirects.some((redirect) => redirect.type === "HereDoc");
}

function tailOf(written: { readonly pos: number; readonly end: number }, text: string): string {
  return text.slice(written.pos, written.end).replace(/["']$/, "");
}
