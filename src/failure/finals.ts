/** Marks of failures that no other try cures. All are matched against one line without its prefix. */
export interface FinalMark {
  readonly id: 'integrity' | 'retired-host' | 'rights' | 'missing-package' | 'test' | 'compile' | 'own-service';
  readonly when: RegExp;
  readonly unless?: RegExp;
  /** It is no such fault if any line says this. */
  readonly unlessOutput?: RegExp;
  readonly source: string;
}

/** A pattern, and who prints what it matches. */
export interface SourcedPattern {
  readonly when: RegExp;
  readonly source: string;
}

/** The machine itself has no more to give. */
export const diskFull: SourcedPattern = {
  when: /no space left on device|disk quota exceeded|\bENOSPC\b|not enough (?:free )?space|don't have enough free space|insufficient (?:free |disk )space|disk is full|file ?system is full|out of disk ?space|\(disk full\?\)/i,
  source: 'errno(3) ENOSPC, EDQUOT; apt-get(8); dnf(8); conda; Node; SQLite',
};

export const outOfMemory: SourcedPattern = {
  when: /heap out of memory|runtime: out of memory|OutOfMemoryError|GC overhead limit|signal: killed|Killed signal terminated|\bKilled \(program|unable to execute command: Killed|(?:by |: ?)signal:? 9\b|signal: 9\b|SIGKILL|^Killed\b(?! by)|: +\d+ Killed\b|: Killed$|\.{3} ?Killed$|probably means the system ran out of memory|cannot allocate memory|virtual memory exhausted|OOMKilled|std::bad_alloc|\bout of memory\b|OUT_OF_MEMORY|memory exhausted|exceeded memory limit|^MemoryError|\bENOMEM\b|exit(?:ed)?(?: with)? (?:code|status):? 137\b|non-zero code: 137\b|daemon disappeared unexpectedly/i,
  source:
    'errno(3) ENOMEM; signal(7) SIGKILL as shells, Go, Rust, GCC, clang and make tell it; V8; JVM; CPython; Gradle; create-react-app',
};

/** A check that failed on purpose: it is reported, never worked around, whatever else went wrong. */
export const guards: readonly FinalMark[] = [
  {
    id: 'integrity',
    when: /checksum mismatch|SECURITY ERROR|DO NOT MATCH THE HASHES|EINTEGRITY|integrity (?:checksum|check) failed|checksums? (?:did ?n[o']t match|do(?:es)? ?n[o']t match|verification failed)|computed checksums? did NOT match|Bad checksum|\bhash mismatch|TARBALL_INTEGRITY|UNTRUSTED signature|NO_PUBKEY|BADSIG|EXPKEYSIG|gpg: BAD signature|can't check signature|signatures? (?:could not|couldn't) be verified|signatures were invalid|GPG check FAILED|the hash value of .* is invalid|checksum (?:validation|verification|check) failed|checksums? (?:is|was|were) (?:incorrect|wrong|invalid)|(?:invalid|wrong|unexpected|incorrect) (?:checksum|hash|digest)\b|failed to verify the checksum|(?:did ?n[o']t|does ?n[o']t|doesn't|don't) match (?:the |any of the |any )?(?:expected |recorded |given )?(?:checksum|hash|digest|sha\d+|fingerprint)|(?:sha-?\d*|md5|digest|fingerprint)(?: ?sums?)? (?:mismatch|did not match|do(?:es)? not match)|not found in known hashes|mismatch between the expected content|signature (?:verification failed|is invalid|mismatch)|invalid signature|\bNU30\d\d\b|Dependency verification failed|is (?:unknown|marginal) trust|\(PGP signature\)|Cannot find matching keyid|KEYEXPIRED|REVKEYSIG|Public key for \S+ is not installed/i,
    unless: /Hash Sum mismatch/,
    source:
      'go.dev/ref/mod; pip hash-checking; npm ssri; coreutils; apk; apt-secure(8); dnf; composer; maven-resolver; gradle; NuGet; conda; pacman; corepack; cargo; poetry',
  },
  {
    id: 'retired-host',
    when: /Could not resolve host:? mirrorlist\.centos\.org|\b(?:athens\.azurefd\.net|apt\.kubernetes\.io|packages\.cloud\.google\.com\/apt\/dists\/kubernetes)\b/,
    source:
      'switched off for good: CentOS 7 end of life (2024-07), Athens at azurefd.net (gomods/athens), Kubernetes legacy repositories (2024-03)',
  },
];

