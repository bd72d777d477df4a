import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { StandInWorld } from './case.ts';

/*
 * A stand-in for docker that answers questions and records builds. A shell script: both sides start it several times a
 * case, and it must cost next to nothing.
 */

const SCRIPT = String.raw`#!/bin/sh
world=WORLD
name=${'$'}{0##*/}
if [ "$name" = docker ]; then
  case "$1" in
    version) cat "$world/docker-version"; exit 0 ;;
    info)
      case "$*" in
        *json*) cat "$world/docker-info.json" ;;
        *) echo 'Client: Docker Engine - Community' ;;
      esac
      exit 0 ;;
    buildx) shift ;;
    *) exit 1 ;;
  esac
fi
[ -f "$world/buildx-version" ] || { echo "docker: 'buildx' is not a docker command." >&2; exit 1; }
case "$1" in
  '') exit 0 ;;
  version) cat "$world/buildx-version"; exit 0 ;;
  inspect)
    if [ -n "$2" ] && [ "$2" != mybuilder ]; then echo "ERROR: no builder \"$2\" found" >&2; exit 1; fi
    cat "$world/inspect"; exit 0 ;;
  build) ;;
  *) exit 1 ;;
esac
date +%s.%N >>"$world/builds"
: >"$world/argv"
iid= metadata= previous= file_given= number=0
for word in "$name" "$@"; do
  printf '%s\0' "$word" >>"$world/argv"
  case "$previous" in
    --iidfile) iid=$word ;;
    --metadata-file) metadata=$word ;;
    --file) file_given=$word ;;
    --secret)
      case "$word" in
        *,src=*) number=$((number + 1))
          file=${'$'}{word#*,src=}
          [ "$file" != "${'$'}{file#/}" ] && [ -f "$file" ] && { cat "$file" >"$world/secret-$number"; stat -c %a "$file" >"$world/mode-$number"; } ;;
      esac ;;
  esac
  previous=$word
done
# What buildx keeps of a build (localstate/localstate.go): where its Dockerfile was.
state=$HOME/.docker/buildx/refs/mybuilder/mybuilder0
mkdir -p "$state"
case "$word" in
  *://*|git@*|-) context=$word ;;
  *) context=$PWD/$word; [ -n "$file_given" ] || file_given=$word/Dockerfile
    case "$file_given" in /*) ;; *) file_given=$PWD/$file_given ;; esac ;;
esac
printf '{"LocalPath":"%s","DockerfilePath":"%s"}' "$context" "$file_given" >"$state/abcdef"
[ -n "$iid" ] && [ -f "$world/iid" ] && cat "$world/iid" >"$iid"
[ -n "$metadata" ] && [ -f "$world/metadata" ] && cat "$world/metadata" >"$metadata"
cat "$world/stdout"
cat "$world/stderr" >&2
exit "$(cat "$world/exit")"
`;

/** Commands that either side may need besides; the machine's own docker must not be found. */
const TOOLS = ['sh', 'cat', 'stat', 'date', 'git', 'env', 'uname', 'mkdir'];

/** Sets up a directory for PATH with the stand-in in it, and the answers that it gives. */
export async function writeStandIn(bin: string, folder: string, world: StandInWorld): Promise<void> {
  await mkdir(bin, { recursive: true });
  await mkdir(folder, { recursive: true });
  await Promise.all(TOOLS.map(async (tool) => await symlink(path.join('/usr/bin', tool), path.join(bin, tool))));
  const script = SCRIPT.replace('WORLD', folder);
  for (const name of world.docker ? ['docker'] : world.buildx === null ? [] : ['buildx']) {
    await writeFile(path.join(bin, name), script);
    await chmod(path.join(bin, name), 0o755);
  }
  const { build } = world;
  const version =
    world.buildx === null
      ? null
      : `github.com/docker/buildx ${world.buildx} 28c90eadc4c12638953cd6e2b3e0b4d0e2fa2d9e\n`;
  const files: Readonly<Record<string, string | null>> = {
    'docker-version': 'Client: Docker Engine - Community\n Version: 28.4.0\n',
    'docker-info.json': dockerInfo(world),
    'buildx-version': version,
    inspect: inspection(world),
    stdout: build.stdout,
    stderr: build.stderr,
    exit: String(build.exitCode),
    iid: build.imageId,
    metadata: build.metadata,
  };
  await Promise.all(
    Object.entries(files).map(async ([name, text]) => {
      if (text !== null) await writeFile(path.join(folder, name), text);
    }),
  );
}

function dockerInfo({ buildx }: StandInWorld): string {
  const plugins = buildx === null ? [] : [{ Name: 'buildx', Version: buildx }];
  return JSON.stringify({
    ServerVersion: '28.4.0',
    OSType: 'linux',
    Architecture: 'x86_64',
    DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']],
    ClientInfo: { Version: '28.4.0', Plugins: plugins },
  });
}

function inspection({ builder }: StandInWorld): string {
  const nodes = builder.nodes.map((version, index) =>
    [
      `Name:             mybuilder${index}`,
      'Endpoint:         unix:///var/run/docker.sock',
      `Status:           ${version === null ? 'inactive' : 'running'}`,
      ...(version === null ? [] : [`BuildKit version: ${version}`]),
      'Platforms:        linux/amd64, linux/arm64, linux/arm/v7',
      '',
    ].join('\n'),
  );
  return `Name:          mybuilder\nDriver:        ${builder.driver}\nLast Activity: 2026-09-01 09:00:00 +0000 UTC\n\nNodes:\n${nodes.join('\n')}`;
}
