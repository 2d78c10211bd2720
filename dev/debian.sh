# Sourced by dev/postgres and dev/java: installing packages on Debian and Ubuntu.

say() {
  printf '[%s] %s\n' "$script" "$*" >&2
}

stop() {
  say "$@"
  exit 1
}

has() {
  command -v "$1" > /dev/null 2>&1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# What to do by hand is the caller's to know: it is passed as the one argument.
require_debian_and_root() {
  has apt-get && has dpkg-query \
    || stop "this machine: not a Debian or Ubuntu (no apt-get), expected one of them. $1"
  [ "$(id -u)" -eq 0 ] && return
  has sudo || stop "this user: not root and no sudo here, expected one of them. Run this script as root. $1"
  sudo -n true 2> /dev/null || [ -t 0 ] \
    || stop "sudo: asks for a password and there is no terminal, expected a password-less sudo. $1"
}

# Two clones on one machine share its packages, so the lock is on a file of the machine; a
# read-only descriptor is enough for flock, whoever owns the file.
lock_machine() {
  exec 9< /etc/os-release
  flock -w 900 9 || stop "another installation: still running after 15 minutes, expected it to end. Look at it, then run this again."
}

make_work_folder() {
  work=$(mktemp -d "${TMPDIR:-/tmp}/vector-migrate-install.XXXXXX")
  # apt downloads as its own user, which has to reach the folders inside.
  chmod 755 "$work"
}

logged() {
  "$@" > "$work/log" 2>&1 < /dev/null && return
  local code=$?
  tail -n 40 "$work/log" >&2
  return "$code"
}

# apt installs nothing while an earlier run that was killed has left packages half-way.
finish_interrupted_installation() {
  logged as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l dpkg --configure -a --force-confold \
    || stop "dpkg --configure -a: failed, expected the packages of an earlier, interrupted installation to be finished. The end of its output is above."
}

refresh_package_lists() {
  # One broken third-party repository must not end this: the installation decides.
  logged as_root apt-get -q -o DPkg::Lock::Timeout=300 update \
    || say "apt-get update did not succeed; going on with the package lists that are here"
}

installation_candidate() {
  local version
  version=$(LC_ALL=C apt-cache policy "$1" | sed -n 's/^  Candidate: //p')
  [ "$version" = "(none)" ] || printf '%s' "$version"
}

# What is installed is not upgraded: that could restart a database that somebody uses.
install_packages() {
  say "installing $*"
  logged as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l \
    apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 --no-upgrade install "$@" \
    || stop "apt-get install $*: failed, expected the packages. The end of its output is above."
}
