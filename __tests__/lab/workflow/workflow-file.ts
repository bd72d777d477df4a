import { parse } from 'yaml';
import { z } from 'zod';

/** Values in YAML where GitHub takes a text. */
const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]).transform((value) => String(value ?? ''));
const Texts = z.record(z.string(), Scalar).default({});

const Step = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  if: Scalar.optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: Texts,
  env: Texts,
  'continue-on-error': Scalar.default('false'),
  'working-directory': z.string().optional(),
});

const Combinations = z.array(z.record(z.string(), z.unknown())).default([]);
const MatrixOfJob = z
  .looseObject({ include: Combinations, exclude: Combinations })
  .transform(({ include, exclude, ...axes }) => ({
    include,
    exclude,
    axes: z.record(z.string(), z.array(z.unknown())).parse(axes),
  }));

const Job = z.object({
  uses: z.string().optional(),
  with: Texts,
  secrets: z.union([z.string(), Texts]).optional(),
  needs: z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]),
  if: Scalar.optional(),
  strategy: z.object({ matrix: MatrixOfJob.optional() }).default({}),
  env: Texts,
  outputs: Texts,
  steps: z.array(Step).default([]),
});

const CallInput = z.object({ type: z.string(), default: z.union([z.string(), z.number(), z.boolean()]).optional() });
const Call = z.object({
  inputs: z.record(z.string(), CallInput).default({}),
  outputs: z.record(z.string(), z.object({ value: z.string() })).default({}),
});

const Workflow = z.object({
  name: z.string().default(''),
  on: z.unknown(),
  env: Texts,
  jobs: z.record(z.string(), Job),
});

export type WorkflowStep = z.infer<typeof Step>;
export type WorkflowJob = z.infer<typeof Job>;
export type Workflow = z.infer<typeof Workflow>;

/** Reads a workflow file; what GitHub would refuse is refused. */
export function readWorkflow(text: string): Workflow {
  return Workflow.parse(parse(text));
}

/** What callers and people give a workflow and get back, under `workflow_call` or `workflow_dispatch`. */
export function callOf(workflow: Workflow, event: 'workflow_call' | 'workflow_dispatch'): z.infer<typeof Call> {
  const on = workflow.on as Readonly<Record<string, unknown>> | null;
  return Call.parse((typeof on === 'object' ? on?.[event] : null) ?? {});
}
