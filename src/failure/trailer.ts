import { addErrorLine, addLog, addOther, openStep } from './log-state.ts';
import type { LogState, OpenStep } from './log-state.ts';
import { withoutRunnerCommand } from './lines.ts';
import { bareName } from './step-name.ts';

// moby/buildkit util/progress/progressui/display.go `printErrorLogs`, docker/buildx util/progress/printer.go and
// solver/errdefs/source.go `Print`: what the client repeats after the build.
const rule = /^\s*-{6}$/;
const blockName = /^\s*(?:> (.+?):?|(\[[^\]]+ ?\d+\/\d+\] RUN .+):)\s*$/;
/** A block's title that stands without its rule can only be one of the engine's own names. */
const titleAlone = /^\[[^\]]+\] \S|^(?:exporting|importing|resolve image config|pushing) \S/;
const blockLine = /^\s*(?:#\d+ )?\d+\.\d+(?: (.*))?$/s;
const spotLine = /^\s*(?:\[[^\]]*\] ?)?([^\s:]+):(\d+)$/;
const excerptRule = /^\s*-{10,}$/;
const excerptLine = /^\s*\d+ \|/;

interface FinalRule {
  readonly rank: number;
  readonly when: RegExp;
}

/** Last words, the engine's own before what other tools say; the last line of the highest rank is the final error. */
const finalRules: readonly FinalRule[] = [
  {
    rank: 5,
    when: /\bfailed to solve\b|\bbuildx(?: \w+)? (?:call )?failed with\b|^ERROR: failed to build\b|\bfailed to receive status\b/,
  },
  {
    rank: 4,
    when: /^(?:ERROR|error): (?!Service '|process )(?:[a-z]|Error response|Cannot connect|multi|Multi|Cache)/,
  },
  {
    rank: 3,
    when: /\berror building image: |\berror pushing image: |\bError response from daemon: |returned a non-zero code: \d+|^executor failed running/,
  },
  {
    rank: 3,
    when: /^Error: (?:image \S+ not found$|building at STEP|error building at STEP|build target|.*\bdenied\b)/,
  },
  // podman and buildah: containers/image copy/, containers/storage.
  {
    rank: 3,
    when: /^Error: (?:creating build container|initializing source|(?:unable to )?copy(?:ing)? |reading (?:blob|manifest|image)|writing blob|choosing an image|determining manifest|\d+ errors? occurred while pulling)/,
  },
  { rank: 2, when: /^time="[^"]+" level="?(?:fatal|error)"? msg=/ },
  { rank: 2, when: /^(?:denied|unauthorized|toomanyrequests|unknown|received unexpected HTTP status): /i },
];

const wrapping = /^(?:(?:Error|ERROR|error): |buildx(?: \w+)? (?:call )?failed with: )/;

/** Takes a line that belongs to no step: blocks of a failed step's output, the Dockerfile's lines, the final error. */
export function takeTrailerLine(state: LogState, line: string): void {
  const place = state.continuation;
  if (rule.test(line)) {
    state.continuation = place.kind === 'block' ? { kind: 'none' } : { kind: 'block-start' };
    return;
  }
  const bare = withoutRunnerCommand(line.trim());
  const rank = finalRank(bare);
  if (place.kind === 'block' && takeBlockLine(state, place.id, place.fresh, line, rank)) return;
  const name =
    place.kind === 'block-start' || place.kind === 'none' || place.kind === 'step-log' ? blockName.exec(line) : null;
  const title = name?.[1] ?? name?.[2];
  if (title !== undefined && (place.kind === 'block-start' || titleAlone.test(title))) return startBlock(state, title);
  if (takeSpot(state, line)) return;
  addOther(state, line);
  if (rank > 0) return takeFinal(state, bare, rank);
  continueError(state, line, bare);
}

function finalRank(bare: string): number {
  return finalRules.find((entry) => entry.when.test(bare))?.rank ?? 0;
}

function startBlock(state: LogState, name: string): void {
  const wanted = bareName(name);
  const known =
    state.steps.findLast((step) => step.name !== '' && bareName(step.name) === wanted) ??
    state.steps.findLast((step) => cutOff(step, wanted));
  const unnamed = state.steps.findLast((step) => step.state === 'error');
  if (known === undefined && unnamed?.name === '') unnamed.name = name.trim();
  const step = known ?? (unnamed?.name === name.trim() ? unnamed : openStep(state, `block:${name}`, name.trim(), null));
  // The client prints the block of every vertex that failed, also of a cache import that stopped nothing.
  if (step.state === 'running') step.state = 'error';
  state.continuation = { kind: 'block', id: step.id, fresh: step.logs.length === 0 };
}

/** The terminal display cuts names off at the width of the window. */
function cutOff(step: OpenStep, wanted: string): boolean {
  return (
    step.state === 'error' && step.number === null && step.name.length > 30 && wanted.startsWith(bareName(step.name))
  );
}

function takeBlockLine(state: LogState, id: string, fresh: boolean, line: string, rank: number): boolean {
  const text = blockLine.exec(line);
  const ends = text === null && (rank > 0 || spotLine.test(line));
  if (ends) {
    state.continuation = { kind: 'none' };
    return false;
  }
  const step = stepById(state, id);
  if (fresh && step !== undefined) addLog(step, text === null ? line.trim() : (text[1] ?? ''));
  return true;
}

function takeSpot(state: LogState, line: string): boolean {
  const place = state.continuation;
  if (place.kind === 'spot' && excerptRule.test(line)) {
    state.dockerfile = { file: place.file, line: place.line, excerpt: [] };
    state.continuation = { kind: 'excerpt' };
    return true;
  }
  if (place.kind === 'excerpt') {
    if (excerptLine.test(line)) state.dockerfile?.excerpt.push(line.trimEnd());
    else state.continuation = { kind: 'none' };
    return excerptLine.test(line) || excerptRule.test(line);
  }
  const spot = spotLine.exec(line);
  if (spot?.[1] === undefined) return false;
  state.continuation = { kind: 'spot', file: spot[1], line: Number(spot[2]) };
  addOther(state, line);
  return true;
}

function takeFinal(state: LogState, bare: string, rank: number): void {
  state.continuation = { kind: 'final' };
  if (state.finalError !== null && state.finalError.rank > rank) {
    state.continuation = { kind: 'none' };
    return;
  }
  let text = bare;
  while (wrapping.test(text)) text = text.replace(wrapping, '');
  state.finalError = { rank, lines: [text] };
}

const startsAnew =
  /^(?:Error:|ERROR:|error:|##\[|::|make(?:\[\d+\])?:|Post |Run |Warning:|\[command\]|View build details|time="|\s*$)/;

function continueError(state: LogState, line: string, bare: string): void {
  const place = state.continuation;
  if (place.kind !== 'final' && place.kind !== 'step-error' && place.kind !== 'step-log') {
    if (place.kind === 'block-start' || place.kind === 'spot') state.continuation = { kind: 'none' };
    return;
  }
  if (startsAnew.test(line.trim())) {
    state.continuation = { kind: 'none' };
    return;
  }
  if (place.kind === 'step-log') {
    const printing = stepById(state, place.id);
    if (printing !== undefined) addLog(printing, line);
    return;
  }
  if (place.kind === 'final') {
    if (state.finalError !== null && state.finalError.lines.length < 30) state.finalError.lines.push(bare);
    return;
  }
  const step = stepById(state, place.id);
  if (step !== undefined) addErrorLine(step, bare);
}

function stepById(state: LogState, id: string): OpenStep | undefined {
  return state.steps.findLast((step) => step.id === id);
}
