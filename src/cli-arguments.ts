import { parseArgs } from 'node:util';
import { INPUT_TABLE } from './inputs/table.ts';

/** What the command line asks for. */
export type CliCommand =
  | { readonly kind: 'help'; readonly topic: 'usage' | 'settings' }
  /** `--version` and nothing else; with a value it is the image's. */
  | { readonly kind: 'version' }
  | { readonly kind: 'run'; readonly flags: Readonly<Record<string, string>>; readonly json: boolean }
  /** `smart-docker-build lock [DOCKERFILE…]` */
  | { readonly kind: 'lock'; readonly dockerfiles: readonly string[]; readonly flags: Readonly<Record<string, string>> }
  /** `smart-docker-build stats [DIR]`; without a directory the reports of this machine's own runs. */
  | {
      readonly kind: 'stats';
      readonly folder: string | null;
      readonly json: boolean;
      /** Where to write the page, or null. */
      readonly html: string | null;
      readonly flags: Readonly<Record<string, string>>;
    }
  /** `smart-docker-build mirrors check [IMAGE…]` */
  | {
      readonly kind: 'mirrors';
      readonly images: readonly string[];
      readonly format: 'text' | 'json' | 'diff';
      readonly flags: Readonly<Record<string, string>>;
    }
  /** `smart-docker-build health --watch` */
  | { readonly kind: 'watch'; readonly flags: Readonly<Record<string, string>>; readonly watch: WatchOptions }
  | { readonly kind: 'diagnose'; readonly file: string | null; readonly json: boolean }
  | { readonly kind: 'wrong'; readonly problem: string };

/** How often the health is checked, and how often at most. */
export interface WatchOptions {
  readonly intervalMs: number;
  /** Null for no end. */
  readonly checks: number | null;
}

const POSITIONS = ['service', 'image', 'version', 'platforms', 'push'] as const;

const COMMAND_OPTIONS = {
  watch: { type: 'boolean' },
  interval: { type: 'string' },
  checks: { type: 'string' },
  diff: { type: 'boolean' },
} as const;

/** Reads `SERVICE IMAGE VERSION [PLATFORMS] [PUSH]` and flags; what is given twice must be the same. */
export function readArguments(argv: readonly string[]): CliCommand {
  if (argv.length === 1 && argv[0] === '--version') return { kind: 'version' };
  const options = Object.fromEntries(INPUT_TABLE.map((row) => [row.name, { type: 'string' as const }]));
  let parsed;
  try {
    parsed = parseArgs({
      args: [...argv],
      options: {
        ...options,
        help: { type: 'boolean', short: 'h' },
        json: { type: 'boolean' },
        html: { type: 'string' },
        ...COMMAND_OPTIONS,
      },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    return { kind: 'wrong', problem: error instanceof Error ? error.message : String(error) };
  }
  const { positionals } = parsed;
  const values: Readonly<Record<string, string | boolean | undefined>> = parsed.values;
  if (values['help'] === true) return { kind: 'help', topic: 'usage' };
  const [first, ...rest] = positionals;
  if (first === 'help') return { kind: 'help', topic: rest[0] === 'settings' ? 'settings' : 'usage' };
  if (first === 'diagnose') return diagnose(rest, values['json'] === true);
  const { html = null, watch = false, interval = null, checks = null, diff = false, ...others } = values;
  if (html !== null && first !== 'stats') return wrong('--html goes with stats');
  const flags = Object.fromEntries(
    Object.entries(others).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
  const json = values['json'] === true;
  if (first === 'lock') return { kind: 'lock', dockerfiles: rest, flags };
  if (first === 'mirrors') return mirrorsCommand(rest, diff === true ? 'diff' : json ? 'json' : 'text', flags);
  if (diff === true) return wrong('--diff goes with mirrors check');
  if (first === 'stats') return stats(rest, { json, html: typeof html === 'string' ? html : null, flags });
  if (first === 'prewarm')
    return run({ ...flags, mode: 'prewarm', ...(rest.length > 0 ? { file: rest.join('\n') } : {}) }, json);
  if (first === 'health' && watch === true) return watchCommand(rest, { interval, checks }, flags);
  if (watch === true || interval !== null || checks !== null)
    return wrong('--watch, --interval and --checks go with health --watch');
  if (first === 'health')
    return rest.length > 0 ? wrong(`health takes no "${rest[0]}"`) : run({ ...flags, mode: 'health' }, json);
  if (first === 'plan') return withPositions(rest, { ...flags, mode: 'plan' }, json);
  return first === undefined && Object.keys(flags).length === 0
    ? { kind: 'help', topic: 'usage' }
    : withPositions(positionals, flags, json);
}

function withPositions(
  positionals: readonly string[],
  flags: Readonly<Record<string, string>>,
  json: boolean,
): CliCommand {
  if (positionals.length > POSITIONS.length)
    return wrong(`"${positionals[POSITIONS.length]}" is one argument too many`);
  const all: Record<string, string> = { ...flags };
  for (const [index, value] of positionals.entries()) {
    const name = POSITIONS[index] ?? '';
    if (name in flags && flags[name] !== value)
      return wrong(`${name} is given twice: "${value}" and --${name} "${flags[name]}"`);
    all[name] = value;
  }
  return run(all, json);
}

function stats(
  [folder, extra]: readonly string[],
  options: Pick<Extract<CliCommand, { kind: 'stats' }>, 'json' | 'html' | 'flags'>,
): CliCommand {
  if (extra !== undefined) return wrong(`stats takes one directory, "${extra}" is one too many`);
  return { kind: 'stats', folder: folder ?? null, ...options };
}

function mirrorsCommand(
  [verb, ...images]: readonly string[],
  format: 'text' | 'json' | 'diff',
  flags: Readonly<Record<string, string>>,
): CliCommand {
  return verb === 'check' ? { kind: 'mirrors', images, format, flags } : wrong('mirrors takes "check"');
}

function watchCommand(
  rest: readonly string[],
  given: Readonly<Record<'interval' | 'checks', string | boolean | null>>,
  flags: Readonly<Record<string, string>>,
): CliCommand {
  if (rest.length > 0) return wrong(`health takes no "${rest[0]}"`);
  const wholeOf = (name: 'interval' | 'checks', most: number): number | null => {
    const value = given[name];
    return typeof value === 'string' && /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= most
      ? Number(value)
      : null;
  };
  const [seconds, checks] = [wholeOf('interval', 86_400), wholeOf('checks', 1_000_000)];
  if (given.interval !== null && seconds === null) return wrong('--interval is a number of seconds from 1 to 86400');
  if (given.checks !== null && checks === null) return wrong('--checks is a number from 1 on');
  const watch = { intervalMs: (seconds ?? 30) * 1000, checks };
  return { kind: 'watch', flags: { ...flags, mode: 'health' }, watch };
}

function diagnose(rest: readonly string[], json: boolean): CliCommand {
  const [file, extra] = rest;
  if (extra !== undefined) return wrong(`diagnose takes one file, "${extra}" is one too many`);
  return { kind: 'diagnose', file: file === undefined || file === '-' ? null : file, json };
}

function run(flags: Readonly<Record<string, string>>, json: boolean): CliCommand {
  return { kind: 'run', flags, json };
}

function wrong(problem: string): CliCommand {
  return { kind: 'wrong', problem };
}
