/** What `lab-images build --help` says. */
export const buildHelp = `Usage: lab-images build [options] <folder|Dockerfile|image>

Builds an image with BuildKit, on this machine's Docker daemon or on another host's. No docker command is needed.
With a lab-images.json, the name of an image of the lab stands for its folder, and its name, tag, build arguments,
network and platform come from there; options win.

Options:
  -t, --tag <name:tag>        Name the image; may be repeated (default: what the lab says, else the folder's name)
  -f, --file <path>           The Dockerfile (default: Dockerfile or Containerfile in the folder)
      --build-arg <N=value>   Set a build argument; without a value it is taken from the environment
      --label <N=value>       Put a label on the image
      --target <stage>        Stop at this stage
      --platform <platform>   Build for linux/amd64, linux/arm64, …
      --network <mode>        The network of RUN: default, host or none
      --add-host <name:ip>    Add a line to /etc/hosts of RUN
      --secret <id=…,src=…>   Give a secret to RUN --mount=type=secret, from a file (src=) or a variable (env=)
      --ssh <default|id=…>    Give an ssh agent to RUN --mount=type=ssh
      --cache-from <image>    Use the cache that is written into this image
      --pull                  Look for newer bases at their registry
      --no-cache              Run every instruction anew
      --push                  Push every name of the image when it is built
  -H, --host <url>            Where to build: unix:///…, ssh://user@node, tcp://…, or a docker context
                              (default: DOCKER_HOST, the current docker context, this machine)
      --progress <kind>       auto, tty (drawn in place), plain (lines), json (the events, one a line; on stdout)
  -h, --help                  Show this help
  -v, --version               Show the version

Ctrl+C cancels the build; once more quits at once.

Exit code: 0 built, 1 the build or the push failed, 2 bad usage, 3 the host cannot be reached, 4 not authorised
there or at a registry, 130 cancelled.
`;
