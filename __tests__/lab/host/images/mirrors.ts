import { backendRepository } from '../../services/hosts.ts';

/** A registry whose images the lab has. `docker.io` is Docker Hub, as in a full reference. */
export type SourceRegistry = 'docker.io' | 'gcr.io' | 'quay.io' | 'registry.k8s.io';

interface Mirror {
  readonly host: string;
  /** The repository's name there, or null where this mirror does not have it. */
  path(repository: string): string | null;
}

function same(host: string): Mirror {
  return { host, path: (repository) => repository };
}

function under(host: string, prefix: string): Mirror {
  return { host, path: (repository) => `${prefix}/${repository}` };
}

/** Who serves copies of whose images in the lab, with the same bytes and so the same digests. */
const mirrors: Readonly<Record<SourceRegistry, readonly Mirror[]>> = {
  'docker.io': [
    same('docker.io'),
    same('mirror.gcr.io'),
    same('docker.m.daocloud.io'),
    under('m.daocloud.io', 'docker.io'),
    same('registry.corp.example'),
    // Docker Official Images only.
    { host: 'public.ecr.aws', path: (name) => (name.startsWith('library/') ? `docker/${name}` : null) },
  ],
  'gcr.io': [same('gcr.io'), same('gcr.m.daocloud.io'), under('m.daocloud.io', 'gcr.io')],
  'quay.io': [same('quay.io'), same('quay.m.daocloud.io'), under('m.daocloud.io', 'quay.io')],
  'registry.k8s.io': [
    same('registry.k8s.io'),
    same('k8s.m.daocloud.io'),
    under('m.daocloud.io', 'registry.k8s.io'),
    // It flattens paths: coredns/coredns is google_containers/coredns.
    { host: 'registry.aliyuncs.com', path: (name) => `google_containers/${name.split('/').at(-1) ?? name}` },
  ],
};

/** The repositories of the one registry that hold this image. */
export function storedUnder(registry: SourceRegistry, repository: string): readonly string[] {
  return mirrors[registry].flatMap((mirror) => {
    const path = mirror.path(repository);
    return path === null ? [] : [backendRepository(mirror.host, path)];
  });
}
