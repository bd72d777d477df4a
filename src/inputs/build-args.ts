/** `NAME=value` lines as a record. */
export function argumentsOf(buildArgs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    buildArgs.map((line) => {
      const [name = '', ...value] = line.split('=');
      return [name, value.join('=')];
    }),
  );
}
