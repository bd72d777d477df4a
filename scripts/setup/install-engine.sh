#!/usr/bin/env bash
# Installs what the outage lab needs on this machine: a Docker engine with buildx, a registry, and a few small tools.
#
#   sudo scripts/setup/install-engine.sh
#
# Whatever is there and new enough stays: on a hosted runner only the small tools are added. Debian's own engine is
# too old and Debian 12 has no buildx package, so on Debian both come from newer suites of the mirror that the machine
# uses already. Those suites are pinned below 100: apt never takes anything from them unless asked by name.
set -euo pipefail

readonly STATE="${LAB_STATE:-/var/lib/smart-docker-build-lab}"
readonly PACKAGES="$STATE/packages"
readonly SOURCES=/etc/apt/sources.list.d/smart-docker-build-lab.sources
readonly PREFERENCES=/etc/apt/preferences.d/smart-docker-build-lab
readonly LOG="$STATE/install-engine.log"
readonly POLICY=/usr/sbin/policy-rc.d
readonly MIN_DOCKERD=28.0.0
readonly MIN_BUILDX=0.20.0
readonly GO_SERIES=1.24

say() { printf 'install-engine: %s\n' "$*"; }
die() {
  printf 'install-engine: error: %s\n' "$*" >&2
  exit 1
}

# apt waits for another apt instead of failing; no dialogues, no recommended extras.
apt() {
  DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 \
    -o Dpkg::Use-Pty=0 -o APT::Sandbox::User=root "$@"
}

updated=false
update() {
  [[ $updated == true ]] && return
  say 'reading the package lists'
  # apt-get update does not know DPkg::Lock::Timeout, so another apt's lock is waited for here.
  local log attempt
  for attempt in {1..30}; do
    log=$(apt --error-on=any update 2>&1) && updated=true && return
    [[ $log == *'Could not get lock'* ]] || break
    say "another apt is at work, waiting (try $attempt)"
    sleep 3
  done
  printf '%s\n' "$log" | tail -5 >&2
  die 'apt cannot read its package lists: is there a network, and are the sources in order?'
}

at_least() { [[ $(printf '%s\n%s\n' "$1" "$2" | sort -V | head -1) == "$2" ]]; }
first_version() { grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -1; }

engine_is_new() {
  local version
  version=$(dockerd --version 2>/dev/null | first_version) || return 1
  at_least "$version" "$MIN_DOCKERD" && command -v containerd >/dev/null && command -v runc >/dev/null
}

buildx_is_new() {
  local version
  # A build of git's head has no version number; it is taken as new.
  docker buildx version >/dev/null 2>&1 || return 1
  version=$(docker buildx version | first_version) || return 0
  at_least "$version" "$MIN_BUILDX"
}

# Prints "URI|KEY" of the first Debian archive among the machine's own sources, in either of apt's two formats.
own_debian_source() {
  local file uri key
  for file in /etc/apt/sources.list.d/*.sources; do
    [[ -f $file && $file != "$SOURCES" ]] || continue
    uri=$(grep -iE '^URIs:' "$file" | grep -oE '[a-z+]+:[^ ]*/debian/?( |$)' | head -1 | tr -d ' ')
    key=$(grep -iE '^Signed-By:' "$file" | head -1 | awk '{print $2}')
    [[ -n $uri ]] && printf '%s|%s\n' "$uri" "$key" && return
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [[ -f $file ]] || continue
    uri=$(grep -E '^deb ' "$file" | grep -oE '[a-z+]+:[^ ]*/debian/? ' | head -1 | tr -d ' ')
    key=$(grep -E '^deb .*/debian/? ' "$file" | grep -oE 'signed-by=[^] ]*' | head -1 | cut -d= -f2)
    [[ -n $uri ]] && printf '%s|%s\n' "$uri" "$key" && return
  done
  return 1
}

