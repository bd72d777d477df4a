/**
 * The jobs that a matrix makes of one, in GitHub's order
 * (https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations).
 */
export type Combination = Readonly<Record<string, unknown>>;

export interface Matrix {
  readonly include: readonly Combination[];
  readonly exclude: readonly Combination[];
  /** Every other key, with its values. */
  readonly axes: Readonly<Record<string, readonly unknown[]>>;
}

/** All combinations; of a job without a matrix the one that is empty. */
export function expandMatrix(matrix: Matrix | undefined): readonly Combination[] {
  if (matrix === undefined) return [{}];
  const { axes, include, exclude } = matrix;
  const all = Object.entries(axes).reduce<readonly Combination[]>(
    (combinations, [name, values]) => combinations.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    Object.keys(axes).length === 0 ? [] : [{}],
  );
  const left = all.filter((one) => !exclude.some((entry) => agrees(one, entry, Object.keys(entry))));
  // An entry adds to every combination none of whose own values it would replace; to none: it is a job of its own.
  const fits = (one: Combination, entry: Combination): boolean =>
    agrees(
      one,
      entry,
      Object.keys(entry).filter((name) => name in axes),
    );
  const own = include.filter((entry) => !left.some((one) => fits(one, entry)));
  const grown = left.map(
    (one) => Object.assign({}, one, ...include.filter((entry) => fits(one, entry))) as Combination,
  );
  return [...grown, ...own];
}

function agrees(one: Combination, entry: Combination, names: readonly string[]): boolean {
  return names.every((name) => one[name] === entry[name]);
}

/** As GitHub lists the job: `build (linux, 24)`. */
export function jobName(name: string, combination: Combination): string {
  const values = Object.values(combination);
  return values.length === 0 ? name : `${name} (${values.join(', ')})`;
}
