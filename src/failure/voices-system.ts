import type { Voice } from './voices.ts';

/** Package managers of distributions, and plain downloaders. */
export const systemVoices: readonly Voice[] = [
  // apt
  {
    id: 'apt-failed',
    class: 'package-mirror',
    level: 'error',
    supposes: 'unreachable',
    when: /^E: ?(?:Failed to fetch|Unable to connect)|^E: .*(?:Hash Sum mismatch|Mirror sync|unexpected size|Undetermined Error|Clearsigned file|NOSPLIT|Connection failed|Could not connect)/,
    reach: 1,
    source: 'Debian/apt apt-pkg/acquire-item.cc',
  },
  {
    id: 'apt-warned',
    class: 'package-mirror',
    level: 'warning',
    when: /^(?:W: .*Failed to fetch|[EW]: Some index files|Err:? ?\d* https?:|Ign:\d+ )/,
    reach: 1,
    source: 'Debian/apt apt-private/acqprogress.cc',
  },
  {
    id: 'apt-method',
    class: 'package-mirror',
    level: 'warning',
    when: /^(?:Could not connect to \S+:\d+|Cannot initiate the connection to|Unable to connect to \S+:|Temporary failure resolving|Could not resolve '|Connection (?:failed|timed out)|Error reading from server|Undetermined Error|Hash Sum mismatch|File has unexpected size|\d{3} {2}[A-Z])/,
    source: 'Debian/apt methods/connect.cc, http.cc',
  },
  {
    id: 'apt-stale',
    class: 'package-mirror',
    level: 'error',
    means: 'corrupt',
    when: /^E: .*(?:Release file for .* is not valid yet|Splitting up .* into data and signature failed)/,
    source: 'Debian/apt apt-pkg/deb/debmetaindex.cc',
  },

  // apk
  {
    id: 'apk-temporary',
    class: 'package-mirror',
    level: 'error',
    means: 'timeout',
    when: /^(?:ERROR|WARNING): (?:(?:Ignoring|fetching|updating and opening|updating|opening) )?(?:https?:\/\/\S+|\S+-r\d+): .*(?:temporary error \(try again later\)|network error \(check|remote server returned error|could not connect to server|network connection aborted|(?:operation|connection) timed out|connection (?:refused|reset)|I\/O error|IO ERROR|unexpected end of file|TLS: |SSL error|HTTP 5\d\d)/,
    unless: /TLS: .*certificate/,
    source: 'alpinelinux/apk-tools src/print.c `apk_error_str`',
  },
  {
    id: 'apk-dns',
    class: 'package-mirror',
    level: 'error',
    means: 'dns',
    when: /^(?:ERROR|WARNING): .*(?:DNS(?::| lookup| transient)|name does not resolve)/i,
    source: 'alpinelinux/apk-tools src/print.c',
  },
  {
    id: 'apk-stale',
    class: 'package-mirror',
    level: 'error',
    means: 'corrupt',
    when: /^(?:ERROR|WARNING): .*(?:BAD signature|package mentioned in index not found|BAD archive|ADB (?:integrity|block) error|v2 package (?:integrity|format) error)/i,
    source: 'alpinelinux/apk-tools src/print.c; gliderlabs/docker-alpine#177',
  },

  // dnf, yum, microdnf, zypper, pacman
  {
    id: 'rpm-mirrors',
    class: 'package-mirror',
    level: 'error',
    supposes: 'unreachable',
    when: /All mirrors were tried|No more mirrors to try|Cannot retrieve repository metadata/i,
    reach: 2,
    source: 'rpm-software-management/librepo, yum',
  },
  {
    id: 'rpm-metadata',
    class: 'package-mirror',
    level: 'error',
    when: /Failed to (?:download (?:metadata|packages)|synchronize cache for repo)|Cannot (?:download|prepare|find a valid baseurl).*(?:repomd|mirrorlist|mirrors?|repo)|All mirrors were tried|No more mirrors|Could not retrieve mirrorlist|Errors during downloading metadata|Error downloading packages|cannot update repo/i,
    reach: 2,
    source: 'rpm-software-management/librepo, dnf, yum, microdnf',
  },
  {
    id: 'rpm-curl',
    class: 'package-mirror',
    level: 'warning',
    when: /https?:\S+: \[Errno \d+\] |\bcurl#\d+ - |\[MIRROR\] |Curl error \(\d+\)|Status code: \d+ for https?:/i,
    source: 'rpm-software-management/librepo; openSUSE/libzypp',
  },
  {
    id: 'zypper',
    class: 'package-mirror',
    level: 'error',
    when: /Download \(curl\) error for|Timeout exceeded when accessing/,
    reach: 3,
    source: 'openSUSE/libzypp',
  },
  {
    id: 'pacman',
    class: 'package-mirror',
    level: 'error',
    when: /^error: failed (?:retrieving file|to (?:synchronize|update|commit))/,
    source: 'archlinux/pacman lib/libalpm/dload.c',
  },

  // Plain downloaders
  {
    id: 'curl',
    class: 'network',
    level: 'error',
    when: /^(?:.*\s)?curl: \(\d+\) /,
    source: 'curl/curl docs/libcurl/libcurl-errors.md',
  },
  {
    id: 'wget',
    class: 'network',
    level: 'error',
    when: /^wget: |\bERROR \d{3}: |^(?:.*\s)?failed: (?:Connection|Network|No route|Temporary|Name)|^(?:Connecting to|Resolving) .*(?:failed|timed out|refused|unable)|^Read error (?:at byte|\()|unable to resolve host address|^Giving up\.|^Unable to establish SSL connection/,
    source: 'GNU wget src/connect.c, src/http.c; busybox networking/wget.c',
  },
  {
    id: 'git',
    class: 'network',
    level: 'error',
    when: /fatal: unable to access 'https?:|fatal: unable to (?:connect|look ?up)|error: RPC failed; |fatal: (?:early EOF|the remote end hung up|fetch-pack|protocol error)|fetch-pack: unexpected disconnect|ssh: (?:connect to host|Could not resolve)|error: (?:unable to rewind rpc|curl \d+)|kex_exchange_identification|Connection closed by .* port 22/,
    unless: /terminal prompts|Authentication failed/,
    reach: 1,
    source: 'git/git http.c, remote-curl.c, fetch-pack.c',
  },
  {
    id: 'gpg-keyserver',
    class: 'network',
    level: 'error',
    supposes: 'unreachable',
    when: /^gpg: keyserver (?:receive|search|refresh|communications?|send) (?:failed|error)/,
    back: 2,
    source: 'gnupg dirmngr',
  },
  {
    id: 'aria2-axel',
    class: 'network',
    level: 'error',
    when: /\[ERROR\] (?:CUID#|Failed to receive)|errorCode=\d+ .*URI=/,
    source: 'aria2/aria2',
  },
];
