"""What is asked: REF, a dashboard of fifty partners, and SMALL, one partner with its enrollments."""

import json

from tests.benchmarks.reads.data import partner_number

REF = """
query Dashboard {
  partners(first: 50) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes {
      id
      partnerNumber
      name
      country
      tier
      camEmail
      certifications { level firstDay lastDay }
      enrollments(first: 5) {
        totalCount
        nodes {
          id
          submittedOn
          status
          decidedOn
          region { code name }
          option { code minimum { amount currency } bookingWindow { firstDay lastDay } returnDeadline }
        }
      }
      orders(first: 11, sort: BOOKED_ON, direction: DESCENDING) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes {
          id
          orderNumber
          bookedOn
          confirmedOn
          shippedOn
          endCustomer
          lines { line product quantity netValue { amount currency } credit { amount currency } }
        }
      }
      rmas(first: 4) { nodes { id rmaNumber unitsDue unitsReceived returnRate } }
    }
  }
}
"""

SMALL = """
query OnePartner($number: String!) {
  partner(partnerNumber: $number) {
    id
    partnerNumber
    name
    country
    tier
    certifications { level firstDay lastDay }
    enrollments(first: 5) {
      totalCount
      nodes { id submittedOn status region { code } option { code minimum { amount } } }
    }
  }
}
"""


def ref_body() -> bytes:
    """The body of a request for REF."""
    return json.dumps({"query": REF}).encode()


def small_body(partner: int) -> bytes:
    """The body of a request for SMALL, about one partner."""
    return json.dumps({"query": SMALL, "variables": {"number": partner_number(partner)}}).encode()


def small_bodies(partners: int, most: int = 1_000) -> list[bytes]:
    """Bodies about different partners, spread over all of them."""
    count = min(partners, most)
    return [small_body(place * 7_919 % partners) for place in range(count)]
