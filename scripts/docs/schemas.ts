import { z } from 'zod';
import { goProxies, need, observation, oneDown, plan, score, services } from './schema-parts.ts';

/** `smart-docker-build plan --json`. */
export const planSchema = z
  .looseObject({ version: z.literal(1), ...plan, needs: z.array(need), score, services, goProxies, oneDown })
  .describe('What a build would do: smart-docker-build plan --json');

const outcome = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('built') }),
  z.looseObject({
    kind: z.literal('failed'),
    exitCode: z.number().nullable(),
    failure: z.looseObject({
      class: z.string(),
      retryable: z.boolean(),
      component: z.string().nullable(),
      cause: z.string().nullable(),
      headline: z.string(),
      advice: z.string(),
      evidence: z.array(z.string()),
      rule: z.string(),
    }),
    lastLine: z.string(),
  }),
  z.looseObject({ kind: z.literal('cancelled'), signal: z.string() }),
]);

const attempt = z.looseObject({
  number: z.number().int().min(1),
  plan: z.looseObject(plan),
  startedAtMs: z.number(),
  seconds: z.number(),
  outcome,
  next: z
    .looseObject({ decision: z.enum(['again', 'stop']), reason: z.string(), waitMs: z.number() })
    .nullable()
    .describe('What followed; null after a success'),
  steps: z.array(
    z.looseObject({
      name: z.string(),
      state: z.enum(['done', 'cached', 'error', 'canceled', 'running']),
      seconds: z.number(),
    }),
  ),
  caches: z.array(
    z.looseObject({
      backend: z.string(),
      direction: z.enum(['import', 'export']),
      result: z.string(),
      detail: z.string().nullable(),
    }),
  ),
  pushedAgain: z
    .looseObject({
      times: z.number().int().min(0),
      waitedMs: z.number(),
      component: z.string().nullable(),
      headline: z.string(),
    })
    .optional()
    .describe('How a push that failed was repeated from what was built'),
});

/** report.json, whose path is the output `report`. */
export const reportSchema = z
  .looseObject({
    version: z.literal(1),
    verdict: z.enum(['built', 'failed', 'cancelled', 'health', 'plan']),
    startedAtMs: z.number(),
    seconds: z.number(),
    inputs: z.looseObject({ mode: z.enum(['build', 'health', 'plan', 'monitor']), form: z.enum(['image', 'drop-in']) }),
    facts: z.looseObject({}),
    health: z.looseObject({
      checkedAtMs: z.number(),
      tookMs: z.number(),
      services,
      goProxies,
      targets: z.record(z.string(), observation),
      score,
      ghaCacheAvailable: z.boolean(),
      availableRegistries: z.array(z.string()),
    }),
    attempts: z.array(attempt),
    problem: z.string().optional(),
    image: z
      .looseObject({
        reference: z.string(),
        registry: z.string().nullable(),
        digest: z.string().nullable(),
        imageId: z.string().nullable(),
        where: z.enum(['registry', 'engine', 'builder cache']),
        platforms: z.array(z.looseObject({ platform: z.string(), sizeBytes: z.number().nullable() })),
        problem: z.string().nullable(),
      })
      .nullable(),
    previous: z
      .looseObject({
        digest: z.string(),
        platforms: z.array(z.looseObject({ platform: z.string(), sizeBytes: z.number().nullable() })),
      })
      .nullable()
      .optional()
      .describe('What the first tag named before this build'),
    metadata: z.string().nullable(),
    tags: z.array(z.string()),
    pushed: z
      .array(z.looseObject({ tag: z.string(), digest: z.string().nullable(), problem: z.string().nullable() }))
      .optional(),
    outputs: z.record(z.string(), z.string()),
  })
  .describe('Everything that happened in one run: report.json');

/** The files of docs/ that are made from the schemas. */
export function schemaFiles(): Readonly<Record<string, string>> {
  const textOf = (schema: z.ZodType, name: string): string =>
    `${JSON.stringify({ title: name, ...z.toJSONSchema(schema, { target: 'draft-2020-12' }) }, null, 2)}\n`;
  return {
    'docs/plan.schema.json': textOf(planSchema, 'plan.json'),
    'docs/report.schema.json': textOf(reportSchema, 'report.json'),
  };
}
