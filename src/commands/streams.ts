/** Where a command prints: results to one, progress to the other. */
export interface Streams {
  readonly stdout: { readonly write: (text: string) => unknown };
  readonly stderr: { readonly write: (text: string) => unknown };
}

/** The same, with everything that is printed cleaned first. */
export function cleanStreams({ stdout, stderr }: Streams, clean: (text: string) => string): Streams {
  return {
    stdout: { write: (text) => stdout.write(clean(text)) },
    stderr: { write: (text) => stderr.write(clean(text)) },
  };
}
