import type { Fetcher } from './fetchers.ts';

const install = String.raw`(?:ci|i|in|it|install\S*|add|update|upgrade|up|dlx|exec|import|fetch|create|init|rebuild|dedupe|global|workspaces?|pack|link|audit)`;

/** Package managers: of languages, of distributions, and what languages fetch beside their packages. */
export const packageFetchers: readonly Fetcher[] = [
  // Languages whose tools fetch binaries of their own from release pages, not packages from a repository.
  {
    id: 'browsers',
    class: 'network',
    source:
      'playwright.dev/docs/browsers; pptr.dev; docs.cypress.io; prisma.io/docs engines; electronjs.org installation: binaries of their own, from release pages',
    command:
      /^(?:(?:npx|yarn|pnpm|bunx|pnpx|npm exec|pnpm exec|pnpm dlx|yarn dlx|node|python3? -m)(?: -\S+)* )?(?:\S*\/)?(?:playwright(?:-core|-chromium|@\S+)?|puppeteer(?:@\S+)?|@puppeteer\/browsers\S*|cypress|patchright|camoufox|rebrowser\S*|prisma|electron(?:-builder)?|chromedriver|webdriver-manager|next telemetry)\b(?! (?:run|test|open|migrate|db)\b)/,
  },
  { id: 'uv-python', class: 'network', source: 'docs.astral.sh/uv/concepts/python-versions', command: /^uv python\b/ },
  {
    id: 'flutter-sdk',
    class: 'network',
    source: 'docs.flutter.dev/reference/flutter-cli',
    command: /^flutter (?:precache|doctor|upgrade|channel|config|build)\b/,
  },
  {
    id: 'model',
    class: 'network',
    source:
      'huggingface.co/docs/huggingface_hub/guides/cli; ollama; spacy.io/api/cli#download; nltk.org/data; git-lfs.com',
    command:
      /^(?:huggingface-cli|hf|ollama|spacy|python[\d.]* -m (?:spacy download|nltk\.downloader|textblob)|nltk\.download|git-lfs|whisper|rasa|argospm)\b/,
  },

  // Distributions
  {
    id: 'apt',
    class: 'package-mirror',
    source: 'apt(8), apt-get(8), aptitude(8), debootstrap(8), add-apt-repository(1)',
    command:
      /^(?:apt|apt-get|aptitude|apt-fast|nala|apt-file|add-apt-repository|apt-add-repository|install_packages|clean-install|debootstrap|mmdebstrap|tasksel|pbuilder)(?![-\w])(?!.* (?:clean|autoclean|purge|autoremove|remove)\b)/,
  },
  { id: 'apk', class: 'package-mirror', source: 'apk(8)', command: /^apk\b.* (?:add|update|upgrade|fetch)\b/ },
  {
    id: 'rpm',
    class: 'package-mirror',
    source: 'dnf(8), yum(8), microdnf(8), zypper(8), rpm(8), rpm-ostree(1)',
    command:
      /^(?:dnf|dnf5|yum|microdnf|tdnf|zypper|urpmi|rpm-ostree|yum-config-manager|yum-builddep|reposync|swupd|rpm (?:-\S+ )*https?:)\b(?!.* (?:clean|remove|erase)\b)/,
  },
  {
    id: 'distribution',
    class: 'package-mirror',
    source: 'pacman(8), xbps-install(1), emerge(1), opkg, pkg(8), guix, snap(8), flatpak(1), port(1)',
    command:
      /^(?:pacman|pacman-key|pacstrap|yay|paru|makepkg|xbps-install|emerge|emerge-webrsync|opkg|eopkg|slackpkg|pkgin|pkg|guix|snap|flatpak|port|sbopkg|swupd|tazpkg|conary)\b/,
  },
  {
    id: 'nix',
    class: 'package-mirror',
    source: 'nix.dev/manual/nix',
    command: /^(?:nix|nix-\w+|cachix|devbox|devenv|nixos-\w+|home-manager)\b/,
    output: /\/nix\/store\//,
  },
  { id: 'brew', class: 'network', source: 'docs.brew.sh/Manpage', command: /^brew\b/ },

  // Node
  {
    id: 'npm',
    class: 'package-mirror',
    source:
      'docs.npmjs.com/cli; pnpm.io/pnpm-cli; yarnpkg.com/cli; bun.com/docs/cli; lerna.js.org; rushjs.io; bower.io',
    command: new RegExp(
      String.raw`^(?:npm|cnpm|pnpm|yarn|yarnpkg|bun|lerna|rush|bower|jspm|ied)(?: --?\S+(?:[= ]\S+)?)*(?: ${install}\b|$| --?\S+$)`,
    ),
    output: /^npm (?:ERR!|error) |\bERR_PNPM_|node_modules\/corepack\b|corepack\.[cm]?js/,
  },
  {
    id: 'corepack',
    class: 'package-mirror',
    source: 'nodejs/corepack README; angular.dev/cli',
    command: /^(?:corepack|ng add|meteor (?:npm|update)|ncu)\b/,
  },
  {
    id: 'deno',
    class: 'package-mirror',
    source: 'docs.deno.com/runtime/reference/cli',
    command: /^deno (?:cache|install|add|compile|vendor|info|bundle)\b/,
  },

  // Python
  {
    id: 'pip',
    class: 'package-mirror',
    source:
      'pip.pypa.io/en/stable/cli; python-poetry.org/docs/cli; docs.astral.sh/uv/reference/cli; pipenv, pdm, hatch, rye, pixi, setuptools',
    command:
      /^(?:pip[\d.]*|pipx|pipenv|poetry|pdm|hatch|rye|uv|uvx|pixi|easy_install|pip-sync|pip-compile|virtualenv|flit|buildout|python[\d.]*(?: -\S+)* -m (?:pip|pipx|pipenv|poetry|uv|build|ensurepip|venv)|python[\d.]* setup\.py|curl .*install-poetry)\b/,
    output: /site-packages\/pip\/|pip\/_(?:vendor|internal)\/|^pip\._vendor/,
  },
  {
    id: 'conda',
    class: 'package-mirror',
    source: 'docs.conda.io/projects/conda; mamba.readthedocs.io',
    command: /^(?:conda|mamba|micromamba|anaconda|conda-lock)\b/,
    output: /\blibmamba\b|CondaHTTPError/,
  },

  // Go
  {
    id: 'go',
    class: 'go-proxy',
    source: 'go.dev/ref/mod',
    command: /^(?:go (?:build|get|install|mod|list|vet|work)|xcaddy|gomobile|dep ensure|glide|garble|ko build)\b/,
    output: /^go: (?:downloading |finding |extracting |\S+@v)/,
  },

  // Rust
  {
    id: 'cargo',
    class: 'package-mirror',
    source: 'doc.rust-lang.org/cargo/commands',
    command: /^(?:cargo(?! (?:run|test|bench))|cross|wasm-pack|maturin|trunk build|wasm-bindgen)\b/,
  },

  // JVM
  {
    id: 'jvm',
    class: 'package-mirror',
    source:
      'maven.apache.org/ref; docs.gradle.org command-line interface; scala-sbt.org; get-coursier.io; clojure.org/guides/deps_and_cli; leiningen.org',
    command:
      /^(?:mvn|mvnw|mvnd|gradle|gradlew|sbt|activator|ant|ivy|lein|clojure|clj|boot|mill|millw|cs|coursier|scala-cli|grape|kobalt|amper|java -jar \S*(?:sbt-launch|coursier|ivy)\S*)\b/,
    output:
      /\borg\.gradle\.|org\.apache\.maven\.|^\* What went wrong:|^> Could not (?:resolve|download|get resource|GET)\b|lmcoursier/,
  },

  // .NET, PHP, Ruby, Perl
  {
    id: 'dotnet',
    class: 'package-mirror',
    source:
      'learn.microsoft.com/dotnet/core/tools; learn.microsoft.com/nuget; learn.microsoft.com/powershell/module/powershellget',
    command:
      /^(?:dotnet (?:restore|build|publish|pack|tool|add|workload|new|nuget|msbuild|sln)|nuget|msbuild|paket|Install-Package|Install-Module|Register-PSRepository)\b/,
    output: /NuGet\.\w+|\bNU\d{4}\b|FindPackagesByIdAsync|Determining projects to restore/,
  },
  {
    id: 'php',
    class: 'package-mirror',
    source: 'getcomposer.org/doc/03-cli.md; pecl.php.net; phar.io',
    command: /^(?:(?:php[\d.]*(?: -\S+(?: \S+=\S+)?)* )?\S*composer\S*|pecl|pear|pickle|pie|phive)\b/,
  },
  {
    id: 'ruby',
    class: 'package-mirror',
    source: 'guides.rubygems.org/command-reference; bundler.io/man',
    command:
      /^(?:gem|bundle(?!r? exec)|bundler|fluent-gem|td-agent-gem|jruby -S gem|ruby -S gem|logstash-plugin|rbenv exec gem)\b/,
    output: /Gem::RemoteFetcher|Bundler::/,
  },
  {
    id: 'perl',
    class: 'package-mirror',
    source: 'cpan(1), cpanm(1), carton(1)',
    command: /^(?:cpan|cpanm|cpm|carton|cpanp|perl -MCPAN)\b/,
  },

  // Smaller ecosystems
  {
    id: 'haskell',
    class: 'package-mirror',
    source: 'cabal.readthedocs.io; docs.haskellstack.org; snoyberg/http-client',
    command: /^(?:cabal|stack)\b/,
    output: /^HttpExceptionRequest\b|^Download failure: /,
  },
  { id: 'ocaml', class: 'package-mirror', source: 'opam.ocaml.org/doc/man; esy.sh', command: /^(?:opam|esy)\b/ },
  {
    id: 'beam',
    class: 'package-mirror',
    source: 'hexdocs.pm/mix; rebar3.org; gleam.run',
    command: /^(?:mix (?:deps|local|archive|do|assets|setup|compile|release|escript)|rebar3?|erlang\.mk|gleam)\b/,
  },
  { id: 'lua', class: 'package-mirror', source: 'luarocks.org', command: /^(?:luarocks|hererocks|lit)\b/ },
  {
    id: 'r',
    class: 'package-mirror',
    source: 'R utils::install.packages; rocker-org/rocker-versioned2; r-lib pak, renv, remotes',
    command:
      /^(?:R|Rscript|r|install2\.r|installGithub\.r|install\.r|installBioc\.r|install\.packages|remotes::\w+|devtools::install\w*|BiocManager::\w+|pak::\w+|renv::\w+)\b/,
  },
  {
    id: 'julia',
    class: 'package-mirror',
    source: 'pkgdocs.julialang.org',
    command: /^(?:julia|juliaup|using Pkg|Pkg\.\w+)\b/,
  },
  {
    id: 'conan',
    class: 'package-mirror',
    source: 'docs.conan.io',
    command: /^conan\b/,
    output: /Unable to connect to (?:remote )?conan|ConanException|\bconan(?:center|io)?\b.*\bERROR\b/,
  },
  {
    id: 'ansible',
    class: 'package-mirror',
    source: 'docs.ansible.com ansible-galaxy',
    command: /^(?:ansible-galaxy|ansible-pull|ansible-builder)\b/,
  },
  { id: 'dart', class: 'package-mirror', source: 'dart.dev/tools/pub/cmd', command: /^(?:dart|flutter|pub)\b/ },
  {
    id: 'small',
    class: 'package-mirror',
    source: 'the manuals of raco, dub, tlmgr, quicklisp, elm, spago, alire, platformio and their like',
    command:
      /^(?:raco|haxelib|lix|dub|tlmgr|texliveonfly|install-tl|sbcl|ros|ql:quickload|elm|spago|psc-package|pulp|hpm|akku|chicken-install|gpr|alr|fpm|octave|pkg install -forge|sfpm|arduino-cli|platformio|pio|west|idf\.py|mbed)\b/,
  },
];
