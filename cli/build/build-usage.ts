/** What `lab-images build --help` says. */
export const buildHelp = `Usage: lab-images build [options] <image|folder|Dockerfile>…
       lab-images build [options] --all

Builds images with BuildKit, on this machine's Docker daemon or on another host's. No docker command is needed.
With a lab-images.json or a build script, the name of an image of the lab stands for its folder, and its names, build
arguments, network, platform and stage come from there; options win, for the images that are named. What a script does and
this build does not is told. Of the lab's images those
are built that are stale on the host, behind the stale ones that they build on: their Dockerfile, the files that they
copy, their arguments or their base have changed, by content. Outside of a lab an image is always built, and gets no
labels.

Options:
      --all                   Every image of the lab that is stale
      --force                 Build the named images also where they are up to date
  -t, --tag <name:tag>        Name the image; may be repeated (default: what the lab says, else the folder's name)
  -f, --file <path>           The Dockerfile (default: Dockerfile or Containerfile in the folder)
      --build-arg <N=value>   Set a build argument; without a value it is taken from the environment
      --build-context <N=…>   Another folder, image (docker-image://…) or URL that the Dockerfile names; Docker 23 or later
      --label <N=value>       Put a label on the image
      --target <stage>        Stop at this stage
      --platform <platform>   Build for linux/amd64, linux/arm64, …
      --network <mode>        The network of RUN: default, host or none
      --add-host <name:ip>    Add a line to /etc/hosts of RUN
      --secret <id=…,src=…>   Give a secret to RUN --mount=type=secret, from a file (src=) or a variable (env=)
      --ssh <default|id=…>    Give an ssh agent to RUN --mount=type=ssh
      --cache-from <image>    Use the cache that is written into this image
      --pull                  Look for newer bases at their registry, also of the lab's images below the named ones
      --no-cache              Run every instruction anew; builds also what is up to date
      --push                  Push every name of what was built, and of what is not known to be in its registry
  -H, --host <url>            Where to build: unix:///…, ssh://user@node, tcp://…, or a docker context
                              (default: DOCKER_HOST, the current docker context, this machine)
      --progress <kind>       auto, tty (drawn in place), plain (lines), json (the events, one a line; on stdout)
  -h, --help                  Show this help
  -v, --version               Show the version

Images that do not build on each other are built side by side where the host has room. What builds on a failure is
left out, the rest goes on. At the end stands what came of each. Ctrl+C cancels the builds; once more quits at once.

Exit code: 0 built or up to date, 1 a build or a push failed, 2 bad usage, 3 the host cannot be reached, 4 not authorised
there or at a registry, 130 cancelled.
`;
