import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** Import directions of design: what a folder may not reach. */
const forbid = (files, groups) => ({
  files,
  rules: { "no-restricted-imports": ["error", { patterns: groups.map(([group, message]) => ({ group, message })) }] },
});

const siblings = [["**/ci/**", "**/cdktf/**", "**/services/**"], "The Dagger runtime copies only dagger/."];

export default tseslint.config(
  // Each service lints itself, with its own configuration, as the pipeline does.
  { ignores: ["**/node_modules/**", "services/**", "out/**", "dagger/sdk/**"] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ["**/*.ts"] })),
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { "import-x": importX },
    rules: {
      "import-x/no-default-export": "error",
      "import-x/no-cycle": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  { files: ["*.config.ts"], rules: { "import-x/no-default-export": "off" } },
  forbid(["dagger/src/**"], [siblings]),
  forbid(["dagger/src/report/**"], [siblings, [["../*/**", "../*.ts"], "report/ is fed events and imports no one."]]),
  forbid(["dagger/src/engine/**"], [siblings, [["../gates/**", "../pipeline.ts", "../index.ts"], "An engine knows nothing of gates."]]),
  forbid(["ci/local/**"], [[["**/dagger/src/index.ts", "@dagger.io/dagger"], "ci/local uses the library, never the Dagger module."]]),
  forbid(["ci/rehearsal/src/**"], [[["**/dagger/**", "**/cdktf/**", "**/services/backend/**", "**/ci/local/**", "**/ci/images/**"], "The rehearsal is complete in itself."]]),
  forbid(["cdktf/src/**"], [[["**/dagger/**", "**/ci/**", "**/services/**"], "The infrastructure is complete in itself."]]),
  forbid(["cdktf/src/settings/**", "cdktf/src/cost/**"], [[["cdktf", "constructs", "@cdktf/**"], "What is decided before a stack is made needs no CDKTF."]]),
  forbid(["dagger/**", "ci/**"], [[["cdktf", "constructs", "@cdktf/**"], "CDKTF is used inside cdktf/ only, so that it can be replaced there."]]),
  forbid(["ci/images/**"], [[["**/dagger/src/pipeline.ts", "**/dagger/src/gates/**"], "Stand-ins know the catalogue only."]]),
);
