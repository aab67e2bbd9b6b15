"use strict";
// Ready queries, a tab each; a test sends every one of them to the schema.
const EXAMPLES = [
  {
    query: `# Who earned what, the largest rebates first.
query WhoEarnedWhat {
  evaluations(first: 50, sort: ENTITLEMENT, direction: DESCENDING) {
    totalCount
    nodes {
      partner { partnerNumber name }
      region { code }
      option { code }
      window
      outcome
      credits { amount }
      returnRate
      entitlement { amount currency }
      payable { amount }
    }
  }
}
`,
  },
  {
    query: `# One partner in depth: put another number into the variables.
query OnePartner($filter: PartnerFilter) {
  partners(first: 1, filter: $filter) {
    nodes {
      partnerNumber
      name
      country
      tier
      certifications { level firstDay lastDay }
      enrollments {
        nodes {
          option { code bookingWindow { firstDay lastDay } minimum { amount } }
          status
          evaluations {
            window
            outcome
            requirements { code status value required shortfall source provenance }
            entitlement { amount }
          }
        }
      }
      orders(sort: BOOKED_ON) {
        totalCount
        nodes { orderNumber bookedOn shippedOn rmas { rmaNumber returnRate } }
      }
    }
  }
}
`,
    variables: `{ "filter": { "text": "" } }`,
  },
  {
    query: `# Why order lines did not count, with the rule behind each reason.
query WhyNotCounted {
  evaluations(first: 20) {
    nodes {
      partner { partnerNumber }
      option { code }
      window
      linesNotCounted {
        nodes {
          orderNumber
          line
          netValue { amount }
          reasons { code message source weight }
        }
      }
    }
  }
}
`,
  },
  {
    query: `# RMAs with equipment still missing; overdueOn asks for those whose deadline had passed on a day.
query OpenRmas {
  rmas(first: 50, filter: { open: true }) {
    totalCount
    nodes {
      rmaNumber
      partner { partnerNumber }
      order { orderNumber }
      unitsDue
      unitsReceived
      valueDue { amount }
      valueReceived { amount }
      returnRate
      returnDeadline
    }
  }
}
`,
  },
  {
    query: `# Delivered lines that wait or were refused, with every reason (administrators, auditors, the distributor itself).
query HeldAndRefused {
  deliveries(first: 50, sort: RECEIVED_AT, direction: DESCENDING) {
    nodes {
      kind
      file
      held
      refused
      heldLines: lines(filter: { state: HELD }) { nodes { line raw reasons { code column value message } } }
      refusedLines: lines(filter: { state: REFUSED }) { nodes { line raw reasons { code column value message } } }
    }
  }
}
`,
  },
  {
    query: `# Figures with source and provenance.
query Figures {
  regions {
    nodes {
      code
      name
      rulebook { version }
      terms: figures(subject: "terms") { name value source provenance plugin }
      periods {
        number
        bookingWindow { firstDay lastDay }
        figures { name value source provenance }
      }
    }
  }
}
`,
  },
];