/** A program of the user's own was compiled or tested, and failed: whatever it printed, it is no outage. */
export const ownFaults: readonly FinalMark[] = [
  {
    id: 'test',
    when: /^\s*--- FAIL: |^FAIL(?:\t| {2,}|: |$)|^=== (?:RUN|FAIL|CONT) |^FAILED? +\S+::|^panic: |^=+ (?:FAILURES|ERRORS|short test summary|.*\b\d+ failed\b.*) =*|^FAILED \((?:failures|errors)|^E {3,}\S|AssertionError|Assertion ?failed\b|assertion .*failed|assertion `|test result: FAILED|panicked at|\/node_modules\/(?:@jest|jest[\w-]*|jsdom|vitest|mocha|karma)\/.*:\d+:\d+\)?$|There (?:are|were) (?:test failures|failing tests)|Tests run:.*(?:Failures|Errors): [1-9]|Test suite failed to run/,
    source: 'go test, pytest, unittest, cargo test, surefire, gradle',
  },
  {
    id: 'test',
    when: /\b[1-9]\d* (?:tests?|specs?|examples?|assertions?|scenarios?) fail|\b[1-9]\d* failed,? +\d+ passed|\b\d+ passing|\b[1-9]\d* failing\b|^\s*● .* › |^ *(?:Tests|Test Suites|Test Files):? .*\bfailed\b|^\s*(?:FAIL|✗|✘|×|✖|not ok)\s+\S+\.(?:test|spec)\.|FAILURES!|examples?, [1-9]\d* failures?|Failed! +- Failed:|Test Run Failed|tests failed out of|^not ok \d|\bTest failed\.|no test specified|^\s*(?:Expected|Received)(?: \w+)?: +\S|ERR_ASSERTION|Error Trace:|Tests:\s+\d+, Assertions|BUILD FAILED: tests/,
    source: 'jest, vitest, mocha, phpunit, rspec, dotnet test, ctest, TAP, testify',
  },
  {
    id: 'own-service',
    when: /\bSQLSTATE\b|\bjdbc:\w+:|\bPG::|Mysql2::|\bORA-\d{5}|ActiveRecord::|\bSequelize\w*Error|Redis::\w+Error|redis\.exceptions\.|\bMongo(?:Network|ServerSelection|oseServerSelection)\w*|pymongo\.errors|(?:psycopg2?|asyncpg|pymysql|MySQLdb|aiomysql|sqlalchemy|django\.db)\.\S*(?:Error|Exception)\b|could not translate host name|Can't (?:connect to|reach) (?:\w+ )?(?:MySQL|database) server|\bamqp(?:lib)?\b.*(?:refused|error)|KafkaError|NoBrokersAvailable|Is the server running (?:on|locally)|FATAL: +(?:password authentication|database)/i,
    source:
      'clients of databases, caches and queues: PDO, JDBC, psycopg, libpq, Active Record, SQLAlchemy, Django, Sequelize, Prisma, redis, MongoDB, AMQP, Kafka',
  },
  {
    id: 'compile',
    when: /^(?:vet: )?\.{0,2}\/?[\w./@-]+\.go:\d+:\d+: |^# [\w.-]+\/\S+$|error\[E\d{4}\]|error: could not compile|error TS\d+|\bTS\d{4}: |:\d+:\d+: (?:fatal )?error: |undefined reference to|collect2: error|ld returned \d|COMPILATION ERROR|Compilation fail(?:ed|ure)|error: cannot find symbol|\.java:\[?\d+.*\b(?:error|ERROR)\b|\berror (?:CS|FS|BC|CA)\d{3,}|^e: (?:file:|\/)|error: linking with|CMake Error (?:at|in)|fatal error: \S+: No such file/,
    unless:
      /@v\d\S*: |: (?:cannot find (?:package|module)|no required module)|Could not resolve host|\bgyp\b|error: (?:unable to connect to server|bad HTTP response code|unable to (?:discover|resolve) \S* ?host)|CMake Error at \S*(?:download|populate|gitclone|gitupdate|subbuild|FetchContent|ExternalProject|CPM|Hunter|vcpkg)/,
    source: 'gc, rustc, tsc, gcc, clang, javac, kotlinc, csc, CMake',
  },
  {
    id: 'compile',
    when: /^(?:\s*|.*Uncaught )(?:SyntaxError|IndentationError|TypeError|ReferenceError|NameError|ModuleNotFoundError|AttributeError|RangeError)\b|^Error: Cannot find module '|Module not found: |Failed to compile|Build failed (?:because of webpack|with (?:\d+ )?errors?)|ERROR in \.{0,2}\/|failed to resolve import|PHP (?:Parse|Fatal) error|✖ \d+ problems?/,
    unless: /fetch failed|getaddrinfo|ECONN/,
    unlessOutput: /from Google Fonts|request to https:\/\/fonts\.\S+ failed/,
    source: 'CPython, Node, webpack, vite, php, linters',
  },
];

/** 4xx but 408 and 429, 501 and 505: the server understood, and does not want to. */
const refused = String.raw`(?:40[0-79]|41\d|42[0-8]|451|50[15])`;
const refusedStatus = new RegExp(
  [
    String.raw`^curl: \(22\) .*\b${refused}\b`,
    String.raw`\bERROR ${refused}: `,
    String.raw`server returned error: HTTP\/[\d.]+ ${refused}`,
    String.raw`HTTPS? error:? ${refused}\b`,
    String.raw`Received status code ${refused} from server`,
    String.raw`\(HTTP\/[\d.]+ ${refused}\b`,
    String.raw`(?:returned error|status(?: code)?|return code is|response code|server returned code|HTTP code|HTTP status client error|status code of|CondaHTTPError: HTTP):? \(?'?${refused}\b`,
    String.raw`ERR_PNPM_FETCH_${refused}\b`,
    String.raw`\bE40[013]\b`,
    String.raw`does not indicate success: ${refused}\b`,
    String.raw`\b${refused} Client Error`,
    String.raw`HTTP status was '${refused}`,
  ].join('|'),
  'i',
);

/** A fetching tool was answered, and the answer was no. */
export const refusals: readonly FinalMark[] = [
  {
    id: 'missing-package',
    when: /^npm (?:ERR!|error) (?:code )?(?:E404|ETARGET|EUSAGE|ERESOLVE|EBADENGINE|ENOVERSIONS|ENOLOCK|EJSONPARSE|EBADPLATFORM)|^npm (?:ERR!|error) 404 |is not in (?:the|this) (?:npm )?registry|ERR_PNPM_(?:FETCH_404|NO_MATCHING_VERSION|OUTDATED_LOCKFILE|NO_LOCKFILE)|Couldn't find (?:any versions for|package)|- 404$|lockfile needs to be updated|lockfile would have been modified/,
    source: 'npm, pnpm, yarn, bun',
  },
  {
    id: 'missing-package',
    when: /no matching package named|failed to select a version|unknown revision|invalid version: (?!.*(?:Get|dial|timeout|git fetch))|missing go\.sum entry|updates to go\.mod needed|module .* found .* but does not contain|: (?:404 Not Found|410 Gone)$|no required module provides|go\.mod (?:file not found|requires go)|requires go >= |Could not find artifact|Could not find [\w.-]+:[\w.-]+:\w[\w.]*|Cannot find a valid baseurl for repo: (?:base|updates|extras)\b|All mirror URLs are not using|Could not find gem|Could not find .* in any of the sources|could not be found in any version|Your requirements could not be resolved|PackagesNotFoundError|ResolutionImpossible|NU110[1-3]|target not found: |No provider of|No solution found when resolving|needed_by|couldn't find remote ref|pathspec '.*' did not match|Remote branch .* not found|upload-pack: not our ref|unauthenticated git protocol|Unsupported transport protocol|method driver \S+ could not be found|HTTPS Required|does not have a provider named|No releases available for package|keyserver \w+ failed: (?:No (?:data|dirmngr)|Not (?:enabled|found|supported)|Invalid \w+|Bad \w+)/,
    source: 'cargo, go, maven, gradle, bundler, composer, conda, nuget, pacman, uv, git, terraform, pecl, gnupg',
  },
  {
    id: 'missing-package',
    when: refusedStatus,
    unless: /\b4(?:08|29)\b|rate limit/i,
    source: 'HTTP 4xx answers as curl, wget, pip, gradle, composer, git, maven, conda, nuget print them',
  },
  {
    id: 'rights',
    when: /could not read (?:Username|Password)|Permission denied \(publickey|Authentication failed|Repository not found|remote: (?:Not Found|Invalid)|Could not authenticate|401 Unauthorized|repository '.*' not found|Host key verification failed|EACCES: permission denied|module lookup disabled|authentication replays|no authentication methods succeeded|Unable to lock database|Failed to open apk database|Could not open lock file|are you root\?|must be run (?:as|with|under) (?:the )?(?:root|superuser)|: Not authorized\b|Invalid authentication|GatedRepoError|RepositoryNotFoundError|RevisionNotFoundError|is not a valid model identifier/i,
    source: 'git, npm, composer, go, apk, apt, dnf, maven, Hugging Face',
  },
];

/** What follows from a package list that did not arrive, or from a name that does not exist: what came before tells. */
export const consequences: readonly SourcedPattern[] = [
  {
    when: /Unable to locate package|has no installation candidate|Couldn't find any package by|Package .* is not available|Unable to correct problems|Unable to fetch some archives|does not have a Release file|no longer has a Release file|is not signed\.?$/i,
    source: 'Debian/apt apt-pkg, apt-private',
  },
  {
    when: /unsatisfiable constraints|unable to select packages|no such package|required by: |\(missing\):/i,
    source: 'alpinelinux/apk-tools src/solver.c, src/commit.c',
  },
  {
    when: /No package .* available|Unable to find a match|No URLs in mirrorlist|Nothing to do/i,
    source: 'rpm-software-management/dnf, librepo, yum',
  },
  {
    when: /No matching distribution found|Could not find a version that satisfies|Could not find suitable distribution/i,
    source: 'pypa/pip, setuptools',
  },
  {
    when: /Failed to find package|Could not find a valid gem|cannot find package/i,
    source: 'Android sdkmanager; RubyGems; Go',
  },
  { when: /: not found$|command not found|No such file or directory/i, source: 'POSIX shells, errno(3) ENOENT' },
];

/** A mark or a voice fits a line. */
export function matches(mark: { readonly when: RegExp; readonly unless?: RegExp }, line: string): boolean {
  return mark.when.test(line) && mark.unless?.test(line) !== true;
}
