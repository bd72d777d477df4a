/** Where a run is told as it happens: the log of a workflow step, or a terminal. */
export interface Journal {
  readonly line: (text: string) => void;
  /** Everything until the matching `endGroup` can be folded away. */
  readonly group: (title: string) => void;
  readonly endGroup: () => void;
  /** Only shown with DEBUG=1. */
  readonly debug: (text: string) => void;
  /** A warning, at a place in a file of the repository where it is about one. */
  readonly warning: (
    text: string,
    at?: { readonly title: string; readonly file: string; readonly line: number | null },
  ) => void;
  /** An error, at a line of a file where one is known. */
  readonly error: (text: string, at?: { readonly file: string; readonly line: number }) => void;
  /** Around the build's own output, which must not be taken for anything of ours. */
  readonly beginOutput: () => void;
  readonly endOutput: () => void;
  /** Output of the build itself, complete lines, untouched but for secrets. */
  readonly output: (text: string) => void;
}
