// One row again by its id, whatever list it was found in.
import type { TapClient } from "./client.js";
import { graphql } from "./gql/index.js";

const REFETCH = graphql(`
  query Refetch($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Partner {
        partnerNumber
        tier
      }
    }
  }
`);

/** What the row is now; null means unknown or not the viewer's, and nobody can tell which. */
export async function refetched(client: TapClient, id: string): Promise<string | null> {
  const { node } = await client.ask(REFETCH, { id });
  if (node === null) return null;
  return node.__typename === "Partner" ? `Partner ${node.partnerNumber}, ${node.tier ?? "tier not known"}` : node.__typename;
}
