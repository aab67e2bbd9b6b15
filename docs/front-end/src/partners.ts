// A list with a filter, page by page until its end.
import type { TapClient } from "./client.js";
import { graphql } from "./gql/index.js";
import type { PartnerFilter, PartnersPageQuery } from "./gql/graphql.js";

const PARTNERS = graphql(`
  query PartnersPage($first: Int!, $after: String, $filter: PartnerFilter) {
    partners(first: $first, after: $after, filter: $filter) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        partnerNumber
        name
        country
      }
    }
  }
`);

export type PartnerRow = PartnersPageQuery["partners"]["nodes"][number];

/** Every page of the list; a cursor is good for this list in this sorting only, so filter and sorting stay the same. */
export async function* partnerPages(client: TapClient, filter: PartnerFilter, first: number): AsyncGenerator<PartnerRow[]> {
  let after: string | null = null;
  do {
    const { partners }: PartnersPageQuery = await client.ask(PARTNERS, { first, after, filter });
    yield partners.nodes;
    after = partners.pageInfo.hasNextPage ? partners.pageInfo.endCursor : null;
  } while (after !== null);
}
