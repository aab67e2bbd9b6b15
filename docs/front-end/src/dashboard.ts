// A deep question: one partner, its enrollments, how each was judged, and why lines did not count.
import type { TapClient } from "./client.js";
import { graphql } from "./gql/index.js";

const DASHBOARD = graphql(`
  query Dashboard($partnerNumber: String!) {
    partner(partnerNumber: $partnerNumber) {
      id
      name
      enrollments(first: 10) {
        nodes {
          option {
            code
          }
          status
          evaluations {
            window
            outcome
            payable {
              ...Amount
            }
            requirements {
              code
              status
              shortfall
            }
            linesNotCounted(first: 5) {
              nodes {
                orderNumber
                line
                reasons {
                  code
                  message
                }
              }
            }
          }
        }
      }
    }
  }

  fragment Amount on Money {
    amount
    currency
  }
`);

/** The dashboard as lines of text; null where there is no such partner for this viewer. */
export async function dashboard(client: TapClient, partnerNumber: string): Promise<string[] | null> {
  const { partner } = await client.ask(DASHBOARD, { partnerNumber }, { cached: true });
  if (partner === null) return null;
  const lines = [`${partnerNumber} ${partner.name ?? "without a name"}`];
  for (const enrollment of partner.enrollments.nodes) {
    for (const judged of enrollment.evaluations) {
      const missing = judged.requirements.filter((requirement) => requirement.status === "NOT_MET");
      const short = missing.map(({ code, shortfall }) => (shortfall === null ? code : `${code} short ${shortfall}`));
      const { amount, currency } = judged.payable;
      lines.push(`  ${[enrollment.option.code, judged.window, judged.outcome, amount, currency, ...short].join(" ")}`);
      for (const line of judged.linesNotCounted.nodes) {
        lines.push(`    ${line.orderNumber}/${line.line}: ${line.reasons.map((reason) => reason.code).join(", ")}`);
      }
    }
  }
  return lines;
}
