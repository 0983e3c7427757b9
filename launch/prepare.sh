# shellcheck shell=sh disable=SC2086,SC2046 # needs and packages are single words; lists of them are split on purpose
# Puts in place what a launcher needs, and runs its program. Sourced by `kmend` and `dev`, which set `root` (the checkout) and `me`.
#
# A use that finds everything in place writes nothing and starts no package manager. An interrupted one is repaired by the next:
# npm packages count only once node_modules/.installed-lock equals the lock file, Debian packages only once .apt-unfinished is gone.

: "${root:?}" "${me:?}"
. "$root/launch/needs.sh"

# Flags meant for another Node can keep this one from starting.
unset NODE_OPTIONS NODE_PATH

node=$root/node_modules/.bin/node

# prepare NEED…: returns once the npm packages and all needs are there; when that cannot be done, ends with exit code 6.
prepare() {
  are_npm_packages_missing || [ -n "$(list_missing $(needs_of_all) "$@")" ] || [ -e "$root/.apt-unfinished" ] || return 0
  check_machine
  exec 9<"$root/package.json"
  if command -v flock >/dev/null; then flock 9; fi # of two first uses at the same time, the second waits and then finds all in place
  install_debian_packages "$@"
  install_npm_packages
  exec 9<&-
}

# run PROGRAM ARGUMENT…: becomes Node on a program of this checkout.
run() {
  program=$root/$1
  shift
  # Stripping the types of every file costs more than running --help; what is kept goes by the files' content.
  export NODE_COMPILE_CACHE="$root/node_modules/.compile-cache"
  # What is read of an object outlives a small nursery, and is garbage with the next one: a third of the time of a comparison.
  exec "$node" --max-semi-space-size=64 "$program" "$@"
}

are_npm_packages_missing() {
  ! { [ -x "$node" ] && cmp -s "$root/package-lock.json" "$root/node_modules/.installed-lock"; }
}

# list_missing NEED…: those that are not here, on one line, each once.
list_missing() {
  absent=
  for need; do
    case " $absent " in *" $need "*) continue ;; esac
    has "$need" || absent="${absent:+$absent }$need"
  done
  echo "$absent"
}

check_machine() {
  case $(uname -s)/$(uname -m) in
    Linux/x86_64 | Linux/aarch64) ;;
    *) fail "Cannot run on $(uname -s) $(uname -m): Linux on x86-64 or arm64 is needed" 'use such a machine' ;;
  esac
}

install_debian_packages() {
  missing=$(list_missing $(! are_npm_packages_missing || echo node npm) $(needs_of_all) "$@")
  [ -n "$missing" ] || { [ -e "$root/.apt-unfinished" ] && [ "$(id -u)" = 0 ]; } || return 0
  packages=$(packages_of $missing)
  if ! command -v apt-get >/dev/null; then
    fail "Cannot find: $missing" "install them with this system's package manager (Debian's packages are: $packages), then run the same command again"
  elif [ "$(id -u)" != 0 ]; then
    fail "Cannot find: $missing" "run as root: apt-get install --no-install-recommends $packages"
  fi
  say "installing Debian packages: ${packages:-(finishing what was interrupted)}"
  interrupted=no
  if [ -e "$root/.apt-unfinished" ]; then interrupted=yes; fi
  : >"$root/.apt-unfinished"
  logged 'install Debian packages' apt_install $packages
  missing=$(list_missing $missing)
  [ -z "$missing" ] || fail "Cannot find: $missing, although the Debian packages are installed: $packages" 'put them in the PATH'
  rm -f "$root/.apt-unfinished"
}

# packages_of NEED…: the Debian packages that have them, on one line, each once.
packages_of() {
  for need; do package_of "$need"; done | sort -u | tr '\n' ' ' | sed 's/ $//'
}

# Waits up to five minutes for another package manager: an upgrade in the background, or what an interrupted run of ours left at work.
apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  seconds=0
  until try_apt_install "$@"; do
    if [ $seconds -ge 300 ] || ! tail -n 20 "$log" | grep -q -e ' lock' -e 'dpkg was interrupted'; then return 1; fi
    sleep 5
    seconds=$((seconds + 5))
  done
}

try_apt_install() {
  if [ $interrupted = yes ]; then
    dpkg --configure -a # what it cannot finish, the next line can
    apt-get install -y --no-install-recommends --fix-broken || return 1
  fi
  apt-get update && apt-get install -y --no-install-recommends "$@"
}

install_npm_packages() {
  are_npm_packages_missing || return 0
  if ! has npm || ! has node; then fail 'Cannot find npm' 'install Node.js 18 or later with its npm, then run the same command again'; fi
  say 'installing npm packages into node_modules, Node 26 among them'
  logged 'install the npm packages' npm_install
  "$node" --version >/dev/null || fail "Cannot start $node" 'see the line above'
}

# What `npm ci` would do, which npm 11 refuses for a lock file that leaves out other machines' packages where the registry does not offer them: the
# folder is made anew, versions and digests are those of the lock file, and the lock file stays as it is.
# Nothing that a package brings is run, and the environment cannot leave out what the lock file lists. By itself npm waits up to a minute before
# it asks again for what the registry did not answer.
npm_install() (
  cd "$root" &&
    rm -rf node_modules &&
    NODE_OPTIONS='--require ./launch/as-node-26.cjs' npm install --no-save --ignore-scripts --include=dev --include=optional --no-audit --no-fund \
      --fetch-retries=6 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=15000 &&
    node launch/installed.cjs
)

say() {
  echo "$me: $1" >&2
}

# logged WHAT COMMAND…: runs it with its output kept aside; when it fails, the reader sees the end of that.
logged() {
  what=$1
  shift
  log=$(mktemp)
  if "$@" >"$log" 2>&1 </dev/null; then
    rm -f "$log"
  else
    tail -n 15 "$log" >&2
    fail "Cannot $what: see the lines above and $log" 'run the same command again: it resumes'
  fi
}

# fail MESSAGE WAY-OUT: in the form of every fault of kmend, with the exit code for an environment that lacks something.
fail() {
  printf 'error[tool/missing]: %s\n  try: %s\n' "$1" "$2" >&2
  exit 6
}
