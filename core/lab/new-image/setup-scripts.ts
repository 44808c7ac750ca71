/**
 * `/opt/lab/setup`: makes the user that a job names. The names of the variables are those that the lab's jobs set
 * (`runai submit -e CLUSTER_USER=… -e CLUSTER_USER_ID=…`).
 */
export const setupScript = `#!/bin/sh
# Makes the user of the job, so that its files on the storage belong to them. Run by root, once, by /opt/lab/enter.
# The job says who: CLUSTER_USER, CLUSTER_USER_ID, CLUSTER_GROUP_NAME, CLUSTER_GROUP_ID ("id" on the lab's machines).
set -eu

user=$CLUSTER_USER
user_id=\${CLUSTER_USER_ID:-1000}
group=\${CLUSTER_GROUP_NAME:-$user}
group_id=\${CLUSTER_GROUP_ID:-$user_id}

# A number that is taken keeps its name. A name that is taken, or that Linux does not take ("domain users"), is left out.
if ! getent group "$group_id" >/dev/null; then
    groupadd --gid "$group_id" "$group" || groupadd --gid "$group_id" "lab$group_id"
fi
make_user() {
    useradd --create-home --shell /bin/bash --uid "$user_id" --gid "$group_id" "$1"
}
if ! getent passwd "$user_id" >/dev/null; then
    make_user "$user" || make_user "lab$user_id"
fi
if command -v sudo >/dev/null && [ -d /etc/sudoers.d ]; then
    printf '%s ALL=(ALL) NOPASSWD:ALL\\n' "$(getent passwd "$user_id" | cut -d: -f1)" > /etc/sudoers.d/lab
    chmod 0440 /etc/sudoers.d/lab
fi
`;

/** `/opt/lab/enter`: the image's entry point. */
export const enterScript = `#!/bin/sh
# Runs the job's command as the job's user. With no CLUSTER_USER, or not as root, runs it as it is.
set -eu

if [ "$(id -u)" -ne 0 ] || [ -z "\${CLUSTER_USER:-}" ]; then
    exec "$@"
fi
/opt/lab/setup
name=$(getent passwd "\${CLUSTER_USER_ID:-1000}" | cut -d: -f1)
HOME=$(getent passwd "$name" | cut -d: -f6)
export HOME
# The user of a number that was taken has a group of its own.
exec setpriv --reuid "$name" --regid "\${CLUSTER_GROUP_ID:-$(id -g "$name")}" --init-groups "$@"
`;
