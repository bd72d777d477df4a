import fc from 'fast-check';

/** A Dockerfile by its meaning, so that what it needs is known without reading it. */
export interface ModelStage {
  readonly base: Ref;
  readonly sources: readonly (Ref & { readonly by: 'copy' | 'mount' })[];
}

/** An image by its number, or an earlier stage by its index. */
export type Ref =
  { readonly kind: 'image'; readonly image: number } | { readonly kind: 'stage'; readonly stage: number };

export interface Model {
  readonly stages: readonly ModelStage[];
  readonly target: number;
}

/** How the same meaning is written. */
export interface Manner {
  readonly lineEnd: '\n' | '\r\n';
  readonly byteOrderMark: boolean;
  readonly escape: '\\' | '`';
  readonly lowerCase: boolean;
  readonly continued: boolean;
  readonly heredocs: boolean;
  readonly comments: boolean;
  readonly viaArguments: boolean;
}

const imageNames = [
  'alpine',
  'golang:1.24',
  'gcr.io/d/static',
  'reg.example:5000/a/b:v1',
  'debian:13',
  's9',
  'x/y',
  'busybox',
];

export function imageName(image: number): string {
  return imageNames[image] ?? 'hello-world';
}

function refs(stages: number): fc.Arbitrary<Ref> {
  const image = fc.nat(imageNames.length - 1).map((index): Ref => ({ kind: 'image', image: index }));
  if (stages === 0) return image;
  return fc.oneof(
    image,
    fc.nat(stages - 1).map((stage): Ref => ({ kind: 'stage', stage })),
  );
}

function stage(index: number): fc.Arbitrary<ModelStage> {
  const by = fc.constantFrom('copy' as const, 'mount' as const);
  const source = fc.tuple(refs(index), by).map(([ref, how]) => ({ ...ref, by: how }));
  return fc.record({ base: refs(index), sources: fc.array(source, { maxLength: 3 }) });
}

export const models: fc.Arbitrary<Model> = fc.integer({ min: 1, max: 6 }).chain((count) =>
  fc.record({
    stages: fc.tuple(...Array.from({ length: count }, (_, index) => stage(index))),
    target: fc.nat(count - 1),
  }),
);

export const manners: fc.Arbitrary<Manner> = fc.record({
  lineEnd: fc.constantFrom('\n' as const, '\r\n' as const),
  byteOrderMark: fc.boolean(),
  escape: fc.constantFrom('\\' as const, '`' as const),
  lowerCase: fc.boolean(),
  continued: fc.boolean(),
  heredocs: fc.boolean(),
  comments: fc.boolean(),
  viaArguments: fc.boolean(),
});

/** The images that the target needs, straight from the meaning. */
export function neededImages({ stages, target }: Model): readonly string[] {
  function ofStage(index: number): readonly string[] {
    const { base, sources } = stages[index] ?? { base: { kind: 'image', image: 0 }, sources: [] };
    return [base, ...sources].flatMap((ref) => (ref.kind === 'image' ? [imageName(ref.image)] : ofStage(ref.stage)));
  }
  return [...new Set(ofStage(target))].toSorted();
}

export function render({ stages }: Model, manner: Manner): string {
  const name = (ref: Ref): string => (ref.kind === 'image' ? imageName(ref.image) : `s${ref.stage}`);
  const word = (text: string): string => (manner.lowerCase ? text.toLowerCase() : text);
  const join = (...parts: readonly string[]): string =>
    parts.join(manner.continued ? ` ${manner.escape}\n${manner.comments ? '# FROM evil\n' : ''}  ` : ' ');
  const args: string[] = [];
  const bases = stages.map(({ base }, index) => {
    if (!manner.viaArguments) return name(base);
    args.push(`${word('ARG')} BASE${index}=${name(base)}`);
    return index % 2 === 0 ? `$BASE${index}` : `\${BASE${index}:-evil}`;
  });
  const body = stages.flatMap(({ sources }, index) => [
    ...(manner.comments ? ['  # COPY --from=evil / /', ''] : []),
    join(word('FROM'), bases[index] ?? '', word('AS'), `s${index}`),
    ...(manner.heredocs
      ? [`${word('RUN')} cat <<EOF > /x`, 'FROM evil', `${word('COPY')} --from=evil / /`, 'EOF']
      : []),
    ...sources.map((source) =>
      source.by === 'copy'
        ? join(word('COPY'), '--link', `--from=${name(source)}`, '/a', '/b')
        : join(word('RUN'), `--mount=type=bind,from=${name(source)},target=/m`, 'true'),
    ),
  ]);
  const directive = manner.escape === '`' ? ['# escape=`'] : [];
  const lines = [...directive, ...args, ...body, ''].join('\n').replaceAll('\n', manner.lineEnd);
  return (manner.byteOrderMark ? '\uFEFF' : '') + lines;
}
