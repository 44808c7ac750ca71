/** What a word of a command means for the image that is built, in one or two sentences of Markdown. */
export interface OptionNote {
  /** Their names; pip's also for `pip3` and `python -m pip`. */
  readonly programs: RegExp;
  /** The subcommands that it holds for; undefined for all. */
  readonly commands?: RegExp;
  readonly word: RegExp;
  readonly says: string;
}

const pip = /^pip$/;
const pipOrUv = /^(?:pip|uv)$/;
const apt = /^apt(?:-get)?$/;
const conda = /^(?:conda|mamba|micromamba)$/;

/**
 * In the order in which they are tried. Sources: the manuals apt-get(8), pip install, conda, git-clone(1), make(1), uv's page
 * on package indexes (docs.astral.sh/uv/concepts/indexes).
 */
export const optionNotes: readonly OptionNote[] = [
  {
    programs: apt,
    word: /^update$/,
    says: "Fetches the package lists, about 40 MB in `/var/lib/apt/lists`. They go stale with the cached layer, so they belong into the RUN that installs, and are deleted at its end.",
  },
  {
    programs: apt,
    word: /^(?:-y|--yes|--assume-yes|-qq)$/,
    says: "Answers yes: a build has nobody to ask.",
  },
  {
    programs: apt,
    word: /^--no-install-recommends$/,
    says: "Leaves out packages that are merely recommended, often more megabytes than the package itself.",
  },
  {
    programs: apt,
    word: /^(?:clean|autoclean)$/,
    says: "Deletes downloaded packages, not the package lists. The images of Ubuntu and Debian do so by themselves.",
  },
  {
    programs: apt,
    word: /^(?:remove|purge|autoremove)$/,
    says: "Makes the image smaller only where the same RUN installed the packages: what an earlier layer holds stays in it.",
  },
  {
    programs: /^rm$/,
    word: /^\/var\/lib\/apt\/lists/,
    says: "The package lists. Deleting them saves room only in the RUN that fetched them.",
  },
  {
    programs: pip,
    word: /^--no-cache-dir$/,
    says: "Keeps pip's cache out of the layer: without it every wheel is in the image twice.",
  },
  {
    programs: /^uv$/,
    word: /^(?:--no-cache(?:-dir)?|-n)$/,
    says: "Keeps uv's cache out of the layer.",
  },
  {
    programs: pipOrUv,
    word: /^(?:--index-url|-i|--default-index)(?:=|$)/,
    says: "Takes all packages from this index, in place of PyPI.",
  },
  {
    programs: /^uv$/,
    word: /^(?:--index|--extra-index-url)(?:=|$)/,
    says: "Looks there ahead of PyPI: uv takes a package from the first index that has it, whatever version the others have.",
  },
  {
    programs: pip,
    word: /^--extra-index-url(?:=|$)/,
    says: "Looks there too: pip takes the highest version of both, whichever index has it.",
  },
  {
    programs: pipOrUv,
    word: /^(?:--find-links|-f)(?:=|$)/,
    says: "Looks for wheels on this page too.",
  },
  {
    programs: pipOrUv,
    word: /^--no-build-isolation$/,
    says: "Builds with what the image has installed: a CUDA extension sees the torch that it will run with.",
  },
  {
    programs: pipOrUv,
    word: /^--break-system-packages$/,
    says: "Lets pip install beside the operating system's own Python packages, which it refuses on Ubuntu from 23.04 and Debian from 12 (PEP 668).",
  },
  {
    programs: pipOrUv,
    word: /^(?:-e|--editable)(?:=|$)/,
    says: "Installs a link to the sources: they must stay where they are in the image.",
  },
  {
    programs: conda,
    word: /^clean$/,
    says: "Deletes downloaded packages and indices. It saves room only in the RUN that fetched them.",
  },
  {
    programs: /^git$/,
    commands: /^clone$/,
    word: /^--depth(?:=|$)/,
    says: "Fetches so many commits of the history. Without it all of it is in the layer.",
  },
  {
    programs: /^git$/,
    commands: /^clone$/,
    word: /^(?:--recursive|--recurse-submodules)/,
    says: "Fetches the submodules too, with their history unless `--shallow-submodules` is given.",
  },
  {
    programs: /^(?:make|ninja|cmake)$/,
    word: /^(?:-j|--jobs|--parallel)/,
    says: "How many compilers run at once. Without a number, `make` starts as many as it can: on a shared build node, name a bound.",
  },
  {
    programs: /^ldconfig$/,
    word: /^ldconfig$/,
    says: "Has the dynamic linker look for libraries anew, those that the RUN has installed.",
  },
];
