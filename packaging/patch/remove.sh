# Removing the package takes the live patch out of the running kernel where that is safe; where it is not, the patch stays in force until the next reboot.
# Neither holds up the package manager: a module in memory does not need its file.
say() {
  echo "@PACKAGE@: $1" >&2
}

if ! command -v kmend >/dev/null || [ ! -d /run/systemd/system ]; then
  :
elif [ "$(uname -r)" != "$release" ] || [ ! -d "/sys/kernel/livepatch/$name" ]; then
  # Not in force, perhaps replaced by a later one: it must not come back at the next boot of its kernel, either.
  kmend remove "$name" --kernel "$release" --reason 'its package @PACKAGE@ is removed' >/dev/null 2>&1 || true
else
  status=0
  kmend remove "$name" --reason 'its package @PACKAGE@ is removed' || status=$?
  case $status in
    0 | 3) ;;
    *) say "the live patch $name could not be taken out (exit code $status): it stays in force until the next reboot, unless kmend remove $name succeeds later" ;;
  esac
fi
