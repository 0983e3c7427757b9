# shellcheck shell=sh
# What each command needs from the machine, beyond Node and the npm packages: facts only, no act.
#
# A need is a program (gcc-12), a shared library (libelf.so.1) or a file (/usr/include/…). It is asked of the machine at every use,
# not remembered: asking costs less than a stamp that can be wrong.

needs_fetch='xz lz4'
needs_build="$needs_fetch gcc-12 ld make bc libelf.so.1 /usr/include/stdio.h"
needs_vm="$needs_fetch qemu-system-x86_64 busybox-static"
needs_package='strip xz dpkg-deb git rpmbuild'
needs_packages='dpkg-deb rpmbuild rpmsign apt-ftparchive createrepo_c modifyrepo_c gpg gzip'
needs_demo="$needs_build $needs_vm"
needs_debian='debootstrap mkfs.ext4 debugfs sbsign /usr/share/OVMF/OVMF_CODE_4M.snakeoil.fd' # a Debian to test on, with Secure Boot

# What reads our metrics, signatures and completions, to show that others can.
needs_readers='/usr/lib/python3/dist-packages/prometheus_client openssl zsh softhsm2-util dnf zypper /usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so'

# What Node 26 needs, and so every command.
needs_of_all() {
  echo 'libatomic.so.1 libstdc++.so.6'
}

# needs_of_kmend ARGUMENT…: the needs of that command line. Asking for help needs nothing.
needs_of_kmend() {
  command_line=
  for argument; do
    case $argument in
      -h | --help | help) return ;;
      -*) ;;
      *) command_line="$command_line $argument" ;;
    esac
  done
  case "$command_line " in
    ' kernel add '* | ' build '* | ' init-patch '* | ' rebuild '*) echo "$needs_build" ;;
    ' kernel '*) echo "$needs_fetch" ;;
    ' sign '*) echo openssl ;;
    ' packages '*) echo "$needs_packages" ;;
    ' vm '* | ' prove '*) echo "$needs_vm" ;;
    ' demo repo '*) echo "$needs_demo $needs_package" ;;
    ' demo '*) echo "$needs_demo" ;;
  esac
}

# needs_of_dev ARGUMENT…: the same for the workbench.
needs_of_dev() {
  case ${1:-} in
    check | fuzz) echo "$needs_fetch gcc-12 openssl" ;;
    test) echo "$needs_demo $needs_debian $needs_package $needs_packages $needs_readers bison flex" ;; # a test compares with what make builds, tools included
    bench) echo "$needs_build" ;;
    corpus) echo "$needs_demo" ;;
    package) echo "$needs_package" ;;
  esac
}

# package_of NEED: the Debian package that has it.
package_of() {
  case $1 in
    node | npm) echo npm ;;
    xz) echo xz-utils ;;
    ld | strip) echo binutils ;;
    dpkg-deb) echo dpkg ;;
    rpmbuild | rpmsign) echo rpm ;;
    apt-ftparchive) echo apt-utils ;;
    createrepo_c | modifyrepo_c) echo createrepo-c ;;
    gpg) echo gnupg ;;
    mkfs.ext4 | debugfs) echo e2fsprogs ;;
    qemu-system-x86_64) echo qemu-system-x86 ;;
    sbsign) echo sbsigntool ;;
    /usr/share/OVMF/*) echo ovmf ;;
    softhsm2-util) echo softhsm2 ;;
    /usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so) echo libengine-pkcs11-openssl ;;
    libatomic.so.1) echo libatomic1 ;;
    libstdc++.so.6) echo libstdc++6 ;;
    libelf.so.1) echo libelf1 ;;
    /usr/include/stdio.h) echo libc6-dev ;;
    /usr/lib/python3/dist-packages/prometheus_client) echo python3-prometheus-client ;;
    *) echo "$1" ;;
  esac
}

# has NEED: is it here?
has() {
  case $1 in
    # Debian's busybox and busybox-static are the same program under the same name; only the second runs where no library is.
    busybox-static) [ -e /var/lib/dpkg/info/busybox-static.list ] || { [ ! -d /var/lib/dpkg/info ] && command -v busybox >/dev/null; } ;;
    /*) [ -e "$1" ] ;;
    *.so.*) has_library "$1" ;;
    *) command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ] ;;
  esac
}

has_library() {
  for file in "/usr/lib/$1" "/usr/lib64/$1" /usr/lib/*-linux-gnu/"$1" /lib/*-linux-gnu/"$1"; do
    [ ! -e "$file" ] || return 0
  done
  return 1
}
