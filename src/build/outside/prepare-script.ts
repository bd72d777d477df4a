/** Where the bundled Dockerfiles have the script that checks the request and settles what `go` is told. */
const PREPARE = '/usr/local/bin/prepare-service';

/** That script, as the Dockerfile has it in a heredoc, so that a program is compiled here as it is there; null without one. */
export function prepareScript(dockerfile: string): string | null {
  const lines = dockerfile.split('\n');
  const start = lines.findIndex((line) => line.startsWith('COPY ') && line.endsWith(`<<'EOF' ${PREPARE}`));
  if (start === -1) return null;
  const length = lines.slice(start + 1).indexOf('EOF');
  return length === -1 ? null : `${lines.slice(start + 1, start + 1 + length).join('\n')}\n`;
}
