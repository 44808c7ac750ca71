/** What `lab-images --help` says. */
export const mainHelp = `Usage: lab-images <command> [options]

Checks, builds and pushes a lab's GPU images.

Commands:
  lint [paths…]     Check Dockerfiles against the lab's conventions
  explain [codes…]  Say what a rule finds, why, and what is right; without a code, list the rules
  build <images…>   Build what is stale of the lab's images, here or on another host, and push it
  push <names…>     Push images to their registries, from here or from another host
  login [registry]  Log in to a registry, as docker login does; logout forgets the login
  registry ls       List what registries have of the lab's images, or of any other
  init [file]       Write lab-images.json from a build script or a docker-bake.json
  registry start    Run a registry on a host, for whoever has none to push to; registry stop ends it
  export <format>   Print the lab's builds as a shell script, or for docker buildx bake
  graph [folder]    Show the lab's images as a tree, what each builds on, and the order to build them in
  layers <image>    Show which instruction made how much of an image, and what its base brought
  job <image>       Print the command that starts a job of an image on the cluster, or start it
  prune             Show and remove images that have lost their names, and unused build cache
  hosts             List the hosts to build on, and say which one is used
  doctor            Say what keeps a host from building

Options:
  -h, --help      Show this help; "lab-images lint --help" shows a command's
  -v, --version   Show the version
`;

/** What `lab-images lint --help` says. */
export const lintHelp = `Usage: lab-images lint [options] [paths…]
       lab-images lint --stdin --path <path> [options]

Checks Dockerfiles against the lab's conventions, and lab-images.json and the shell scripts that build
images with them. A folder is searched for Dockerfile, Dockerfile.*, *.Dockerfile, Containerfile,
Containerfile.*, lab-images.json, build* and *.sh; what .gitignore leaves out is not looked at. Without
paths the current folder is searched.

Options:
  --format text|json|sarif      How to print the findings (default: text)
  --fix                         Apply the fixes that need no decision, then show what is left
  --fail-on error|warning|info  The lowest severity that makes the exit code 1 (default: warning)
  --rule <code>                 Check only this rule, even if lab-images.json has it off; may be repeated
  --explain <code>              Print the rule's page and check nothing
  --stdin --path <path>         Check what comes on standard input as if it stood at <path>, for editors.
                                With --fix the fixed text goes to standard output and all else to standard
                                error; no file is written
  -h, --help                    Show this help
  -v, --version                 Show the version

Exit code: 0 nothing found at or above --fail-on, 1 something found, 2 bad usage or a file that could
not be read or written (the others are checked all the same).
`;

/** What `lab-images explain --help` says. */
export const explainHelp = `Usage: lab-images explain [codes…]

Prints the pages of rules by their codes, such as apt/clean-lists: what each finds, why it matters, what is
wrong and right, and how to leave it out. Without a code every rule is listed.

Options:
  -h, --help  Show this help
`;
