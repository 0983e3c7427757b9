# Whatever comes of it, the package is installed: its files are where they belong, and the kernel is as kmend leaves it. A script that failed here would
# leave the package half configured and hold up every later upgrade of this host, security updates included, because of one patch that `kmend check` reports
# anyway. So: say what was done, and end well.
say() {
  echo "@PACKAGE@: $1" >&2
}

if [ "$(uname -r)" != "$release" ]; then
  say "not applied now: it is for the kernel $release, and $(uname -r) runs. Once that one does, kmend agent applies it, on trial"
elif [ ! -d /run/systemd/system ]; then
  say "not applied: this is no running system (a chroot or an image). On one: kmend apply $folder"
elif ! command -v kmend >/dev/null; then
  say "not applied: there is no kmend here. Once there is: kmend apply $folder"
else
  status=0
  kmend apply "$folder" --package @PACKAGE@ || status=$?
  case $status in
    0 | 3) ;;
    9) say "the transition did not end in time: kmend blocking -v names the tasks that it waits for" ;;
    10) say "not applied, something else is under way. Later: kmend apply $folder" ;;
    *) say "not applied (exit code $status): the lines above say why. The package is installed. To try again: kmend apply $folder" ;;
  esac
fi
