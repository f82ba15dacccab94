import { catalogue, type ImageName } from "../../../dagger/src/images/catalogue.ts";
import { packDebian } from "./pack-debian.ts";
import { packNode } from "./pack-node.ts";

export type StandInName = ImageName | "debian";

/** Debian's release under every stand-in; the published images are of the same. */
export const DEBIAN_RELEASE = "trixie";
/** The published Node image brings an npm; npm's package is pinned here. */
const NPM_VERSION = "11.21.2";
/** Of Maven's plugin that fetches an archive. */
const DEPENDENCY_PLUGIN_VERSION = "3.8.1";

export interface PackContext {
  /** An empty folder to fill; it is removed afterwards. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** This machine's apt settings; may hold a password, so it stays out of the image. */
  readonly aptConfFile: string;
  readonly architecture: "x64" | "arm64";
  readonly args: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface Recipe {
  readonly name: StandInName;
  readonly reference: string;
  /** Without a base the recipe makes a root file system, `root.tar`, itself. */
  readonly base?: StandInName;
  /** Versions and the like: build arguments of the Dockerfile. Never a secret. */
  readonly args: Readonly<Record<string, string>>;
  /** A folder of ci/images whose files other recipes have too; it is put into the build context. */
  readonly shared?: string;
  /** Fills the build context on this machine; in pack-<name>.ts. The folder ci/images/<name> is in it already. */
  readonly pack?: (context: PackContext) => Promise<void>;
  /** Said before it begins, so that nobody wonders. */
  readonly aboutSeconds: number;
}

type RecipeParts = Omit<Recipe, "name" | "reference">;

const recipes: Readonly<Record<StandInName, RecipeParts>> = {
  debian: { args: { RELEASE: DEBIAN_RELEASE }, pack: packDebian, aboutSeconds: 45 },
  node: {
    base: "debian",
    args: { NODE_VERSION: catalogue.node.version, NPM_VERSION },
    pack: packNode,
    aboutSeconds: 20,
  },
  gitleaks: { base: "debian", args: { GITLEAKS_VERSION: catalogue.gitleaks.version }, aboutSeconds: 150 },
  nginx: { base: "debian", args: { NGINX_VERSION: catalogue.nginx.standInVersion }, aboutSeconds: 15 },
  syft: { base: "debian", args: { SYFT_VERSION: catalogue.syft.version }, aboutSeconds: 45 },
  trivy: { base: "debian", args: { TRIVY_VERSION: catalogue.trivy.version }, aboutSeconds: 900 },
  checkov: { base: "debian", args: { CHECKOV_VERSION: catalogue.checkov.version }, aboutSeconds: 90 },
  hadolint: { base: "debian", args: { HADOLINT_VERSION: catalogue.hadolint.version }, aboutSeconds: 20 },
  skopeo: { base: "debian", args: { SKOPEO_VERSION: catalogue.skopeo.version }, aboutSeconds: 20 },
  podman: { base: "debian", args: { PODMAN_VERSION: catalogue.podman.version }, aboutSeconds: 30 },
  postgres: { base: "debian", args: { PG_MAJOR: catalogue.postgres.standInVersion }, aboutSeconds: 30 },
  python: { base: "debian", args: { PYTHON_VERSION: catalogue.python.version }, aboutSeconds: 20 },
  sonarqube: { base: "debian", args: { SONARQUBE_VERSION: catalogue.sonarqube.version, DEPENDENCY_PLUGIN_VERSION }, shared: "maven", aboutSeconds: 180 },
  "sonar-scanner": { base: "node", args: { SCANNER_VERSION: catalogue["sonar-scanner"].standInVersion, DEPENDENCY_PLUGIN_VERSION }, shared: "maven", aboutSeconds: 60 },
};

/** Where a stand-in lives: never under a publisher's name. */
export function recipeOf(name: StandInName, reference: string): Recipe {
  return { name, reference, ...recipes[name] };
}

export const debianReference = `localhost/stand-in/debian:${DEBIAN_RELEASE}`;
