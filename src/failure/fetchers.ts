import type { FailureClass } from './types.ts';

/** A program that fetches from other machines, known by the command that starts it or by how its output looks. */
export interface Fetcher {
  readonly id: string;
  readonly class: Extract<FailureClass, 'go-proxy' | 'package-mirror' | 'network'>;
  /** Matches one simple command, from its first word on, without path, `sudo` and assignments. */
  readonly command: RegExp;
  /** A line that only this tool prints, for logs that do not show the command. */
  readonly output?: RegExp;
  /** It asks whatever host it is told: only the host tells what kind of service that is. */
  readonly anyHost?: true;
}

const install = String.raw`(?:ci|i|in|it|install\S*|add|update|upgrade|up|dlx|exec|import|fetch|create|init|rebuild|dedupe|global|workspaces?|pack|link|audit)`;

/**
 * Tools by the kind of service that they ask. In order: the first that matches a command names its kind. Build tools that
 * resolve dependencies are among them; what their compilers and tests say is judged before (`finals.ts`).
 */
export const fetchers: readonly Fetcher[] = [
  // Languages whose tools fetch binaries of their own from release pages, not packages from a repository.
  {
    id: 'browsers',
    class: 'network',
    command:
      /^(?:(?:npx|yarn|pnpm|bunx|pnpx|npm exec|pnpm exec|pnpm dlx|yarn dlx|node|python3? -m)(?: -\S+)* )?(?:\S*\/)?(?:playwright(?:-core|-chromium|@\S+)?|puppeteer(?:@\S+)?|@puppeteer\/browsers\S*|cypress|patchright|camoufox|rebrowser\S*|prisma|electron(?:-builder)?|chromedriver|webdriver-manager|next telemetry)\b(?! (?:run|test|open|migrate|db)\b)/,
  },
  { id: 'uv-python', class: 'network', command: /^uv python\b/ },
  { id: 'flutter-sdk', class: 'network', command: /^flutter (?:precache|doctor|upgrade|channel|config|build)\b/ },
  {
    id: 'model',
    class: 'network',
    command:
      /^(?:huggingface-cli|hf|ollama|spacy|python[\d.]* -m (?:spacy download|nltk\.downloader|textblob)|nltk\.download|git-lfs|whisper|rasa|argospm)\b/,
  },

  // Distributions
  {
    id: 'apt',
    class: 'package-mirror',
    command:
      /^(?:apt|apt-get|aptitude|apt-fast|nala|apt-file|add-apt-repository|apt-add-repository|install_packages|clean-install|debootstrap|mmdebstrap|tasksel|pbuilder)(?![-\w])(?!.* (?:clean|autoclean|purge|autoremove|remove)\b)/,
  },
  { id: 'apk', class: 'package-mirror', command: /^apk\b.* (?:add|update|upgrade|fetch)\b/ },
  {
    id: 'rpm',
    class: 'package-mirror',
    command:
      /^(?:dnf|dnf5|yum|microdnf|tdnf|zypper|urpmi|rpm-ostree|yum-config-manager|yum-builddep|reposync|swupd|rpm (?:-\S+ )*https?:)\b(?!.* (?:clean|remove|erase)\b)/,
  },
  {
    id: 'distribution',
    class: 'package-mirror',
    command:
      /^(?:pacman|pacman-key|pacstrap|yay|paru|makepkg|xbps-install|emerge|emerge-webrsync|opkg|eopkg|slackpkg|pkgin|pkg|guix|snap|flatpak|port|sbopkg|swupd|tazpkg|conary)\b/,
  },
  {
    id: 'nix',
    class: 'package-mirror',
    command: /^(?:nix|nix-\w+|cachix|devbox|devenv|nixos-\w+|home-manager)\b/,
    output: /\/nix\/store\//,
  },
  { id: 'brew', class: 'network', command: /^brew\b/ },

  // Node
  {
    id: 'npm',
    class: 'package-mirror',
    command: new RegExp(
      String.raw`^(?:npm|cnpm|pnpm|yarn|yarnpkg|bun|lerna|rush|bower|jspm|ied)(?: --?\S+(?:[= ]\S+)?)*(?: ${install}\b|$| --?\S+$)`,
    ),
    output: /^npm (?:ERR!|error) |\bERR_PNPM_|node_modules\/corepack\b|corepack\.[cm]?js/,
  },
  {
    id: 'corepack',
    class: 'package-mirror',
    command: /^(?:corepack|ng add|meteor (?:npm|update)|ncu)\b/,
  },
  { id: 'deno', class: 'package-mirror', command: /^deno (?:cache|install|add|compile|vendor|info|bundle)\b/ },

  // Python
  {
    id: 'pip',
    class: 'package-mirror',
    command:
      /^(?:pip[\d.]*|pipx|pipenv|poetry|pdm|hatch|rye|uv|uvx|pixi|easy_install|pip-sync|pip-compile|virtualenv|flit|buildout|python[\d.]*(?: -\S+)* -m (?:pip|pipx|pipenv|poetry|uv|build|ensurepip|venv)|python[\d.]* setup\.py|curl .*install-poetry)\b/,
    output: /site-packages\/pip\/|pip\/_(?:vendor|internal)\/|^pip\._vendor/,
  },
  {
    id: 'conda',
    class: 'package-mirror',
    command: /^(?:conda|mamba|micromamba|anaconda|conda-lock)\b/,
    output: /\blibmamba\b|CondaHTTPError/,
  },

  // Go
  {
    id: 'go',
    class: 'go-proxy',
    command: /^(?:go (?:build|get|install|mod|list|vet|work)|xcaddy|gomobile|dep ensure|glide|garble|ko build)\b/,
    output: /^go: (?:downloading |finding |extracting |\S+@v)/,
  },

  // Rust
  {
    id: 'cargo',
    class: 'package-mirror',
    command: /^(?:cargo(?! (?:run|test|bench))|cross|wasm-pack|maturin|trunk build|wasm-bindgen)\b/,
  },

  // JVM
  {
    id: 'jvm',
    class: 'package-mirror',
    command:
      /^(?:mvn|mvnw|mvnd|gradle|gradlew|sbt|activator|ant|ivy|lein|clojure|clj|boot|mill|millw|cs|coursier|scala-cli|grape|kobalt|amper|java -jar \S*(?:sbt-launch|coursier|ivy)\S*)\b/,
    output:
      /\borg\.gradle\.|org\.apache\.maven\.|^\* What went wrong:|^> Could not (?:resolve|download|get resource|GET)\b|lmcoursier/,
  },

  // .NET, PHP, Ruby, Perl
  {
    id: 'dotnet',
    class: 'package-mirror',
    command:
      /^(?:dotnet (?:restore|build|publish|pack|tool|add|workload|new|nuget|msbuild|sln)|nuget|msbuild|paket|Install-Package|Install-Module|Register-PSRepository)\b/,
    output: /NuGet\.\w+|\bNU\d{4}\b|FindPackagesByIdAsync|Determining projects to restore/,
  },
  {
    id: 'php',
    class: 'package-mirror',
    command: /^(?:(?:php[\d.]*(?: -\S+(?: \S+=\S+)?)* )?\S*composer\S*|pecl|pear|pickle|pie|phive)\b/,
  },
  {
    id: 'ruby',
    class: 'package-mirror',
    command:
      /^(?:gem|bundle(?!r? exec)|bundler|fluent-gem|td-agent-gem|jruby -S gem|ruby -S gem|logstash-plugin|rbenv exec gem)\b/,
    output: /Gem::RemoteFetcher|Bundler::/,
  },
  { id: 'perl', class: 'package-mirror', command: /^(?:cpan|cpanm|cpm|carton|cpanp|perl -MCPAN)\b/ },

  // Smaller ecosystems
  {
    id: 'haskell',
    class: 'package-mirror',
    command: /^(?:cabal|stack)\b/,
    output: /^HttpExceptionRequest\b|^Download failure: /,
  },
  { id: 'ocaml', class: 'package-mirror', command: /^(?:opam|esy)\b/ },
  {
    id: 'beam',
    class: 'package-mirror',
    command: /^(?:mix (?:deps|local|archive|do|assets|setup|compile|release|escript)|rebar3?|erlang\.mk|gleam)\b/,
  },
  { id: 'lua', class: 'package-mirror', command: /^(?:luarocks|hererocks|lit)\b/ },
  {
    id: 'r',
    class: 'package-mirror',
    command:
      /^(?:R|Rscript|r|install2\.r|installGithub\.r|install\.r|installBioc\.r|install\.packages|remotes::\w+|devtools::install\w*|BiocManager::\w+|pak::\w+|renv::\w+)\b/,
  },
  { id: 'julia', class: 'package-mirror', command: /^(?:julia|juliaup|using Pkg|Pkg\.\w+)\b/ },
  {
    id: 'conan',
    class: 'package-mirror',
    command: /^conan\b/,
    output: /Unable to connect to (?:remote )?conan|ConanException|\bconan(?:center|io)?\b.*\bERROR\b/,
  },
  { id: 'ansible', class: 'package-mirror', command: /^(?:ansible-galaxy|ansible-pull|ansible-builder)\b/ },
  { id: 'dart', class: 'package-mirror', command: /^(?:dart|flutter|pub)\b/ },
  {
    id: 'small',
    class: 'package-mirror',
    command:
      /^(?:raco|haxelib|lix|dub|tlmgr|texliveonfly|install-tl|sbcl|ros|ql:quickload|elm|spago|psc-package|pulp|hpm|akku|chicken-install|gpr|alr|fpm|octave|pkg install -forge|sfpm|arduino-cli|platformio|pio|west|idf\.py|mbed)\b/,
  },

  // From release pages, repositories of sources and clouds
  {
    id: 'download',
    class: 'network',
    anyHost: true,
    command:
      /^(?:curl|wget2?|aria2c|axel|fetch|http|https|xh|httpie|lftp|ftp|sftp|scp|rsync|ncftp\w*|gdown|yt-dlp|rclone|zsync|Invoke-WebRequest|Invoke-RestMethod|iwr|irm|Start-BitsTransfer)\b/,
  },
  {
    id: 'git',
    class: 'network',
    anyHost: true,
    command:
      /^(?:git(?: -\S+(?: \S+=\S+)?)* (?:clone|fetch|pull|submodule|lfs|ls-remote|remote|subtree|svn|sparse-checkout)|svn|hg|bzr|fossil|darcs|cvs|gh|glab|repo (?:init|sync)|vcs import|wstool|gclient|fetch_sources)\b/,
  },
  { id: 'keys', class: 'network', anyHost: true, command: /^(?:gpg2?|apt-key|rpm --import|rpmkeys|ssh-keyscan|pgp)\b/ },
  {
    id: 'cloud',
    class: 'network',
    command:
      /^(?:aws|gcloud|gsutil|az|azcopy|bq|s3cmd|s5cmd|mc|minio|b2|ossutil|aliyun|doctl|oci|ibmcloud|linode-cli|hcloud|vault|dvc|kaggle|wandb|clearml\S*)\b/,
  },
  {
    id: 'infrastructure',
    class: 'network',
    command:
      /^(?:helm|helmfile|kubectl|krew|kustomize|terraform|terragrunt|tofu|packer|tflint|pulumi|vagrant|cdktf|tfenv|tfswitch|jb|jsonnet-bundler|kubebuilder|setup-envtest|operator-sdk|kapp|vendir|arkade|eksctl|istioctl|linkerd|flux|argocd|vcluster|k3s|k9s|minikube|kind|dapr|cosign|syft)\b/,
    output: /Could not (?:retrieve|query) (?:the list of|provider)|registry\.terraform\.io|could not query provider/,
  },
  {
    id: 'images',
    class: 'network',
    command:
      /^(?:crane|skopeo|oras|regctl|docker|podman|buildah|nerdctl|ctr|img|undock|umoci|trivy|grype|snyk|clamscan|freshclam|singularity|apptainer)\b/,
  },
  { id: 'protobuf', class: 'network', command: /^(?:buf|prototool|protofetch|protodep)\b/ },
  {
    id: 'toolchains',
    class: 'network',
    command:
      /^(?:sdk|sdkmanager|android|nvm|n|fnm|nodenv|node-build|volta|asdf|mise|rtx|pyenv|python-build|rbenv|ruby-build|ruby-install|rvm|goenv|gvm|g|jenv|jabba|phpenv|phpbrew|kerl|kiex|evm|swiftly|ghcup|rokit|foreman|aqua|proto|pkgx|eget|bin|ubi|hermit|rustup|rustup-init|zvm|zigup|choosenim|cargo-binstall|foundryup|solc-select|svm|cargo binstall|getnf)\b/,
    output: /preparing SDK package|Failed to download any source lists/,
  },
  {
    id: 'sources',
    class: 'network',
    command:
      /^(?:cmake|ctest -S|vcpkg|bootstrap-vcpkg\.sh|xmake|meson|bazel|bazelisk|buck2?|pants|please|plz|gn|scons|hunter|cget|spack|swift|carthage|pod|xcodebuild|zig|nimble|nim|choosenim|shards|crystal|vlang|v install|odin|forge|foundry|anchor|hardhat|dfx|truffle|npx hardhat)\b(?!.* --build\b)/,
    output:
      /\/\.?cache\/bazel\/|tools\/build_defs\/repo\/|An error occurred during the fetch of repository|Swift Package Manager/,
  },
  {
    id: 'applications',
    class: 'network',
    command:
      /^(?:wp|wp-cli|drush|drupal|jenkins-plugin-cli|install-plugins\.sh|grafana-cli|grafana|elasticsearch-plugin|opensearch-plugin|kibana-plugin|kibana|neo4j-admin|install-php-extensions|docker-php-ext-\w+|hugo|jekyll|code-server|code|openvscode-server|steamcmd|mattermost|confluent-hub|kong|luarocks-admin|odoo|n8n|sf|sfdx|sentry-cli|datadog-ci|sonar-scanner|sonar|dependency-check|flyway|liquibase|php artisan|steampipe|telegraf|vector|k6|supabase|firebase|vercel|netlify|wrangler|serverless|sls|amplify|expo|eas|cap|ionic|cordova|nativescript)\b/,
  },
];