add_newer_suites() {
  local source uri key
  source=$(own_debian_source) || die 'no Debian archive among the apt sources of this machine'
  uri=${source%|*} key=${source#*|}
  [[ -n $key ]] || key=/usr/share/keyrings/debian-archive-keyring.gpg
  if [[ -f $SOURCES && -f $PREFERENCES ]]; then
    return
  fi
  say 'adding the suites trixie and sid, pinned to 50: nothing is upgraded from them'
  printf 'Package: *\nPin: release n=%s\nPin-Priority: 50\n\n' sid >"$PREFERENCES"
  # On Debian 13 trixie is the machine's own suite and keeps its own priority.
  if [[ $VERSION_CODENAME != trixie ]]; then
    printf 'Package: *\nPin: release n=%s\nPin-Priority: 50\n' trixie >>"$PREFERENCES"
  fi
  local suites='trixie sid'
  [[ $VERSION_CODENAME == trixie ]] && suites=sid
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' "$uri" "$suites" "$key" >"$SOURCES"
  updated=false
}

# Services of freshly installed packages must not start: the lab starts its own engine and registry.
forbid_services() {
  [[ -e $POLICY ]] && return
  printf '#!/bin/sh\nexit 101\n' >"$POLICY"
  chmod 755 "$POLICY"
  trap 'rm -f "$POLICY"' EXIT
}

install() {
  [[ $# -gt 0 ]] || return 0
  update
  say "installing $*"
  forbid_services
  apt install --no-install-recommends "$@" >"$LOG" 2>&1 || {
    tail -20 "$LOG" >&2
    die "apt could not install: $*"
  }
}

install_engine() {
  if engine_is_new && buildx_is_new; then
    say "engine: $(dockerd --version), $(docker buildx version | cut -d' ' -f1,2) stay"
  elif [[ $ID == debian ]]; then
    add_newer_suites
    # runc stays the machine's own: the newer one wants a newer libc.
    install docker.io/sid docker-cli/sid docker-buildx/sid containerd/trixie runc
  else
    install docker.io docker-buildx
  fi
  engine_is_new || die "dockerd is still older than $MIN_DOCKERD; install a newer engine by hand"
  buildx_is_new || die "buildx is still older than $MIN_BUILDX; install a newer one by hand"
}

install_tools() {
  local missing=() pair
  for pair in docker-registry:docker-registry busybox:busybox-static skopeo:skopeo socat:socat iptables:iptables \
    ip:iproute2 nsenter:util-linux openssl:openssl ssh-add:openssh-client; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
  done
  # A dynamic busybox may be there already; the images need the static one.
  if ! dpkg -s busybox-static >/dev/null 2>&1 && [[ " ${missing[*]-} " != *' busybox-static '* ]]; then
    missing+=(busybox-static)
  fi
  [[ ${#missing[@]} -eq 0 ]] && say 'tools: all there' && return
  install "${missing[@]}"
}

# Downloads packages without installing them: contents of the stand-in images.
download() {
  update
  say "downloading ${*: -1}"
  (cd "$PACKAGES" && apt download "$@" >"$LOG" 2>&1)
}

fetch_arm64_busybox() {
  compgen -G "$PACKAGES/busybox-static_*_arm64.deb" >/dev/null && return
  if [[ $ID != debian ]]; then
    say 'no arm64 packages on this distribution: arm64 stand-in images have no busybox'
    return
  fi
  # A separate set of lists, so that the machine's own architectures stay as they are.
  local lists=$STATE/apt-arm64
  local options=(-oAPT::Architecture=arm64 -oAPT::Architectures=arm64 -oDir::State::lists="$lists"
    -oDir::Cache::pkgcache= -oDir::Cache::srcpkgcache= -oDir::State::status=/dev/null)
  mkdir -p "$lists/partial"
  say 'reading the arm64 package lists'
  apt "${options[@]}" update >"$LOG" 2>&1 || die 'apt cannot read the arm64 package lists'
  download "${options[@]}" busybox-static || die 'the arm64 busybox-static could not be downloaded'
  rm -rf "$lists"
}

fetch_go() {
  compgen -G "$PACKAGES/golang-*-go_*.deb" >/dev/null && return
  [[ -e $PACKAGES/goroot ]] && return
  # Hosted runners keep toolchains in a cache folder; a local Go of the right series serves as well.
  local root
  for root in "${RUNNER_TOOL_CACHE:-/opt/hostedtoolcache}"/go/"$GO_SERIES".*/x64 "$(go env GOROOT 2>/dev/null || true)"; do
    if [[ -x $root/bin/go && $("$root/bin/go" version) == *"go$GO_SERIES"* ]]; then
      say "Go: using $root"
      ln -sfn "$root" "$PACKAGES/goroot"
      return
    fi
  done
  [[ $ID == debian ]] && add_newer_suites
  download "golang-$GO_SERIES-go" "golang-$GO_SERIES-src" ||
    die "Go $GO_SERIES is neither on this machine nor in its package sources; install it and run again"
}

# Signs and verifies images in the lab. Debian 12 has it in the newer suites only, Ubuntu 24.04 not at all.
install_cosign() {
  command -v cosign >/dev/null && return
  if [[ $ID == debian ]]; then
    add_newer_suites
    install cosign/trixie
    return
  fi
  update
  if apt-cache show cosign >/dev/null 2>&1; then
    install cosign
  else
    say 'warning: this distribution has no cosign: signatures are tested as on a machine without it'
  fi
}

# QEMU for arm64, so that arm64 containers run. The package holds all processors (380 MB installed); one file is enough.
# Each start of the lab registers it with the kernel.
fetch_emulator() {
  [[ -x $PACKAGES/qemu-aarch64-static ]] && return
  compgen -G '/proc/sys/fs/binfmt_misc/*aarch64*' >/dev/null && say 'emulation: arm64 is registered already' && return
  local work
  work=$(mktemp -d)
  if (cd "$work" && update && say 'downloading qemu-user-static' && apt download qemu-user-static >"$LOG" 2>&1) &&
    dpkg-deb --fsys-tarfile "$work"/qemu-user-static_*.deb | tar -x -C "$work" ./usr/bin/qemu-aarch64-static; then
    mv "$work/usr/bin/qemu-aarch64-static" "$PACKAGES/"
  else
    say 'warning: no qemu-user-static; arm64 images build and push, but do not run'
  fi
  rm -rf "$work"
}

# The oldest buildx of the package sources, beside the one in use: some flags and outputs are for newer ones only.
fetch_old_buildx() {
  [[ -x $PACKAGES/docker-buildx-old ]] && return
  [[ $ID == debian ]] && add_newer_suites
  update
  local oldest work
  oldest=$(apt-cache madison docker-buildx | awk '{print $3}' | sort -V | head -1)
  work=$(mktemp -d)
  if [[ -n $oldest ]] && say "downloading docker-buildx $oldest" &&
    (cd "$work" && apt download "docker-buildx=$oldest" >"$LOG" 2>&1) && dpkg-deb -x "$work"/docker-buildx_*.deb "$work"; then
    mv "$(find "$work" -path '*/cli-plugins/docker-buildx' -type f | head -1)" "$PACKAGES/docker-buildx-old"
  else
    say 'warning: no older docker-buildx: what an older one takes is not tried'
  fi
  rm -rf "$work"
}

[[ $(id -u) -eq 0 ]] || die 'must run as root (try sudo)'
[[ -r /etc/os-release ]] || die 'no /etc/os-release: only Debian 12/13 and Ubuntu 22.04/24.04 are known'
# shellcheck source=/dev/null
. /etc/os-release
[[ $ID == debian || $ID == ubuntu ]] || die "unknown distribution $ID: only Debian and Ubuntu are known"
mkdir -p "$PACKAGES"

install_engine
install_tools
install_cosign
fetch_arm64_busybox
fetch_go
fetch_emulator
fetch_old_buildx
say "ready: $(dockerd --version | cut -d, -f1), buildx $(docker buildx version | first_version), $(docker-registry --version 2>&1 | cut -d' ' -f1,3)"
