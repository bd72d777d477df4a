import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { OutsideBuild, Plan } from '../../plan/plan.ts';
import type { AttemptOutcome } from '../record.ts';
import type { AttemptPorts, Patience } from '../attempt.ts';
import { runOwnStep, type OwnStep } from './own-step.ts';
import { prepareScript } from './prepare-script.ts';

/** The user of the image, as in the bundled Dockerfiles. */
const ACCOUNTS = {
  passwd: 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
  group: 'root:x:0:\nnonroot:x:65532:\n',
};

/**
 * Compiles what a plan puts on scratch, and lays it out for the build. The sources are those that a build would see:
 * BuildKit hands them out, so `.dockerignore` holds, and nothing of the workspace is written to. Gives back what went wrong.
 */
export async function compileOutside(
  plan: Plan,
  { remainingMs, stallMs }: Pick<Patience, 'remainingMs' | 'stallMs'>,
  ports: AttemptPorts,
): Promise<AttemptOutcome | null> {
  const { outside } = plan;
  if (outside === undefined) return null;
  const endsAt = performance.now() + remainingMs;
  await rm(outside.folder, { recursive: true, force: true });
  await layOutCommon(outside);
  const script = prepareScript(await readFile(outside.prepare, 'utf8'));
  if (script === null) throw new Error(`${outside.prepare} does not say how its program is compiled`);
  await writeFile(join(outside.folder, 'prepare-service'), script);
  await writeFile(join(outside.folder, 'Dockerfile'), 'FROM scratch\nCOPY . /\n');
  for (const step of [contextStep(plan, outside, ports.cwd), ...compileSteps(outside)]) {
    const patience = { remainingMs: Math.max(0, endsAt - performance.now()), stallMs };
    const problem = await runOwnStep(step, patience, ports);
    if (problem !== null) return problem;
  }
  return null;
}

/** BuildKit writes the context into a folder of ours. */
function contextStep({ argv, builder }: Plan, { folder }: OutsideBuild, cwd: string): OwnStep {
  const name = builder.name === null ? [] : ['--builder', builder.name];
  const output = `type=local,dest=${join(folder, 'sources')}`;
  return {
    title: null,
    argv: [
      ...argv.slice(0, argv.indexOf('build') + 1),
      ...[...name, '--file', join(folder, 'Dockerfile'), '--output', output, argv.at(-1) ?? '.'],
    ],
    cwd,
    // With one, the exporter would add it to the folder.
    env: { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
  };
}

function compileSteps(outside: OutsideBuild): readonly OwnStep[] {
  const { folder, service, version, goProxy, platforms } = outside;
  return platforms.map(({ platform, os, architecture, variant }, index) => {
    const program = join(folder, 'image', `${os}-${architecture}${variant}`, 'usr/local/bin/service');
    return {
      title: {
        number: index + 1,
        name: `[outside ${index + 1}/${platforms.length}] RUN go build ./cmd/${service} for ${platform}`,
      },
      argv: [
        ...['sh', '-c', '. "$0" && exec go build -ldflags "$GO_LDFLAGS" -o "$1" "./cmd/$SERVICE"'],
        ...[join(folder, 'prepare-service'), program],
      ],
      cwd: join(folder, 'sources'),
      env: {
        ...{ TARGETOS: os, TARGETARCH: architecture, TARGETVARIANT: variant },
        ...{ SERVICE: service, VERSION: version, GOPROXY: goProxy },
      },
    };
  });
}

/** What the image has beside the program; time zones are inside of that (`-tags timetzdata`). */
async function layOutCommon({ folder, certificates }: OutsideBuild): Promise<void> {
  const common = join(folder, 'image', 'common');
  const bundle = join(common, 'etc/ssl/certs/ca-certificates.crt');
  await mkdir(dirname(bundle), { recursive: true });
  await copyFile(certificates, bundle);
  await chmod(bundle, 0o644);
  for (const [name, text] of Object.entries(ACCOUNTS))
    await writeFile(join(common, 'etc', name), text, { mode: 0o644 });
  await mkdir(join(common, 'tmp'));
  await chmod(join(common, 'tmp'), 0o1777);
}
