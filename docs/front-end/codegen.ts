// Typed documents from the checked-in schema; persisted-documents.json is the registry of trusted documents.
import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: "../schema.graphql",
  documents: ["src/**/*.ts", "!src/gql/**"],
  importExtension: ".js",
  generates: {
    "./src/gql/": {
      preset: "client",
      presetConfig: { fragmentMasking: false, persistedDocuments: true },
      config: {
        documentMode: "string",
        enumsAsTypes: true,
        useTypeImports: true,
        // Every scalar of the schema is text: days, moments, amounts, rates and codes.
        defaultScalarType: "string",
      },
    },
  },
};

export default config;
