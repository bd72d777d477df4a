import { z } from 'zod';
import { stepKind } from '../failure/step-name.ts';
import type { StepKind } from '../failure/types.ts';
import { STRATEGIES } from '../inputs/types.ts';
import { repositoryOf } from '../report/words.ts';

/*
 * What the statistics take from a report.json (docs/report.schema.json). Reports are years of files from several releases:
 * what a run cannot do without is required, everything else may be missing.
 */

const text = z.string();
const count = z.number().nonnegative();
const state = z.enum(['up', 'slow', 'down', 'limited', 'unknown']).catch('unknown');
const strategy = z.enum(STRATEGIES);
const observation = z.object({ state, latencyMs: z.number().nullable().catch(null) });

const answer = z.object({
  host: text,
  kind: z.enum(['upstream', 'mirror', 'custom-mirror']),
  state,
  latencyMs: z.number().nullable().catch(null),
  digest: text.nullable().catch(null),
  missing: z.boolean().catch(false),
});

const image = z.object({
  name: text,
  choice: z.object({ kind: z.enum(['upstream', 'mirror', 'none']), host: text.optional() }),
  answers: z.array(answer).catch([]),
});

const attempt = z.object({
  seconds: count,
  plan: z.object({
    strategy,
    images: z.array(image).catch([]),
    deadlineMs: count.optional().catch(undefined),
  }),
  outcome: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('built') }),
    z.object({
      kind: z.literal('failed'),
      failure: z.object({ class: text, component: text.nullable().catch(null), rule: text.catch('') }),
    }),
    z.object({ kind: z.literal('cancelled') }),
  ]),
  next: z
    .object({ decision: z.enum(['again', 'stop']), waitMs: count.catch(0) })
    .nullable()
    .catch(null),
  steps: z.array(z.object({ name: text, state: text, seconds: count })).catch([]),
  caches: z.array(z.object({ backend: text, direction: z.enum(['import', 'export']), result: text })).catch([]),
});

const thresholds = z.object({ optimal: count, resilient: count, conservative: count });

const report = z.object({
  version: z.literal(1),
  verdict: text,
  startedAtMs: count,
  seconds: count,
  inputs: z
    .object({
      image: text.nullish().catch(null),
      service: text.nullish().catch(null),
      strategy: text.catch('auto'),
      settings: z
        .object({ thresholds: thresholds.optional().catch(undefined), maxRetryAttempts: count.optional() })
        .catch({}),
    })
    .catch({ strategy: 'auto', settings: {} }),
  health: z.object({
    tookMs: count.catch(0),
    services: z.record(text, observation.nullable().catch(null)).catch({}),
    goProxies: z.array(z.object({ url: text, observation })).catch([]),
    targets: z.record(text, observation).catch({}),
    score: z.object({ total: z.number() }),
  }),
  attempts: z.array(attempt),
  tags: z.array(text).catch([]),
});

type State = z.infer<typeof state>;

/** One service as a run's health check saw it. */
export interface SeenService {
  readonly name: string;
  readonly state: State;
  readonly latencyMs: number | null;
}

export interface StepRecord {
  readonly name: string;
  readonly kind: StepKind;
  readonly cached: boolean;
  readonly seconds: number;
}

type ReportAttempt = z.infer<typeof attempt>;

export interface AttemptSummary {
  readonly strategy: ReportAttempt['plan']['strategy'];
  readonly seconds: number;
  /** Seconds waited before the next attempt. */
  readonly waitSeconds: number;
  /** What all attempts together might have taken; null where the report does not say. */
  readonly deadlineSeconds: number | null;
  /** Null for an attempt that built, or was cancelled. */
  readonly failure: { readonly class: string; readonly component: string | null; readonly rule: string } | null;
  readonly steps: readonly StepRecord[];
  readonly caches: ReportAttempt['caches'];
  readonly images: ReportAttempt['plan']['images'];
}

/** One run, reduced to what is counted. */
export interface RunRecord {
  readonly startedAtMs: number;
  readonly seconds: number;
  readonly verdict: string;
  /** The image that was built, without tag; the service; or null. */
  readonly subject: string | null;
  readonly score: number;
  /** Whether a strategy was forced. */
  readonly forced: boolean;
  readonly thresholds: z.infer<typeof thresholds> | null;
  readonly maxAttempts: number | null;
  readonly healthSeconds: number;
  readonly services: readonly SeenService[];
  readonly attempts: readonly AttemptSummary[];
}

/** Reads one parsed report.json; null for whatever is none. */
export function readRecord(value: unknown): RunRecord | null {
  const read = report.safeParse(value);
  if (!read.success) return null;
  const { verdict, startedAtMs, seconds, inputs, health, attempts, tags } = read.data;
  return {
    startedAtMs,
    seconds,
    verdict,
    subject: subjectOf(tags, inputs),
    score: health.score.total,
    forced: inputs.strategy !== 'auto',
    thresholds: inputs.settings.thresholds ?? null,
    maxAttempts: inputs.settings.maxRetryAttempts ?? null,
    healthSeconds: health.tookMs / 1000,
    services: servicesOf(health),
    attempts: attempts.map(attemptOf),
  };
}

/** What a run builds, as its reports are told apart. */
export function subjectOf(
  tags: readonly string[],
  inputs: { readonly image?: string | null | undefined; readonly service?: string | null | undefined },
): string | null {
  const [tag] = tags;
  return tag === undefined ? (inputs.image ?? inputs.service ?? null) : repositoryOf(tag);
}

function servicesOf(health: z.infer<typeof report>['health']): readonly SeenService[] {
  const named = [...Object.entries(health.services), ...Object.entries(health.targets)];
  const proxies = health.goProxies.map(({ url, observation: seen }) => [hostOf(url), seen] as const);
  return [...named, ...proxies].flatMap(([name, seen]) => (seen === null ? [] : [{ name, ...seen }]));
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

function attemptOf({ seconds, plan, outcome, next, steps, caches }: ReportAttempt): AttemptSummary {
  return {
    strategy: plan.strategy,
    seconds,
    waitSeconds: next?.decision === 'again' ? next.waitMs / 1000 : 0,
    deadlineSeconds: plan.deadlineMs === undefined ? null : plan.deadlineMs / 1000,
    failure: outcome.kind === 'failed' ? outcome.failure : null,
    steps: steps.map((step) => ({
      name: step.name,
      kind: stepKind(step.name),
      cached: step.state === 'cached',
      seconds: step.seconds,
    })),
    caches,
    images: plan.images,
  };
}
