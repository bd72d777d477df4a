import { jsonForm, type Instruction } from './instruction.ts';
import type { PackageManager } from './types.ts';

/** Where a command can begin within a shell line, or a heredoc's. */
const start = String.raw`(?:^|[\s;&|(){}\`"'/=!])`;

/** Commands of the go tool that may fetch modules; `xx-go` is tonistiigi/xx's wrapper for cross builds. */
const goCommand = new RegExp(
  String.raw`${start}(?:xx-)?go\s+(?:-C\s*\S+\s+)?(?:build|install|mod|get|test|run|generate|vet|list|tool|work)(?:\s|$|[;&|)"'])`,
  'm',
);

const packageCommands: readonly (readonly [PackageManager, RegExp])[] = [
  ['apk', command('(?:xx-)?apk', 'add|update|upgrade|fetch|fix')],
  [
    'apt',
    command('(?:xx-)?apt(?:-get)?', 'install|update|upgrade|dist-upgrade|full-upgrade|build-dep|download|source'),
  ],
  ['dnf', command('dnf5?', 'install|update|upgrade|makecache|groupinstall|builddep')],
  ['microdnf', command('microdnf', 'install|update|upgrade|makecache')],
  ['yum', command('yum', 'install|update|upgrade|makecache|groupinstall')],
  ['zypper', command('zypper', 'install|in|update|up|refresh|ref|dup')],
  ['pacman', command('pacman', '-S[a-z]*')],
];

/** The text of a RUN, its heredocs included; a JSON array as the words it holds. Empty for any other instruction. */
export function runText(instruction: Instruction): string {
  if (instruction.keyword !== 'RUN') return '';
  const form = jsonForm(instruction.rest);
  const command = form.kind === 'strings' ? form.strings.join(' ') : instruction.rest;
  return [command, ...instruction.heredocs].join('\n');
}

export function runsGo(text: string): boolean {
  return goCommand.test(text);
}

/** Whether a line sets GOPROXY itself: as an assignment, or by `go env -w`. */
export function assignsGoProxy(text: string): boolean {
  return /(?:^|[\s;&|("'])GOPROXY=/m.test(text);
}

export function packageManagersIn(text: string): readonly PackageManager[] {
  return packageCommands.filter(([, pattern]) => pattern.test(text)).map(([name]) => name);
}

/** A command with any options before its subcommand. */
function command(name: string, subcommands: string): RegExp {
  return new RegExp(String.raw`${start}${name}\s+(?:-[^\s]+\s+)*(?:${subcommands})(?:\s|$|[;&|)"'])`, 'm');
}
