/** What `lab-images job --help` says. */
export const jobHelp = `Usage: lab-images job [options] <image> [name] [-- command…]

Prints the command that starts a job of an image on the cluster, by what "job" in lab-images.json says: Run:ai's, of
version 1 or 2. The image is one of the lab, or any other by its name with the registry. The name is the job's (default: the
image's). Behind -- stands what the job does instead of the command there; one word alone is a line of shell. Where there is
a requirements.txt, its packages are installed first.

Before, it looks whether the registry has the image, whether that is what was last built on the host, and whether the
lab's GPU driver runs its CUDA; what is wrong there is said on standard error, and the command is printed all the same.

Options:
      --run                  Start the job, with the runai that is on the PATH, instead of printing the command
      --convert <program>    Print the command that makes an image for apptainer or enroot of it
      --no-check             Ask neither the registry nor the host
  -H, --host <url>           The host that the image was built on: unix:///…, ssh://user@node, tcp://…, or a docker
                             context (default: DOCKER_HOST, the current docker context, this machine)
  -h, --help                 Show this help
  -v, --version              Show the version

Exit code: 0 printed; of --run that of runai; 2 bad usage, no such image, a variable that is not set, or no runai.
`;
