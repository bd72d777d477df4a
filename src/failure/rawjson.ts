import { addErrorLine, addLog, finish, openStep } from './log-state.ts';
import type { LogState, OpenStep } from './log-state.ts';

interface RawVertex {
  readonly digest?: unknown;
  readonly name?: unknown;
  readonly started?: unknown;
  readonly completed?: unknown;
  readonly cached?: unknown;
  readonly error?: unknown;
}

interface RawStatus {
  readonly vertexes?: unknown;
  readonly statuses?: unknown;
  readonly logs?: unknown;
  readonly warnings?: unknown;
}

/** Takes a line of `--progress=rawjson` (moby/buildkit client/graph.go `SolveStatus`); false if it is none. */
export function takeRawJsonLine(state: LogState, line: string): boolean {
  if (!line.startsWith('{')) return false;
  const status = parseStatus(line);
  if (status === null) return false;
  state.continuation = { kind: 'none' };
  for (const vertex of list(status.vertexes)) takeVertex(state, vertex);
  for (const entry of list(status.statuses)) takeStatus(state, entry);
  for (const entry of list(status.logs)) takeLog(state, entry);
  return true;
}

function parseStatus(line: string): RawStatus | null {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    const known = ['vertexes', 'statuses', 'logs', 'warnings'].some((key) =>
      Array.isArray((value as Record<string, unknown>)[key]),
    );
    return known ? value : null;
  } catch {
    return null;
  }
}

function list(value: unknown): readonly object[] {
  return Array.isArray(value)
    ? value.filter((entry): entry is object => typeof entry === 'object' && entry !== null)
    : [];
}

function takeVertex(state: LogState, vertex: RawVertex): void {
  if (typeof vertex.digest !== 'string') return;
  const step = stepFor(state, vertex.digest);
  if (typeof vertex.name === 'string' && vertex.name !== '') step.name = vertex.name;
  const started = time(vertex.started);
  if (started === null) return;
  // Plain progress numbers steps in the order in which they start.
  step.number ??= 1 + state.steps.filter((other) => other.number !== null).length;
  state.lastEventStep = step.id;
  const completed = time(vertex.completed);
  if (completed === null) return;
  const seconds = Math.max(0, completed - started) / 1000;
  if (typeof vertex.error === 'string' && vertex.error !== '') takeError(step, vertex.error, seconds);
  else finish(step, vertex.cached === true ? 'cached' : 'done', seconds);
}

function takeError(step: OpenStep, error: string, seconds: number): void {
  // The same test as in printer.go, which prints such a step as CANCELED.
  const canceled = error.endsWith('context canceled');
  finish(step, canceled ? 'canceled' : 'error', seconds);
  if (canceled) return;
  step.error = [];
  for (const line of error.split('\n')) addErrorLine(step, line);
}

function takeStatus(state: LogState, entry: { vertex?: unknown; id?: unknown }): void {
  if (typeof entry.vertex !== 'string') return;
  const step = stepFor(state, entry.vertex);
  state.lastEventStep = step.id;
  if (typeof entry.id === 'string' && !step.logs.slice(-20).includes(entry.id)) step.logs.push(entry.id);
}

function takeLog(state: LogState, entry: { vertex?: unknown; data?: unknown; stream?: unknown }): void {
  if (typeof entry.vertex !== 'string' || typeof entry.data !== 'string') return;
  const step = stepFor(state, entry.vertex);
  state.lastEventStep = step.id;
  const stream = entry.stream === 2 ? 2 : 1;
  const lines = ((step.partial.get(stream) ?? '') + Buffer.from(entry.data, 'base64').toString('utf8')).split('\n');
  step.partial.set(stream, (lines.pop() ?? '').slice(-64_000));
  for (const line of lines) addLog(step, line);
}

function stepFor(state: LogState, digest: string): OpenStep {
  const known = state.byKey.get(digest);
  if (known !== undefined) return known;
  const step = openStep(state, digest, '', null);
  step.digest = digest;
  return step;
}

function time(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const parsed = Date.parse(value);
  return Number.isNaN(parsed) ? null : parsed;
}
