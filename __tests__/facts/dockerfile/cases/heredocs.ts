import type { Case } from './case.ts';

/** A heredoc's first line, with a body that looks like instructions, and a real instruction after it. */
function around(first: string, ...closing: readonly string[]): readonly string[] {
  return ['FROM a', first, 'FROM evil', 'COPY --from=evil / /', ...closing, 'COPY --from=b / /'];
}
const read = ['a', 'b'];

export const heredocCases: readonly Case[] = [
  { name: 'RUN', dockerfile: around('RUN <<EOF', 'EOF'), images: read },
  { name: 'COPY', dockerfile: around('COPY <<EOF /x', 'EOF'), images: read },
  { name: 'ADD', dockerfile: around('ADD <<EOF /x', 'EOF'), images: read },
  { name: 'behind a command', dockerfile: around('RUN cat <<EOF > /x', 'EOF'), images: read },
  { name: 'with a blank', dockerfile: around('RUN cat << EOF', 'EOF'), images: read },
  { name: 'with a file descriptor', dockerfile: around('RUN cat 3<<EOF', 'EOF'), images: read },
  { name: 'in quotes', dockerfile: around(`RUN cat <<'EOF'`, 'EOF'), images: read },
  { name: 'in double quotes', dockerfile: around('RUN cat <<"E O F"', 'E O F'), images: read },
  { name: 'with tabs', dockerfile: around('RUN cat <<-EOF', '\t\tEOF'), images: read },
  { name: 'two', dockerfile: around('COPY <<A <<B /x', 'A', 'FROM evil', 'B'), images: read },
  { name: 'a name that only looks like the end', dockerfile: around('RUN <<EOF', ' EOF', 'EOFX', 'EOF'), images: read },
  { name: 'on a continued line', dockerfile: around('RUN x && \\\n  cat <<EOF', 'EOF'), images: read },
  { name: 'a body with an escape at its end', dockerfile: around('RUN <<EOF', 'x \\', 'EOF'), images: read },
  { name: 'behind mounts', dockerfile: around('RUN --mount=from=c,target=/c <<EOF', 'EOF'), images: ['a', 'c', 'b'] },
  { name: 'ONBUILD', dockerfile: around('ONBUILD RUN <<EOF', 'EOF'), images: read },
  { name: 'Windows line ends', dockerfile: around('RUN <<EOF\r', 'EOF\r'), images: read },
  { name: 'none in CMD', dockerfile: ['FROM a', 'CMD cat <<EOF', 'COPY --from=b / /'], images: read },
  { name: 'none in JSON', dockerfile: ['FROM a', 'RUN ["cat", "<<EOF"]', 'COPY --from=b / /'], images: read },
  { name: 'none within a word', dockerfile: ['FROM a', 'RUN cat x<<EOF', 'COPY --from=b / /'], images: read },
  { name: 'none in quotes', dockerfile: ['FROM a', 'RUN echo "<<EOF"', 'COPY --from=b / /'], images: read },
  { name: 'none in a here-string', dockerfile: ['FROM a', 'RUN cat <<<EOF', 'COPY --from=b / /'], images: read },
  {
    name: 'none where a quote is left open',
    dockerfile: ['FROM a', `RUN echo it's <<EOF`, 'COPY --from=b / /'],
    images: read,
  },
  {
    name: 'never closed',
    dockerfile: ['FROM a', 'RUN <<EOF', 'COPY --from=b / /'],
    images: ['a'],
    problems: ['unterminated-heredoc@2'],
  },
];
