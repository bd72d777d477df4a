/**
 * The inputs that docker/build-push-action has and this action's own form has not (its action.yml), in its order. They
 * can be added to either form wherever that has one meaning.
 */
export interface DropInRow {
  readonly name: string;
  readonly description: string;
  /** The default in action.yml. */
  readonly fallback?: string;
  /** A default that only GitHub's runner can fill in, so that there is none elsewhere. */
  readonly expression?: string;
}

export const DROP_IN_INPUTS: readonly DropInRow[] = [
  row('add-hosts', 'Host-to-address mappings, such as docker:10.180.0.1'),
  row('allow', 'Extra privileged entitlements, such as network.host'),
  row('annotations', 'Annotations of the image, one a line'),
  row('attests', 'Attestation parameters, one a line, such as type=sbom,generator=image'),
  row('build-args', 'Build-time variables, one a line'),
  row('build-contexts', 'Additional build contexts, one a line, such as name=path'),
  row('builder', 'Builder instance'),
  row('cache-from', 'External cache sources, one a line, such as type=registry,ref=user/app:cache'),
  row('cache-to', 'Cache export destinations, one a line, such as type=gha,mode=max'),
  row('call', 'Method for evaluating the build, such as check'),
  row('cgroup-parent', 'Parent cgroup of the containers used in the build'),
  row(
    'github-token',
    'Token that fetches the default Git context and reads Dockerfiles of its server; with the mode monitor it writes the issue',
    {
      expression: '${{ github.token }}',
    },
  ),
  row('labels', 'Labels of the image, one a line'),
  row('load', 'Load the result into the engine: shorthand for outputs type=docker', { fallback: 'false' }),
  row('network', 'Network of the RUN instructions'),
  row('no-cache', 'Build without any cache', { fallback: 'false' }),
  row('no-cache-filters', 'Stages to build without a cache'),
  row('outputs', 'Output destinations, one a line, such as type=local,dest=path'),
  row('provenance', 'Provenance attestation: a boolean or attributes such as mode=max'),
  row('pull', 'Always look for newer versions of all referenced images', { fallback: 'false' }),
  row('sbom', 'SBOM attestation: a boolean or attributes such as generator=image'),
  row('secrets', 'Secrets as text, one a line, such as KEY=value; a value of several lines in double quotes'),
  row('secret-envs', 'Secrets from environment variables, such as KEY=VARIABLE'),
  row('secret-files', 'Secrets from files, one a line, such as KEY=./secret.txt'),
  row('shm-size', 'Size of /dev/shm, such as 2g'),
  row('ssh', 'SSH agent sockets or keys for the build'),
  row('tags', 'Tags of the image, in place of image and version'),
  row('target', 'Stage to build'),
  row('ulimit', 'Ulimit options, one a line, such as nofile=1024:1024'),
];

function row(name: string, description: string, more: Pick<DropInRow, 'fallback' | 'expression'> = {}): DropInRow {
  return { name, description, ...more };
}
