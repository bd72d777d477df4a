import { z } from 'zod';

/* What both schemas are made of. Objects are loose: a later release may say more, and never something else. */

const state = z.enum(['up', 'slow', 'down', 'limited', 'unknown']);
const text = z.string();

export const observation = z.looseObject({
  state,
  latencyMs: z.number().nullable(),
  evidence: text.describe('What was seen, in words that stand alone'),
});

const reference = z.looseObject({ registry: text, repository: text, tag: text.nullable(), digest: text.nullable() });

const answer = z
  .looseObject({
    host: text,
    repository: text,
    operator: text.describe('Two mirrors of one operator are one witness'),
    kind: z.enum(['upstream', 'mirror', 'custom-mirror']),
    retired: z.boolean(),
    region: z.enum(['global', 'cn']).nullable(),
    trust: z.enum(['tags', 'digests']),
    state,
    latencyMs: z.number().nullable(),
    digest: text.nullable(),
    lacks: z.array(text).describe('Wanted platforms that its index lacks'),
    missing: z.boolean(),
    evidence: text,
  })
  .describe('One candidate source of an image, and what it answered');

const choice = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('upstream'), digest: text.nullable(), reason: text }),
  z.looseObject({
    kind: z.literal('mirror'),
    host: text,
    repository: text,
    digest: text,
    confirmedBy: text.describe('Who vouches for the digest'),
    reason: text,
    preference: text.optional().describe('What put this host before the next one that has the image'),
  }),
  z.looseObject({
    kind: z.literal('store'),
    path: text,
    digest: text,
    confirmedBy: text.describe('Who vouched for the digest, and how long ago'),
    reason: text,
    isOld: z.boolean().describe('That was longer ago than warm-max-age'),
  }),
  z.looseObject({ kind: z.literal('none'), reason: text, remedy: text.nullable(), via: text.optional() }),
]);

const image = z
  .looseObject({
    name: text,
    reference: reference.optional(),
    contextKey: text.nullable().describe('The key of --build-context; null where a source policy redirects it'),
    insteadOf: text.optional().describe('The image that the Dockerfile names, where this one stands in for it'),
    purpose: z.enum(['base', 'frontend', 'builder', 'scanner']),
    uses: z.array(text),
    platforms: z.array(text),
    choice,
    answers: z.array(answer),
    alternatives: z
      .array(text)
      .optional()
      .describe('Mirrors that may hold it, in the order in which they would be asked'),
  })
  .describe('Where one external image of the build comes from');

const strategy = z.enum(['optimal', 'resilient', 'conservative', 'emergency']);

export const plan = {
  strategy,
  reason: text,
  dockerfile: z.looseObject({
    kind: z.enum(['standard', 'resilient', 'outside']),
    file: z.looseObject({
      path: text,
      origin: z.enum(['given', 'repository', 'bundled']),
      isDefault: z.boolean(),
      remote: z
        .discriminatedUnion('kind', [
          z.looseObject({ kind: z.literal('read'), from: text, isExact: z.boolean(), here: text.nullable() }),
          z.looseObject({ kind: z.literal('unread'), tried: z.array(text) }),
        ])
        .optional()
        .describe('How the Dockerfile of a context that BuildKit fetches was read, or why it was not'),
    }),
    rewrite: z.looseObject({ path: text, text, lines: z.array(z.number()), reason: text }).optional(),
  }),
  images: z.array(image),
  policy: z.looseObject({ path: text, text }).optional().describe('A source policy for what no named context reaches'),
  loads: z
    .array(z.looseObject({ name: text, digest: text, platform: text.nullable(), store: text }))
    .optional()
    .describe('Images of the warm store that the engine is given before the build'),
  outside: z
    .looseObject({
      go: text,
      goProxy: text,
      certificates: text,
      folder: text,
      prepare: text,
      service: text,
      version: text,
      platforms: z.array(z.looseObject({ platform: text, os: text, architecture: text, variant: text })),
    })
    .optional()
    .describe('What is compiled outside of Docker before the build, where no source has any image'),
  substitutions: z.array(
    z.looseObject({
      arg: text,
      from: text,
      to: text,
      reason: text,
      hosts: z.array(text),
      inResult: z.boolean().optional().describe('The image itself stands on it'),
      trial: z.enum(['outstanding', 'passed']).optional().describe('Whether an image on it was built and started'),
    }),
  ),
  caches: z.array(
    z.looseObject({
      backend: z.enum(['local', 'gha', 'registry', 'custom']),
      direction: z.enum(['import', 'export']),
      value: text.nullable().describe('Null where it is left out'),
      reason: text,
    }),
  ),
  goStages: z.array(text).optional(),
  goProxy: z
    .looseObject({ value: text, stages: z.array(text) })
    .optional()
    .describe('The GOPROXY that stages are given while the first proxy is not healthy'),
  builder: z.discriminatedUnion('kind', [
    z.looseObject({ kind: z.literal('current'), name: text.nullable(), driver: text.nullable() }),
    z.looseObject({ kind: z.literal('own'), name: text, image: text.nullable(), reason: text }),
  ]),
  missing: z.array(text).describe('What was asked for, or could be had, and is not in this plan'),
  deadlineMs: z.number(),
  argv: z.array(text).describe('The complete command line'),
  env: z.record(text, text),
};

const service = observation.nullable().describe('Null where it does not apply');
export const services = z.record(text, service);
export const goProxies = z.array(z.looseObject({ url: text, observation }));
export const score = z.looseObject({
  total: z.number().min(0).max(100),
  lines: z.array(z.looseObject({ service: text, points: z.number(), weight: z.number(), reason: text })),
});
export const oneDown = z.looseObject({ strategy, changes: z.array(text), argv: z.array(text) }).nullable();

export const need = z
  .looseObject({
    kind: z.enum(['base', 'frontend', 'builder', 'scanner', 'context', 'emulation', 'push', 'cache', 'go-proxy']),
    name: text,
    platforms: z.array(text),
    uses: z.array(text),
    observation: service,
  })
  .describe('One thing outside of this machine that the build needs');
