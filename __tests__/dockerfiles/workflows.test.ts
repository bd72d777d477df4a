import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from './bundled.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly needs?: string | readonly string[];
  readonly permissions?: unknown;
  readonly 'timeout-minutes'?: unknown;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface ActionFile {
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly default?: string | number | boolean }>
  >;
  readonly outputs: Readonly<Record<string, unknown>>;
}

const SELF = 'resilient-builds/smart-docker-build';

const workflows = ['.github/workflows', 'examples/workflows'].flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => {
    const text = readFileSync(join(root, folder, name), 'utf8');
    return { path: `${folder}/${name}`, text, workflow: parse(text) as Workflow };
  }),
);
const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as ActionFile;
const reusable = workflows.find(({ path }) => path.endsWith('resilient-build.yml'))!.workflow;
const call = reusable.on['workflow_call'] as unknown as ActionFile & {
  readonly secrets: Readonly<Record<string, unknown>>;
};

function jobsOf(workflow: Workflow): readonly (readonly [string, Job])[] {
  return Object.entries(workflow.jobs);
}

function stepsOf(workflow: Workflow): readonly Step[] {
  return Object.values(workflow.jobs).flatMap((job) => job.steps ?? []);
}

function isSelf(uses: string): boolean {
  return uses === './' || uses.startsWith(`${SELF}@`);
}

describe.each(workflows)('$path', ({ text, workflow }) => {
  it('pins every action by its commit, with the version beside it', () => {
    const lines = [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, value = '']) => value);
    expect(lines).not.toEqual([]);
    const pinned = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
    const own = new RegExp(
      `^(?:\\./|${SELF}(?:/\\.github/workflows/(?:resilient-build|health-monitor|prewarm)\\.yml)?@v\\d+)$`,
    );
    expect(lines.filter((line) => !pinned.test(line) && !own.test(line))).toEqual([]);
  });

  it('grants nothing but what a job asks for', () => {
    expect(workflow.permissions).toEqual({});
    for (const [name, job] of jobsOf(workflow)) expect(job.permissions, name).toBeDefined();
  });

  it('ends by itself', () => {
    const endless = jobsOf(workflow).filter(
      ([, job]) => job.uses === undefined && job['timeout-minutes'] === undefined,
    );
    expect(endless.map(([name]) => name)).toEqual([]);
  });

  it('says what happens to two runs at a time, unless its caller does', () => {
    expect(workflow.concurrency !== undefined || 'workflow_call' in workflow.on).toBe(true);
  });

  it('leaves no credentials in the checkout', () => {
    const checkouts = stepsOf(workflow).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    for (const step of checkouts) expect(step.with).toMatchObject({ 'persist-credentials': false });
  });

  it('puts no expression into a shell', () => {
    expect(stepsOf(workflow).filter(({ run }) => run?.includes('${{'))).toEqual([]);
  });

  it('gives the action only inputs it has, and reads only outputs it has', () => {
    const given = stepsOf(workflow).filter(({ uses }) => uses !== undefined && isSelf(uses));
    expect(given.flatMap((step) => Object.keys(step.with ?? {})).filter((name) => !(name in action.inputs))).toEqual(
      [],
    );
    const ids = stepsOf(workflow).flatMap((step) => ('id' in step && isSelf(step.uses ?? '') ? [String(step.id)] : []));
    const read = [...text.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)].filter(([, id = '']) => ids.includes(id));
    expect(read.map(([, , output = '']) => output).filter((output) => !(output in action.outputs))).toEqual([]);
  });
});

describe('prewarm.yml', () => {
  it('is called by its example with what it takes', () => {
    const { on } = workflows.find(({ path }) => path === '.github/workflows/prewarm.yml')!.workflow;
    const taken = (on['workflow_call'] as unknown as ActionFile).inputs;
    const example = workflows.find(({ path }) => path === 'examples/workflows/prewarm.yml')!.workflow;
    expect(Object.keys(example.jobs['prewarm']?.with ?? {}).filter((name) => !(name in taken))).toEqual([]);
  });
});

describe('ci.yml', () => {
  const { workflow } = workflows.find(({ path }) => path === '.github/workflows/ci.yml')!;

  it('has a gate that waits for every other job', () => {
    const others = Object.keys(workflow.jobs).filter((name) => name !== 'gate');
    expect(workflow.jobs['gate']?.needs).toEqual(others);
  });
});

describe('resilient-build.yml', () => {
  it('has inputs of the action, with their defaults, and two of its own', () => {
    const own = ['runs-on', 'timeout-minutes'];
    const mirrored = Object.entries(call.inputs).filter(([name]) => !own.includes(name));
    for (const [name, input] of mirrored) {
      expect(name in action.inputs, name).toBe(true);
      expect(String(input.default ?? ''), name).toBe(String(action.inputs[name]?.default ?? ''));
    }
    const passed = reusable.jobs['build']?.steps?.at(-1)?.with ?? {};
    expect(Object.keys(passed)).toEqual(mirrored.map(([name]) => name));
  });

  it('gives out what the action says', () => {
    expect(Object.keys(call.outputs)).toEqual(['digest', 'health-score', 'strategy', 'attempts']);
    expect(Object.keys(call.outputs).filter((name) => !(name in action.outputs))).toEqual([]);
  });

  it('is called by its example with what it takes', () => {
    const example = workflows.find(({ path }) => path.endsWith('/reusable.yml'))!.workflow.jobs['api'];
    expect(Object.keys(example?.with ?? {}).filter((name) => !(name in call.inputs))).toEqual([]);
    expect(Object.keys(call.secrets)).toEqual(['registry-username', 'registry-password']);
  });
});
